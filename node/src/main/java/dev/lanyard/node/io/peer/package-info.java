/**
 * Peers: who is dialled and when, and what is said in the sessions with them. Start at {@link
 * dev.lanyard.node.io.peer.Peers}; {@code Dialling} decides whom to dial, and does no IO.
 *
 * <p>It numbers sessions, hands what peers say of entries to the engine and what they say of
 * content to a {@link dev.lanyard.node.io.peer.TransferSink}, and keeps the order of everything in
 * a session. It never looks into an entry, and never touches a file: the contents that go ahead of
 * an announcement are given to it.
 *
 * <p>Nothing here waits for a slow peer or a slow engine but the two threads of one session. A peer
 * that cannot keep up with announcements loses those that wait, and the engine compares states with
 * it; a peer that says more than the engine can take is not read from for a while.
 */
@NullMarked
package dev.lanyard.node.io.peer;

import org.jspecify.annotations.NullMarked;
