package dev.lanyard.protocol.session;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Greeting;

/** What the driver of a {@link Session} shall do, in the order in which it is given. */
public sealed interface Output {
    /** Send this. */
    record Send(Message message) implements Output {}

    /**
     * The peer has shown that it has the share key. Longer frames may come from now on, and the
     * driver owes a call of {@link Session#admit} or {@link Session#close}.
     */
    record Proven() implements Output {}

    /** Both have greeted: the session is open. */
    record Opened(Greeting greeting) implements Output {}

    /** A message for whoever uses the session. */
    record Deliver(Message message) implements Output {}

    /** Close the connection when all before has been sent; the session takes nothing more. */
    record Close(Ending ending, Message.Reason reason, String text) implements Output {}
}
