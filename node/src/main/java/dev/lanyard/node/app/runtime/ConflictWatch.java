package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.OpenConflict;
import dev.lanyard.node.io.apply.Kept;
import dev.lanyard.node.io.apply.Versions;
import dev.lanyard.protocol.RelativePath;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Tells the engine which conflicts are open whenever that may have changed: versions are looked
 * through then, and at no other time.
 */
final class ConflictWatch {
    private static final Logger log = LoggerFactory.getLogger(ConflictWatch.class);
    private static final long NONE = -1;

    private final Versions versions;
    private final Consumer<Event> events;

    /** One look at a time; what is asked for meanwhile is one more look. */
    private final AtomicBoolean isLooking = new AtomicBoolean();

    private final AtomicBoolean isWanted = new AtomicBoolean();

    /** The last batch that may have displaced a conflict, until that is described. */
    private final AtomicLong awaited = new AtomicLong(NONE);

    /** How many were named; of the thread that applies. */
    private long named;

    ConflictWatch(Versions versions, Consumer<Event> events) {
        this.versions = versions;
        this.events = events;
    }

    /** Hears what the applier tells, from its threads. */
    void hear(Event event) {
        if (event instanceof Event.Applied it && versions.conflictsNamed() != named) {
            named = versions.conflictsNamed();
            awaited.set(it.batch());
        } else if (event instanceof Event.Flushed it) {
            described(it.batch());
        } else if (event instanceof Event.FlushFailed it) {
            it.batches().forEach(this::described);
        }
    }

    private void described(long batch) {
        long conflict = awaited.get();
        if (conflict != NONE && conflict <= batch && awaited.compareAndSet(conflict, NONE)) {
            Thread.ofVirtual().name("look for conflicts").start(this::look);
        }
    }

    /** Looks through versions, and tells; if somebody does so already, has that done once more. */
    void look() {
        isWanted.set(true);
        while (isWanted.get() && isLooking.compareAndSet(false, true)) {
            try {
                isWanted.set(false);
                events.accept(new Event.ConflictsListed(open(versions.conflicts())));
            } catch (IOException e) {
                log.atWarn().setCause(e).log("open conflicts are not known");
            } finally {
                isLooking.set(false);
            }
        }
    }

    /** The latest first. */
    private static List<OpenConflict> open(List<Kept> conflicts) {
        Map<RelativePath, OpenConflict> open = new LinkedHashMap<>();
        for (Kept kept : conflicts) {
            RelativePath path = kept.path();
            if (path != null) {
                open.merge(
                        path,
                        new OpenConflict(path, kept.when(), 1),
                        (later, earlier) ->
                                new OpenConflict(path, earlier.since(), later.count() + 1));
            }
        }
        return new ArrayList<>(open.values());
    }
}
