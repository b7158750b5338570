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
 * <p>Where the key that was proven is a former one of the share, whoever knows that says {@code
 * HandOver} in place of {@code Greeting}, and the session never opens: both prove the present key
 * in the next one. Which keys a session may be proven with, {@link
 * dev.lanyard.protocol.session.ProofKeys} says.
 *
 * <p>Reads no clock, and draws nothing at random: both are arguments.
 */
@NullMarked
package dev.lanyard.protocol.session;

import org.jspecify.annotations.NullMarked;
