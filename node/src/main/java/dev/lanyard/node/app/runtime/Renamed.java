package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.protocol.Entry;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts what need not travel because a file was renamed. Thread-safe. */
final class Renamed {
    private final Consumer<Event> engine;
    private final LongAdder savedBytes = new LongAdder();

    /** {@code engine} is told all that this hears. */
    Renamed(Consumer<Event> engine) {
        this.engine = engine;
    }

    /** Hears what became of steps. */
    void hear(Event event) {
        if (event instanceof Event.Applied applied) {
            for (Outcome outcome : applied.outcomes()) {
                if (outcome instanceof Outcome.Renamed renamed) {
                    count(renamed);
                } else if (outcome instanceof Outcome.RenamedDirectory renamed) {
                    renamed.children().forEach(this::count);
                }
            }
        }
        engine.accept(event);
    }

    private void count(Outcome.Renamed renamed) {
        if (renamed.held().entry() instanceof Entry.File file) {
            savedBytes.add(file.sizeBytes());
        }
    }

    /** How many bytes of content kept their file since the node started. */
    long savedBytes() {
        return savedBytes.sum();
    }
}
