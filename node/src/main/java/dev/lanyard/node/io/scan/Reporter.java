package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Event.ScanEnd;
import dev.lanyard.node.core.engine.Observation;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Tells what one scan found, dated by the wall clock. */
record Reporter(long scan, InstantSource wallClock, Consumer<Event> events) {
    /** How many observations are told at once, at most. */
    static final int BATCH = 512;

    void observed(List<Observation> observations) {
        for (int from = 0; from < observations.size(); from += BATCH) {
            int to = Math.min(from + BATCH, observations.size());
            List<Observation> batch = List.copyOf(observations.subList(from, to));
            events.accept(new Event.Observed(scan, batch, wallClock.instant()));
        }
    }

    void dirty(List<Dirt> dirt) {
        if (!dirt.isEmpty()) {
            events.accept(new Event.Dirtied(List.copyOf(dirt)));
        }
    }

    void read(Event.RulesRead rules) {
        events.accept(rules);
    }

    void ignored(long count) {
        events.accept(new Event.IgnoredCounted(count));
    }

    void rootLost(String reason) {
        events.accept(new Event.RootLost(reason));
    }

    void ended(ScanEnd end) {
        events.accept(new Event.ScanEnded(scan, end));
    }
}
