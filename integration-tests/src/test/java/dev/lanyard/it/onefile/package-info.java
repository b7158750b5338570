/**
 * A model of one file in one share, after "Mysteries of Dropbox: Property-Based Testing of a
 * Distributed Synchronization Service" (Hughes, Pierce, Arts, Norell; ICST 2016). What users see
 * and do on each machine is observed; what nodes do meanwhile is conjectured. A run passes if some
 * interleaving of the two explains it. Start at {@link dev.lanyard.it.onefile.Explanation}, then
 * {@link dev.lanyard.it.onefile.World}.
 *
 * <p>The paper's system has a server, which holds one value and receives uploads; a share has none.
 * Here there are versions instead, each made by the node that noticed a change and based on the
 * version that it held, and one order of them on which all nodes agree. It is found out from what
 * is seen, as far as it is not implied: a version comes after its base, and a deletion before every
 * edit of what it deleted.
 *
 * <p>Conjectured are two actions. A node <em>notices</em> what its users did since it last looked,
 * which makes a version. It <em>takes</em> a version that comes after the one that it holds, if
 * nothing is unnoticed. What a node has heard of and does not show is no part of the state: that it
 * heard of it later explains the same. So what a node holds only ever becomes greater, and a
 * content that a user has replaced comes back on no machine that has seen the replacement.
 *
 * <p>One thing looks like a way back, and is none. A node replaces a file by exchanging two names,
 * finds that a user has saved meanwhile, and exchanges them again. For that moment the version from
 * elsewhere can be seen, and then what the user saved: a <em>glimpse</em>. What a user saves in
 * this moment stays, and what it displaced is kept.
 *
 * <p>In the end all machines show the greatest of all versions. What was written, is not that, and
 * was replaced by nobody who saw it must be kept as a conflict.
 *
 * <p>Nodes run all the time: what a user does while a node is not there to see it may be explained
 * otherwise. Writes of one machine differ in length, as one within a tick of the clock may else
 * look like no change until it was hashed again.
 *
 * <p>{@code OneFileSimulationTest} observes simulated nodes, {@code OneFileTest} the real program.
 */
@NullMarked
package dev.lanyard.it.onefile;

import org.jspecify.annotations.NullMarked;
