package dev.lanyard.node.io.peer;

import dev.lanyard.protocol.transport.Transport;

import java.net.InetAddress;
import java.time.Instant;

/**
 * A node that dialled this one and was refused.
 *
 * @param failure why, the last time
 * @param at when that was, by the clock that the peers were given
 * @param reason what was said then, for people
 */
public record Caller(InetAddress host, Transport.Failure failure, Instant at, String reason) {}
