package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.Effect.Want;
import dev.lanyard.protocol.message.Message;

import java.util.List;

/** What the thread of a session is told. */
sealed interface Input {
    /** The peer said something. */
    record Said(Message.ForTransfer message) implements Input {}

    /** The engine wants contents from this peer. */
    record Fetching(Ticket ticket, List<Want> wants) implements Input {}

    /** It does not want them any more. */
    record Cancelling(Ticket ticket) implements Input {}

    /** Staging is ready to take a large content from {@code offset} on. */
    record Prepared(long transfer, long offset) implements Input {}

    /** A large content was answered as failed; the rest of it need not come. */
    record Fallen(long transfer) implements Input {}

    /** The peer sent something else: ask once more. */
    record Again(Wanted wanted) implements Input {}

    /** How a content had better be brought, as far as deltas are concerned. */
    record Chosen(DeltaAsks.Choice choice) implements Input {}

    /** A delta is of no use. */
    record Unfit(DeltaLane.Arriving arriving) implements Input {}

    /** The session is over. */
    record Ended() implements Input {}
}
