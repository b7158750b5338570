/**
 * Which names a system can have, and which of them it takes for one. Decides; never does IO. Start
 * at {@link dev.lanyard.node.core.names.Naming}, then {@link
 * dev.lanyard.node.core.names.NameRules}.
 *
 * <p>A path is bytes, and all nodes know all paths. What a file system cannot have beside what it
 * has is known there and not held, and is a problem until the cause goes; nothing is merged,
 * renamed or deleted for it, on any side. Which of two clashing names a replica holds is whatever
 * came first there.
 */
@NullMarked
package dev.lanyard.node.core.names;

import org.jspecify.annotations.NullMarked;
