package dev.lanyard.node.io.disk;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** The contract of a {@link Disk} over a real folder. */
abstract class FolderContract extends DiskContract {
    @TempDir Path folder;

    /** The disk under test. */
    abstract Disk disk(Path folder);

    @Override
    final Disk disk() {
        return disk(folder);
    }

    @Override
    final Hands hands() {
        return new FolderHands(folder);
    }
}
