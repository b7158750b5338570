package dev.lanyard.node.io.scan;

import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The root that a scan stands on. It is opened anew now and then, and checked by that: a long scan
 * must notice that the root is lost, and must not keep a medium from being unmounted for long.
 * Owned by the thread of the scan.
 */
final class Ground implements AutoCloseable {
    private static final int LOOKS_PER_OPENING = 4_096;

    private final Disk disk;
    private @Nullable Root root;
    private int looks;

    Ground(Disk disk) {
        this.disk = disk;
    }

    /**
     * The root, for one look.
     *
     * @throws IOException if it is lost or cannot be opened
     */
    Root root() throws IOException {
        Root open = root;
        if (open != null && ++looks <= LOOKS_PER_OPENING) {
            return open;
        }
        close();
        looks = 0;
        Root opened = disk.open();
        root = opened;
        return opened;
    }

    /**
     * Opens a root for another thread.
     *
     * @throws IOException if it is lost or cannot be opened
     */
    Root another() throws IOException {
        return disk.open();
    }

    /**
     * Makes sure that what just failed did not fail because the root is lost.
     *
     * @throws IOException if it is
     */
    void confirm() throws IOException {
        disk.open().close();
    }

    @Override
    public void close() {
        if (root != null) {
            root.close();
            root = null;
        }
    }
}
