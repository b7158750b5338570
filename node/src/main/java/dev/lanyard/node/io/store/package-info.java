/**
 * What a replica remembers outside the folder. The durable index: rows and named texts in one
 * SQLite file of the state directory; start at {@link dev.lanyard.node.io.store.SqliteIndex}. And
 * the journal of decisions behind {@code log} and {@code why}; start at {@link
 * dev.lanyard.node.io.store.DecisionJournal}.
 *
 * <p>Signatures of what is held are in a file of their own ({@link
 * dev.lanyard.node.io.store.SignatureFile}) and not in the index: they are a hundred times larger
 * than its rows, are written by other threads, need not survive anything, and would make each
 * commit wait for them.
 *
 * <p>That journal is here and not in a package of its own since it is the same kind of IO, files of
 * the state directory that only this process touches, and in {@code apply} there is a journal of
 * another kind. It is text in files of 16 MiB, five at most, and not a table: it is only ever
 * appended to and read by a person now and then, its bound is kept by deleting the oldest file, and
 * what a crash cuts off is one line.
 *
 * <p>It never touches the tree and decides nothing. What was committed to the index survives a
 * power cut; a file that cannot be read is kept beside the new one and never deleted, since losing
 * the state costs a re-hash and never a file of the user.
 */
@NullMarked
package dev.lanyard.node.io.store;

import org.jspecify.annotations.NullMarked;
