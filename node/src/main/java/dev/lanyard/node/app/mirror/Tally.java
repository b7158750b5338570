package dev.lanyard.node.app.mirror;

import dev.lanyard.node.app.mirror.Teller.Summary;
import dev.lanyard.node.io.mirror.Report;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;

/** Counts what a pass does, and tells it. Thread-safe. */
final class Tally implements Report {
    private final Path destination;
    private final Teller teller;
    private final Map<Verb, LongAdder> counts = new EnumMap<>(Verb.class);
    private final LongAdder bytes = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final BiPredicate<Optional<RelativePath>, String> isNews;
    private volatile boolean hasNews;

    /**
     * Counts from 0.
     *
     * @param isNews whether somebody is to hear that a path was skipped, and why
     */
    Tally(Path destination, Teller teller, BiPredicate<Optional<RelativePath>, String> isNews) {
        this.destination = destination;
        this.teller = teller;
        this.isNews = isNews;
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
        hasNews = true;
        teller.did(destination, verb, path, from);
    }

    @Override
    public void skipped(@Nullable RelativePath path, String why) {
        skipped.increment();
        if (isNews.test(Optional.ofNullable(path), why)) {
            hasNews = true;
            teller.skipped(destination, path, why);
        }
    }

    /** Whether there was anything that was not told before. */
    boolean hasNews() {
        return hasNews;
    }

    Summary summary(Duration took, boolean whole) {
        Map<Verb, Long> sums = new EnumMap<>(Verb.class);
        counts.forEach((verb, count) -> sums.put(verb, count.sum()));
        return new Summary(sums, bytes.sum(), skipped.sum(), took, whole);
    }
}
