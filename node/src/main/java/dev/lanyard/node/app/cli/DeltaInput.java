package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.reason;
import static dev.lanyard.node.app.config.Places.shown;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that one of the commands on deltas reads. Threads may share it. */
final class DeltaInput implements AutoCloseable {
    private static final int READ_BYTES = 128 << 10;

    private final Path path;
    private final FileChannel channel;

    private DeltaInput(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static DeltaInput open(Path path) throws CommandFailure {
        if (!Files.exists(path)) {
            throw new CommandFailure(
                    ExitCode.USAGE, "%s does not exist; check the name".formatted(shown(path)));
        }
        if (!Files.isRegularFile(path)) {
            throw new CommandFailure(
                    ExitCode.USAGE, "%s is no file; name one".formatted(shown(path)));
        }
        try {
            return new DeltaInput(path, FileChannel.open(path));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.NOT_SO, unreadable(path, e));
        }
    }

    Path path() {
        return path;
    }

    long sizeBytes() throws IOException {
        return channel.size();
    }

    /** Up to {@code to.remaining()} bytes at {@code offset}; the count, or -1 at the end. */
    int read(ByteBuffer to, long offset) throws IOException {
        try {
            return channel.read(to, offset);
        } catch (IOException e) {
            throw new IOException(unreadable(path, e), e);
        }
    }

    /** Copies bytes to where {@code to} is; returns how many, fewer where that is not possible. */
    long copyTo(FileChannel to, long offset, long lengthBytes) throws IOException {
        long done = 0;
        long count = 1;
        while (count > 0 && done < lengthBytes) {
            count = channel.transferTo(offset + done, lengthBytes - done, to);
            done += count;
        }
        return done;
    }

    /** All bytes, in pieces, in order. */
    void forEach(Pieces pieces) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(READ_BYTES);
        long offset = 0;
        int count = read(piece, offset);
        while (count >= 0) {
            offset += count;
            pieces.take(piece.flip());
            count = read(piece.clear(), offset);
        }
    }

    private static String unreadable(Path path, IOException e) {
        return "%s cannot be read: %s".formatted(shown(path), reason(e));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written through it.
        }
    }

    /** Takes pieces of a file. */
    @FunctionalInterface
    interface Pieces {
        void take(ByteBuffer piece) throws IOException;
    }
}
