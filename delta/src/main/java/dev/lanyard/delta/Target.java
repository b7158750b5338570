package dev.lanyard.delta;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The new content, at the one who has it, as bytes at offsets. */
@FunctionalInterface
public interface Target {
    /**
     * Reads up to {@code to.remaining()} bytes, at least one, at {@code offset}.
     *
     * @return how many, or -1 if there is none at {@code offset}
     * @throws IOException if it cannot be read; passed on to whoever asked for the work
     */
    int read(ByteBuffer to, long offset) throws IOException;
}
