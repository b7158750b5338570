package dev.lanyard.node.app.mirror;

import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.io.mirror.Pass.Spot;
import dev.lanyard.node.io.watch.MountWatch;
import dev.lanyard.node.io.watch.WatchSettings;
import dev.lanyard.node.io.watch.Watcher;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One source and its destinations, from the start to the end. Each destination has a thread of its
 * own: one that is slow, full or missing holds up no other.
 */
public final class Mirroring {
    private static final Logger LOG = LoggerFactory.getLogger(Mirroring.class);

    /** How often somebody looks whether a source that went away is there again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    /** Who watches is told of everything; this is for what cannot be watched. */
    private static final Duration POLL = Duration.ofMinutes(5);

    private final MirrorSettings settings;
    private final Teller teller;
    private final List<Target> targets = new ArrayList<>();
    private final BlockingQueue<Sign> signs = new LinkedBlockingQueue<>();

    /** What the thread that looks after the source waits for. */
    private enum Sign {
        STOP,
        SOURCE_LOST,
        TARGET_ENDED
    }

    /** A mirror that does not run yet. */
    public Mirroring(MirrorSettings settings, Teller teller) {
        this.settings = settings;
        this.teller = teller;
        for (MirrorFolder folder : settings.destinations()) {
            targets.add(new Target(settings, folder, teller, System::nanoTime));
        }
    }

    /** Lets every destination finish the file in hand, and end; any thread. */
    public void stop() {
        targets.forEach(each -> each.call(new Call.Stop()));
        signs.add(Sign.STOP);
    }

    /**
     * Runs until all destinations have ended.
     *
     * @throws IOException if the source cannot be watched
     */
    public Ending run() throws IOException, InterruptedException {
        if (settings.isOnce() && targets.size() == 1) {
            return targets.getFirst().run();
        }
        try (@Nullable MountWatch _ =
                        settings.isOnce()
                                ? null
                                : MountWatch.start(() -> tell(new Call.Mounted()));
                @Nullable Watcher watcher = settings.watch() ? watch() : null) {
            return runTargets(watcher);
        }
    }

    private Ending runTargets(@Nullable Watcher watcher) throws InterruptedException {
        @Nullable Ending[] endings = new @Nullable Ending[targets.size()];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < endings.length; i++) {
            int index = i;
            threads.add(
                    Thread.ofPlatform()
                            .name("mirror-to-" + i)
                            .start(
                                    () -> {
                                        try {
                                            endings[index] = run(index);
                                        } finally {
                                            signs.add(Sign.TARGET_ENDED);
                                        }
                                    }));
        }
        if (watcher != null) {
            keepWatching(watcher);
        }
        Ending worst = Ending.DONE;
        for (int i = 0; i < endings.length; i++) {
            threads.get(i).join();
            Ending ending = endings[i] == null ? Ending.NOT_ALL : endings[i];
            worst = ending.compareTo(worst) > 0 ? ending : worst;
        }
        return worst;
    }

    /** A fault of this program ends one destination only, and not in silence. */
    private Ending run(int index) {
        try {
            return targets.get(index).run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("mirror to a destination failed");
            teller.failed(settings.destinations().get(index).path(), String.valueOf(e));
            return Ending.NOT_ALL;
        }
    }

    // ---------------------------------------------------------------- the source

    private Watcher watch() throws IOException {
        Watcher watcher =
                Watcher.on(settings.source(), this::heard, WatchSettings.DEFAULT.withPoll(POLL));
        watcher.start();
        teller.watching(watcher.watchedCount());
        return watcher;
    }

    private void heard(Event event) {
        switch (event) {
            case Event.Dirtied dirtied -> heard(dirtied.dirt());
            case Event.WatchOverflowed _, Event.WatchLimited _ -> tell(new Call.Everything());
            case Event.RootLost lost -> {
                signs.add(Sign.SOURCE_LOST);
                teller.sourceLost(lost.reason());
            }
            default -> {} // Nothing else comes from a watcher that is asked for nothing.
        }
    }

    private void heard(List<Dirt> dirt) {
        List<Spot> spots = new ArrayList<>(dirt.size());
        for (Dirt each : dirt) {
            if (each.path() == null) {
                tell(new Call.Everything());
                return;
            }
            spots.add(new Spot(each.path(), each.deep()));
        }
        tell(new Call.Dirty(spots));
    }

    private void tell(Call call) {
        targets.forEach(each -> each.call(call));
    }

    /** Until it is stopped, or no destination is left. A source that is there costs nothing. */
    private void keepWatching(Watcher watcher) throws InterruptedException {
        boolean lost = false;
        for (int left = targets.size(); left > 0; ) {
            @Nullable Sign sign =
                    lost ? signs.poll(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS) : signs.take();
            if (sign == Sign.STOP) {
                return;
            }
            if (sign == Sign.TARGET_ENDED) {
                left--;
            }
            if (lost || sign == Sign.SOURCE_LOST) {
                lost = !restarted(watcher);
            }
        }
    }

    private static boolean restarted(Watcher watcher) {
        try {
            watcher.restart();
            return true;
        } catch (IOException e) {
            return false; // It is still away.
        }
    }
}
