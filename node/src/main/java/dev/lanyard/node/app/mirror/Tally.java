package dev.lanyard.node.app.mirror;

import dev.lanyard.node.app.mirror.Teller.Summary;
import dev.lanyard.node.io.mirror.Report;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a pass does, and tells it. Thread-safe. */
final class Tally implements Report {
    private final Path destination;
    private final Teller teller;
    private final Map<Verb, LongAdder> counts = new EnumMap<>(Verb.class);
    private final LongAdder bytes = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    Tally(Path destination, Teller teller) {
        this.destination = destination;
        this.teller = teller;
        for (Verb verb : Verb.values()) {
            counts.put(verb, new LongAdder());
        }
    }

    @Override
    public void did(Verb verb, RelativePath path, @Nullable RelativePath from, long copiedBytes) {
        LongAdder count = counts.get(verb);
        if (count != null) {
            count.increment();
        }
        bytes.add(copiedBytes);
        teller.did(destination, verb, path, from);
    }

    @Override
    public void skipped(@Nullable RelativePath path, String why) {
        skipped.increment();
        teller.skipped(destination, path, why);
    }

    Summary summary(Duration took, boolean whole) {
        Map<Verb, Long> sums = new EnumMap<>(Verb.class);
        counts.forEach((verb, count) -> sums.put(verb, count.sum()));
        return new Summary(sums, bytes.sum(), skipped.sum(), took, whole);
    }
}
