package dev.lanyard.node.io.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A state file of a simulated machine. Of each write since the last {@link #force} a power cut
 * leaves all, nothing or its first bytes.
 */
final class MemoryStateFile {
    private byte[] durable = {};
    private final List<Write> unforced = new ArrayList<>();
    private long starts;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Write(byte[] bytes, int offset) {}

    /** The file, open until it is closed or the power is cut. */
    StateFile open(int sizeBytesMin) {
        byte[] seen = seen();
        if (seen.length < sizeBytesMin) {
            unforced.add(new Write(new byte[sizeBytesMin - seen.length], seen.length));
            force();
        }
        return new Handle(starts);
    }

    /** What its readers see. */
    byte[] seen() {
        byte[] seen = durable;
        for (Write write : unforced) {
            seen = written(seen, write, write.bytes().length);
        }
        return seen.clone();
    }

    void force() {
        for (Write write : unforced) {
            durable = written(durable, write, write.bytes().length);
        }
        unforced.clear();
    }

    void crash(RandomGenerator random) {
        for (Write write : unforced) {
            int length = write.bytes().length;
            durable =
                    switch (random.nextInt(3)) {
                        case 0 -> durable;
                        case 1 -> written(durable, write, length);
                        default -> written(durable, write, random.nextInt(length + 1));
                    };
        }
        unforced.clear();
        starts++;
    }

    private static byte[] written(byte[] before, Write write, int count) {
        if (count == 0) {
            return before;
        }
        byte[] after = Arrays.copyOf(before, Math.max(before.length, write.offset() + count));
        System.arraycopy(write.bytes(), 0, after, write.offset(), count);
        return after;
    }

    private final class Handle implements StateFile {
        private final long start;
        private boolean open = true;

        Handle(long start) {
            this.start = start;
        }

        @Override
        public ByteBuffer read() throws IOException {
            check();
            return ByteBuffer.wrap(seen());
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            check();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            unforced.add(new Write(copy, Math.toIntExact(offset)));
        }

        @Override
        public void force() throws IOException {
            check();
            MemoryStateFile.this.force();
        }

        private void check() throws IOException {
            if (!open || start != starts) {
                throw new IOException("state file is closed, or its machine was switched off");
            }
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
