package dev.lanyard.node.app.config;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that one process holds locked, and beside which it says who it is. The lock ends with the
 * process, however that ends; the file stays, since deleting it would let two processes lock two
 * files of one name.
 */
final class Claim implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

    private final FileChannel channel;

    private Claim(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks {@code file}, making it and its directory if they are not there.
     *
     * @return empty if somebody else holds it
     */
    static Optional<Claim> take(Path file, Holder holder) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            OwnerOnlyFiles.makeDirectory(directory);
        }
        FileChannel channel = OwnerOnlyFiles.open(file);
        try {
            if (!lock(channel)) {
                channel.close();
                return Optional.empty();
            }
            OwnerOnlyFiles.write(holderFile(file), holder.text().getBytes(StandardCharsets.UTF_8));
            return Optional.of(new Claim(channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Beside the lock: closing a file that was read gives back this process's locks on it. */
    private static Path holderFile(Path file) {
        return file.resolveSibling(file.getFileName() + ".holder");
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException held) {
            return false; // By this process: two nodes in one are as bad as two processes.
        }
    }

    /** Who last held {@code file}; empty if that cannot be read. */
    static Optional<Holder> holder(Path file) {
        try {
            List<String> lines = Files.readAllLines(holderFile(file));
            return lines.size() == 2
                    ? Optional.of(new Holder(Long.parseLong(lines.get(0)), lines.get(1)))
                    : Optional.empty();
        } catch (IOException | NumberFormatException unreadable) {
            return Optional.empty(); // It only makes a sentence more helpful.
        }
    }

    /** Lets others have it. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock is gone either way: closing gives back the descriptor even when it fails.
            LOG.atWarn().setCause(e).log("lock file not closed");
        }
    }

    /** Who holds a claim: its process, and the state directory that it uses. */
    record Holder(long process, String stateDirectory) {
        /** This process. */
        static Holder of(Path stateDirectory) {
            return new Holder(ProcessHandle.current().pid(), stateDirectory.toString());
        }

        private String text() {
            return process + "\n" + stateDirectory + "\n";
        }
    }
}
