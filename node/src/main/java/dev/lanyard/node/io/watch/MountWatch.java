package dev.lanyard.node.io.watch;

import org.jspecify.annotations.Nullable;

/**
 * Tells when something was mounted or unmounted, without asking again and again. Thread-safe; it
 * tells on a thread of its own.
 */
public final class MountWatch implements AutoCloseable {
    private final Runnable changed;
    private final int wake;

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
            wake = mounts < 0 ? -1 : calls.eventCounter();
        }
        if (wake < 0) {
            return null;
        }
        MountWatch watch = new MountWatch(changed, wake);
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("lanyard-mounts")
                        .unstarted(() -> watch.run(mounts));
        thread.start();
        return watch;
    }

    /** The table was opened before anybody looked at what is mounted: no change is missed. */
    private void run(int mounts) {
        try (LinuxCalls calls = new LinuxCalls()) {
            while (calls.pollChange(mounts, wake) >= 0 && calls.unsignal(wake) < 0) {
                changed.run();
            }
            calls.close(mounts);
            calls.close(wake);
        }
    }

    @Override
    public void close() {
        try (LinuxCalls calls = new LinuxCalls()) {
            calls.signal(wake);
        }
    }
}
