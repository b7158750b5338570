package dev.lanyard.node.io.peer;

import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

/**
 * Takes what concerns content, present and kept, in each session. Called on event loops: no method
 * may block. For each session {@code opened} comes first and {@code closed} last.
 */
public interface TransferSink {
    /** A session began. */
    void opened(SessionId session, Link link);

    /** The peer said something; nobody else has the arrays in it. */
    void received(SessionId session, Message.ForTransfer message);

    /** The peer asked for versions, or answered. */
    void received(SessionId session, Message.ForVersions message);

    /** It ended. */
    void closed(SessionId session);
}
