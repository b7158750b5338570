package dev.lanyard.delta.benchmark;

import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Seeds;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The files that are measured with, in a directory of their own: an old one, and what became of it.
 * The same in every run.
 */
final class Inputs implements AutoCloseable {
    static final int MIB = 1 << 20;

    private static final int BLOCK_BYTES = 128 << 10;
    private static final int OTHER_BLOCKS = 50;

    private final Path directory;
    private final int mebibytes;

    /** None yet, in a fresh directory within {@code parent}. */
    Inputs(Path parent, int mebibytes) throws IOException {
        this.directory = Files.createTempDirectory(parent, "lanyard-benchmark");
        this.mebibytes = mebibytes;
    }

    /** Where files are in memory, if that is anywhere; else where temporary ones are. */
    static Path parent() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Makes both files. */
    void make(Edit edit) throws IOException {
        Files.deleteIfExists(file("new"));
        if (edit == Edit.IDENTICAL_BLOCKS) {
            identicalBlocks("old", 0);
            identicalBlocks("new", 3);
            return;
        }
        makeOld();
        byte[] mebibyte = Contents.random(Seeds.of(2), MIB);
        try (FileChannel old = FileChannel.open(file("old"));
                FileChannel out = create(file("new"))) {
            long half = old.size() / 2;
            switch (edit) {
                case MEBIBYTE_IN_THE_MIDDLE -> {
                    copy(old, 0, half, out);
                    writeAll(out, ByteBuffer.wrap(mebibyte));
                    copy(old, half + MIB, 2 * half, out);
                }
                case KIBIBYTE_AT_THE_FRONT -> {
                    writeAll(out, ByteBuffer.wrap(mebibyte, 0, 1 << 10));
                    copy(old, 0, 2 * half, out);
                }
                case MEBIBYTE_APPENDED -> {
                    copy(old, 0, 2 * half, out);
                    writeAll(out, ByteBuffer.wrap(mebibyte));
                }
                case UNRELATED -> random("new", mebibytes, 3);
                case IDENTICAL_BLOCKS -> throw new IllegalStateException("made above");
            }
        }
    }

    /** Makes the old file alone. */
    void makeOld() throws IOException {
        random("old", mebibytes, 1);
    }

    private void random(String name, int count, long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        try (FileChannel out = create(file(name))) {
            for (int i = 0; i < count; i++) {
                writeAll(out, ByteBuffer.wrap(Contents.random(random, MIB)));
            }
        }
    }

    private void identicalBlocks(String name, int shift) throws IOException {
        byte[] same = Contents.random(Seeds.of(5), BLOCK_BYTES);
        RandomGenerator random = Seeds.of(6);
        try (FileChannel out = create(file(name))) {
            writeAll(out, ByteBuffer.wrap(new byte[shift]));
            for (int i = 0; i < mebibytes * (MIB / BLOCK_BYTES); i++) {
                byte[] block = i % OTHER_BLOCKS == 0 ? Contents.random(random, BLOCK_BYTES) : same;
                writeAll(out, ByteBuffer.wrap(block));
            }
        }
    }

    private static void copy(FileChannel from, long begin, long end, FileChannel to)
            throws IOException {
        for (long at = begin; at < end; ) {
            at += from.transferTo(at, end - at, to);
        }
    }

    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
