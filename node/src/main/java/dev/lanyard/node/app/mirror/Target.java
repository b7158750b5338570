package dev.lanyard.node.app.mirror;

import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.core.mirror.Guard;
import dev.lanyard.node.core.mirror.Lately;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.mirror.Pass.Result;
import dev.lanyard.node.io.mirror.Pass.Spot;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** One destination, from the first pass to the last. Its thread is the one that runs it. */
final class Target {
    /** What somebody is writing to is looked at again after this time. */
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** What failed as a whole is tried again after this time. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    /** What is remembered is saved when nothing happened for so long. */
    private static final Duration LULL = Duration.ofSeconds(5);

    /** More places than these are looked at as all places are. */
    private static final int SPOTS_MAX = 20_000;

    private final MirrorSettings settings;
    private final MirrorFolder folder;
    private final Path path;
    private final Teller teller;
    private final LongSupplier nanoTime;
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final Map<RelativePath, Boolean> dirty = new LinkedHashMap<>();
    private final Patience patience = new Patience();
    private final Lately lately = new Lately();
    private final Retries retries = new Retries();
    private boolean allDirty = true;

    /** Whether what is looked at now has failed before, and nobody calls for it. */
    private boolean isRetrying;

    private boolean wasOpen;
    private boolean isWaiting;
    private @Nullable Destination destination;
    private volatile boolean stopped;
    private Ending ending = Ending.DONE;

    Target(MirrorSettings settings, MirrorFolder folder, Teller teller, LongSupplier nanoTime) {
        this.settings = settings;
        this.folder = folder;
        this.path = folder.path();
        this.teller = teller;
        this.nanoTime = nanoTime;
    }

    /** Wakes it; any thread. */
    void call(Call call) {
        if (call instanceof Call.Stop) {
            stopped = true;
        }
        calls.add(call);
    }

    /** Runs until it is stopped, or once; how it ended. */
    Ending run() {
        try {
            while (true) {
                long begun = nanoTime.getAsLong();
                boolean more = pass();
                if (stopped || !more || settings.isOnce()) {
                    break;
                }
                teller.pause();
                await(begun);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        save();
        if (stopped) {
            return settings.isOnce() ? worse(Ending.NOT_ALL) : Ending.DONE;
        }
        return ending;
    }

    private Ending worse(Ending other) {
        return other.compareTo(ending) > 0 ? other : ending;
    }

    // ---------------------------------------------------------------- passes

    /** Does what there is to do; whether it makes sense to go on. */
    private boolean pass() throws InterruptedException {
        try {
            Destination open = destination;
            if (open == null) {
                open = Destination.open(settings, folder, wasOpen);
                wasOpen = true;
                destination = open;
                allDirty = true;
                if (isWaiting) {
                    isWaiting = false;
                    teller.found(path);
                }
            }
            pass(open);
            return true;
        } catch (RootLostException e) {
            destination = null;
            ending = worse(Ending.NOT_ALL);
            if (!isWaiting) {
                isWaiting = true;
                teller.waiting(path, String.valueOf(e.getMessage()));
            }
            return true;
        } catch (Destination.RefusedException e) {
            if (wasOpen && e.why() == Teller.Refusal.BUSY) {
                teller.refused(path, e.why());
                return true; // Its turn comes.
            }
            ending = worse(Ending.REFUSED);
            teller.refused(path, e.why());
            return false;
        } catch (IOException e) {
            destination = null; // The next time begins at the beginning.
            ending = worse(Ending.NOT_ALL);
            teller.failed(path, String.valueOf(e.getMessage()));
            return true;
        }
    }

    private void pass(Destination open) throws IOException, InterruptedException {
        if (!allDirty && dirty.isEmpty()) {
            return;
        }
        boolean whole = allDirty || dirty.size() > SPOTS_MAX;
        List<Spot> spots = takeDirty();
        long begun = nanoTime.getAsLong();
        boolean isQuiet = isRetrying || !whole;
        isRetrying = false;
        Tally tally = new Tally(path, teller, (at, why) -> !isQuiet || retries.isNews(at, why));
        Result result = look(open, whole ? null : spots, true, tally);
        if (settings.isOnce()) {
            result = waitForWriters(open, result, tally, begun);
        } else {
            takeRestless(open, result.restless(), whole ? null : spots, tally);
            takeFailed(result.failed(), whole ? null : spots);
        }
        if (settings.isOnce() || whole) {
            save();
        }
        Teller.Summary summary =
                tally.summary(Duration.ofNanos(nanoTime.getAsLong() - begun), whole);
        if (summary.skipped() > 0) {
            ending = worse(Ending.NOT_ALL);
        }
        if (result.verdict() != Guard.Verdict.FREE) {
            ending = worse(Ending.REFUSED);
            teller.heldBack(path, result.verdict(), result.missingCount());
        }
        if (result.unstoredModes() > 0) {
            teller.modesUnstored(path, result.unstoredModes());
        }
        if (tally.hasNews() || !isQuiet) {
            teller.passed(path, summary);
        }
    }

    private Result look(Destination open, @Nullable List<Spot> spots, boolean patient, Tally tally)
            throws IOException {
        long deleted = lately.count(nanoTime.getAsLong());
        Result result = open.pass(spots, patient, deleted, tally, () -> stopped);
        lately.deleted(result.deletedCount(), nanoTime.getAsLong());
        return result;
    }

    private List<Spot> takeDirty() {
        List<Spot> spots = new ArrayList<>(dirty.size());
        dirty.forEach((at, deep) -> spots.add(new Spot(at, deep)));
        dirty.clear();
        allDirty = false;
        return spots;
    }

    /** What is written to now is waited for, and taken as it is when that takes too long. */
    private Result waitForWriters(Destination open, Result first, Tally tally, long begun)
            throws IOException, InterruptedException {
        Map<RelativePath, String> left = first.restless();
        while (!left.isEmpty() && !stopped) {
            Call call = calls.poll(AGAIN.toNanos(), TimeUnit.NANOSECONDS);
            boolean patient =
                    call == null && nanoTime.getAsLong() - begun < Patience.FIRST.toNanos();
            left = look(open, spots(left.keySet()), patient, tally).restless();
            if (!patient) {
                break;
            }
        }
        left.forEach(tally::skipped);
        return first;
    }

    private static List<Spot> spots(Collection<RelativePath> paths) {
        return paths.stream().map(each -> new Spot(each, false)).toList();
    }

    /** What is written to now is looked at again, and taken as it is when that takes too long. */
    private void takeRestless(
            Destination open,
            Map<RelativePath, String> restless,
            @Nullable List<Spot> looked,
            Tally tally)
            throws IOException {
        if (looked == null) {
            patience.lookedAtAll(restless.keySet());
        } else {
            patience.looked(
                    looked.stream().map(Spot::path).collect(Collectors.toSet()), restless.keySet());
        }
        List<RelativePath> overdue = patience.overdue(restless.keySet(), nanoTime.getAsLong());
        if (!overdue.isEmpty()) {
            look(open, spots(overdue), false, tally).restless().forEach(tally::skipped);
        }
        for (RelativePath each : restless.keySet()) {
            if (patience.isYoung(each)) {
                dirty.put(each, false);
            }
        }
    }

    /** What failed is tried again some time. */
    private void takeFailed(
            Map<Optional<RelativePath>, String> failed, @Nullable List<Spot> looked) {
        long now = nanoTime.getAsLong();
        if (looked == null) {
            retries.lookedAtAll(failed, now);
        } else {
            retries.looked(
                    looked.stream().map(Spot::path).collect(Collectors.toSet()), failed, now);
        }
    }

    private void save() {
        Destination open = destination;
        if (open == null || !open.isChanged()) {
            return;
        }
        try {
            open.save();
        } catch (IOException e) {
            destination = null;
            teller.failed(path, String.valueOf(e.getMessage()));
        }
    }

    // ---------------------------------------------------------------- between them

    /** Returns when there is something to do. */
    private void await(long begun) throws InterruptedException {
        while (!stopped) {
            Destination open = destination;
            boolean saves = open != null && open.isChanged();
            long now = nanoTime.getAsLong();
            long left = Long.MAX_VALUE;
            if (settings.every() != null) {
                left = Math.max(0, settings.every().toNanos() - (now - begun));
            }
            if (open == null && !isWaiting) {
                left = Math.min(left, Math.max(0, RETRY.toNanos() - (now - begun)));
            }
            long lull = open == null ? Long.MAX_VALUE : nanosToDue(now);
            if (saves) {
                lull = Math.min(lull, LULL.toNanos());
            }
            if (!dirty.isEmpty() && open != null) {
                lull = AGAIN.toNanos();
            }
            Call call = poll(Math.min(left, lull));
            if (call == null && left <= lull) {
                allDirty = true;
                return;
            }
            if (call == null) {
                takeDue(nanoTime.getAsLong());
            }
            if (call == null && (allDirty || !dirty.isEmpty())) {
                return;
            }
            if (call == null) {
                save();
            } else if (isDue(call)) {
                return;
            }
        }
    }

    private long nanosToDue(long now) {
        long toRetry = settings.watch() ? retries.nanosToDue(now) : Long.MAX_VALUE;
        return Math.min(patience.nanosToDue(now), toRetry);
    }

    private void takeDue(long now) {
        patience.due(now).forEach(each -> dirty.put(each, false));
        if (!settings.watch()) {
            return; // The next pass is at a time that was said.
        }
        for (Optional<RelativePath> each : retries.due(now)) {
            each.ifPresentOrElse(
                    at -> dirty.put(at, true),
                    () -> {
                        allDirty = true;
                        isRetrying = true;
                    });
        }
    }

    private @Nullable Call poll(long nanos) throws InterruptedException {
        return nanos == Long.MAX_VALUE ? calls.take() : calls.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /** Takes all calls that are there: a burst is one pass. */
    private boolean isDue(Call first) {
        boolean due = false;
        for (Call call = first; call != null; call = calls.poll()) {
            switch (call) {
                case Call.Dirty some -> {
                    some.spots().forEach(each -> add(each));
                    due |= destination != null;
                }
                case Call.Everything _ -> {
                    allDirty = true;
                    due = true; // Also where the source was away.
                }
                case Call.Mounted _ -> due |= destination == null;
                case Call.Stop _ -> due = true;
            }
        }
        return due;
    }

    private void add(Spot spot) {
        dirty.merge(spot.path(), spot.deep(), Boolean::logicalOr);
    }
}
