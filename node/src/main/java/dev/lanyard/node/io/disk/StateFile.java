package dev.lanyard.node.io.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file in the state directory that is read and written at any offset and flushed when its owner
 * says so. Not in the share. Thread-safe as far as concurrent writes do not overlap.
 */
public interface StateFile extends AutoCloseable {
    /** All bytes of the file, ready to be read. */
    ByteBuffer read() throws IOException;

    /** Writes all remaining bytes at {@code offset}. */
    void write(ByteBuffer bytes, long offset) throws IOException;

    /** Makes all writes that have returned survive a power cut. */
    void force() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Opens the file, making it where it is not there, with at least {@code sizeBytesMin} bytes:
     * writes that do not change the size of a file are flushed with one write to the disk, others
     * need a second one for the size.
     */
    static StateFile open(Path path, int sizeBytesMin) throws IOException {
        boolean isNew = !Files.exists(path);
        FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        ChannelFile file = new ChannelFile(channel);
        try {
            long size = channel.size();
            if (size < sizeBytesMin) {
                file.write(ByteBuffer.allocate((int) (sizeBytesMin - size)), size);
                channel.force(true);
            }
            if (isNew) {
                flushParent(path);
            }
            return file;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void flushParent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null || java.io.File.separatorChar != '/') {
            return; // Windows cannot open a directory, and makes names durable by itself.
        }
        try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** The usual one. */
    record ChannelFile(FileChannel channel) implements StateFile {
        @Override
        public ByteBuffer read() throws IOException {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (all.hasRemaining() && channel.read(all, all.position()) >= 0) {
                // On to the next piece.
            }
            return all.flip();
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            long at = offset;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
