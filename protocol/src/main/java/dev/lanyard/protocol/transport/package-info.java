/**
 * Sessions on sockets: listens, dials, and drives each session's state machine on its channel's
 * event loop. Start at {@link dev.lanyard.protocol.transport.Transport}. Netty stays inside this
 * package and {@code codec}.
 */
@NullMarked
package dev.lanyard.protocol.transport;

import org.jspecify.annotations.NullMarked;
