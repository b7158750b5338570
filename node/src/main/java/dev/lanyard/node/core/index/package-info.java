/**
 * What this replica holds and knows, and its summary. Start at {@link
 * dev.lanyard.node.core.index.Index}.
 *
 * <p>A row has two parts. <em>Known</em>: the greatest entry heard of. <em>Held</em>: the version
 * whose content is on this disk, with the facts that its file has. Digests, announcements and
 * reconcile use known; the scan compares with held; a new edit extends the vector of held. To have
 * something means that held equals known, durably.
 *
 * <p>The index is a port with two implementations under one contract test: in memory for
 * simulation, and durable in {@code io.store}. All walks are in pages and in path order, so that
 * memory stays bounded when the folder does not.
 */
@NullMarked
package dev.lanyard.node.core.index;

import org.jspecify.annotations.NullMarked;
