package dev.lanyard.node.io.watch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when something was mounted or unmounted, without asking again and again. Thread-safe; it
 * tells on a thread of its own.
 */
public final class MountWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MountWatch.class);
    private static final int CLOSED = -1;

    private final Runnable changed;

    /** Guarded by this object: a number that was given back must not be written to. */
    private int wake;

    private MountWatch(Runnable changed, int wake) {
        this.changed = changed;
        this.wake = wake;
    }

    /**
     * Begins to watch.
     *
     * @return null where this system cannot tell
     */
    public static @Nullable MountWatch start(Runnable changed) {
        if (!LinuxCalls.isSupported()) {
            return null;
        }
        int wake;
        int mounts;
        try (LinuxCalls calls = new LinuxCalls()) {
            mounts = calls.openMounts();
            wake = mounts < 0 ? CLOSED : calls.eventCounter();
            if (mounts >= 0 && wake < 0) {
                calls.close(mounts);
            }
        }
        if (wake < 0) {
            return null;
        }
        MountWatch watch = new MountWatch(changed, wake);
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("lanyard-mounts")
                        .unstarted(() -> watch.run(mounts, wake));
        thread.start();
        return watch;
    }

    /** The table was opened before anybody looked at what is mounted: no change is missed. */
    private void run(int mounts, int ended) {
        try (LinuxCalls calls = new LinuxCalls()) {
            int result = calls.pollChange(mounts, ended);
            while ((result >= 0 || result == -LinuxCalls.EINTR) && calls.unsignal(ended) < 0) {
                changed.run();
                result = calls.pollChange(mounts, ended);
            }
            if (result < 0) {
                log.atWarn().addKeyValue("error", -result).log("mounts are not watched any more");
            }
            calls.close(mounts);
            end(calls);
        }
    }

    private synchronized void end(LinuxCalls calls) {
        calls.close(wake);
        wake = CLOSED;
    }

    @Override
    public synchronized void close() {
        try (LinuxCalls calls = new LinuxCalls()) {
            if (wake != CLOSED) {
                calls.signal(wake);
            }
        }
    }
}
