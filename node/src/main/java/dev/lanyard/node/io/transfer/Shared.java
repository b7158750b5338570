package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.io.disk.Disk;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What all threads of the transfers use; each part is thread-safe. */
record Shared(
        Disk disk,
        Supplier<IndexReader> readers,
        Consumer<Event> events,
        StagedNames names,
        AheadCache ahead,
        Tally tally,
        Map<Long, Ticket> tickets,
        Crew crew) {}
