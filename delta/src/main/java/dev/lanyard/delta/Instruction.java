package dev.lanyard.delta;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One step of a delta. Done in order, on a basis, they give the target. */
public sealed interface Instruction {
    /** How many bytes of the target it gives, at least 1. */
    long lengthBytes();

    /**
     * So many bytes of the basis come next.
     *
     * @param basisOffset where they begin in the basis
     */
    record Copy(long basisOffset, long lengthBytes) implements Instruction {
        public Copy {
            if (basisOffset < 0 || lengthBytes <= 0 || basisOffset > Long.MAX_VALUE - lengthBytes) {
                throw new IllegalArgumentException(
                        "copy of %d bytes at %d".formatted(lengthBytes, basisOffset));
            }
        }

        /** The offset in the basis behind the last byte. */
        public long basisEnd() {
            return basisOffset + lengthBytes;
        }
    }

    /**
     * These bytes come next: the remaining ones of {@code bytes}, which belong to whoever made the
     * instruction and are good until its taker returns.
     */
    record Literal(ByteBuffer bytes) implements Instruction {
        public Literal {
            if (!bytes.hasRemaining()) {
                throw new IllegalArgumentException("literal of 0 bytes");
            }
        }

        @Override
        public long lengthBytes() {
            return bytes.remaining();
        }
    }

    /** Takes the instructions of one delta, in order. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next one.
         *
         * @throws IOException if it cannot be kept, sent or carried out; ends the work
         */
        void take(Instruction instruction) throws IOException;
    }
}
