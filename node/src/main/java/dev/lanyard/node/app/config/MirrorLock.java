package dev.lanyard.node.app.config;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps other mirrors from writing to a destination at the same time: those of other users, of
 * other machines, and those that know the folder by another path. It is at the destination itself,
 * and had only while something is done there: else nobody could unmount the drive.
 */
public final class MirrorLock implements AutoCloseable {
    private static final String FILE = "mirror.lock";

    private final @Nullable FileChannel channel;

    private MirrorLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of {@code folder}, which has its private directory; empty if another mirror
     * has it. Where there are no locks it is one that is not {@link #isHeld}.
     */
    public static Optional<MirrorLock> take(Path folder) {
        @Nullable FileChannel channel = null;
        try {
            channel =
                    FileChannel.open(
                            folder.resolve(RelativePath.PRIVATE_NAME).resolve(FILE),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
            if (channel.tryLock() != null) {
                return Optional.of(new MirrorLock(channel));
            }
            close(channel);
            return Optional.empty();
        } catch (OverlappingFileLockException e) {
            close(channel);
            return Optional.empty(); // Another one of this process.
        } catch (IOException e) {
            close(channel);
            return Optional.of(new MirrorLock(null)); // What follows tells what is wrong there.
        }
    }

    /** For who writes nothing. */
    public static MirrorLock none() {
        return new MirrorLock(null);
    }

    /** Whether nobody else can have it. */
    public boolean isHeld() {
        return channel != null;
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // The lock is gone either way, and nothing was written.
            }
        }
    }
}
