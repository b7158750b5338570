package dev.lanyard.protocol.session;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Secret;

/** What the driver of a {@link Session} shall do, in the order in which it is given. */
public sealed interface Output {
    /** Send this. */
    record Send(Message message) implements Output {}

    /**
     * The peer has shown that it has the share key, or a former one. Longer frames may come from
     * now on, and the driver owes a call of {@link Session#admit}, or of {@link Session#handOver}
     * where it was a {@code former} one, or of {@link Session#close}.
     *
     * @param key what was proven; it may count no more by now
     */
    record Proven(Secret key, boolean former) implements Output {}

    /**
     * The peer has given the present key of the share. The driver keeps it, and then owes a call of
     * {@link Session#close}: this session never opens.
     */
    record Received(HandOver handOver) implements Output {}

    /** Both have greeted: the session is open. */
    record Opened(Greeting greeting) implements Output {}

    /** A message for whoever uses the session. */
    record Deliver(Message message) implements Output {}

    /** Close the connection when all before has been sent; the session takes nothing more. */
    record Close(Ending ending, Message.Reason reason, String text) implements Output {}
}
