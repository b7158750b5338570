package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.message.Message.ContentWant;

import java.io.IOException;

/**
 * A content that somebody waits for.
 *
 * @param attempt 0, and 1 after the peer sent something else under its name
 */
record Wanted(Ticket ticket, Entry.File entry, int attempt) {

    ContentHash content() {
        return entry.content();
    }

    long sizeBytes() {
        return entry.sizeBytes();
    }

    /** How the peer is asked for it, from byte {@code offset} on. */
    ContentWant from(long offset) {
        return new ContentWant(entry.path(), entry.content(), entry.sizeBytes(), offset);
    }

    Wanted again() {
        return new Wanted(ticket, entry, attempt + 1);
    }

    FetchOutcome ready(String stagedName) {
        return new FetchOutcome.Ready(entry.path(), new Staged(stagedName));
    }

    FetchOutcome missing() {
        return new FetchOutcome.Missing(entry.path());
    }

    FetchOutcome cut() {
        return new FetchOutcome.Cut(entry.path());
    }

    FetchOutcome failed(IOException cause) {
        Obstacle obstacle =
                switch (cause) {
                    case DiskException disk -> disk.fault().obstacle();
                    case RootLostException _ -> Obstacle.ROOT_LOST;
                    default -> Obstacle.IO_ERROR;
                };
        return new FetchOutcome.Failed(entry.path(), obstacle, String.valueOf(cause.getMessage()));
    }
}
