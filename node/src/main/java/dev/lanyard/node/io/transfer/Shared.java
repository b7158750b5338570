package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.RelativePath;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What all threads of the transfers use; each part is thread-safe.
 *
 * @param kept the name in versions of something that probably has a content
 * @param decayed whether the file at a path is listed for having other bytes than were written
 */
record Shared(
        Disk disk,
        Supplier<IndexReader> readers,
        Function<ContentHash, Optional<String>> kept,
        Predicate<RelativePath> decayed,
        Consumer<Event> events,
        StagedNames names,
        AheadCache ahead,
        Tally tally,
        Map<Long, Ticket> tickets,
        Crew crew,
        Deltas deltas) {}
