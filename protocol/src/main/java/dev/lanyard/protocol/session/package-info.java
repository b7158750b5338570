/**
 * One conversation with a peer, as a state machine without IO: messages and times in, {@link
 * dev.lanyard.protocol.session.Output}s out. Start at {@link dev.lanyard.protocol.session.Session}.
 *
 * <pre>
 *   dialler                         acceptor
 *      Hello (version, nonce)  ──▶
 *                              ◀──  Hello (version, nonce)
 *      Proof                   ──▶          a wrong one gets no answer
 *                              ◀──  Proof, Greeting
 *      Greeting                ──▶
 *                        open both ways
 * </pre>
 *
 * <p>Reads no clock, and draws nothing at random: both are arguments.
 */
@NullMarked
package dev.lanyard.protocol.session;

import org.jspecify.annotations.NullMarked;
