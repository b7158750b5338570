/**
 * Sessions on sockets: listens, dials, and drives each session's state machine on its channel's
 * event loop. Start at {@link dev.lanyard.protocol.transport.Transport}. Netty stays inside this
 * package and {@code codec}.
 *
 * <p>The keys that a session may be proven with are asked for when it begins ({@link
 * dev.lanyard.protocol.transport.ShareKeys}), and once more when it is proven: whoever was let in
 * by a key that has just become a former one does not stay.
 */
@NullMarked
package dev.lanyard.protocol.transport;

import org.jspecify.annotations.NullMarked;
