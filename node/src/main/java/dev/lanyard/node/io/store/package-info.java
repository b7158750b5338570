/**
 * The durable index: rows and named texts in one SQLite file of the state directory. Start at
 * {@link dev.lanyard.node.io.store.SqliteIndex}.
 *
 * <p>It never touches the tree and decides nothing. What was committed survives a power cut; a file
 * that cannot be read is kept beside the new one and never deleted, since losing the state costs a
 * re-hash and never a file of the user.
 */
@NullMarked
package dev.lanyard.node.io.store;

import org.jspecify.annotations.NullMarked;
