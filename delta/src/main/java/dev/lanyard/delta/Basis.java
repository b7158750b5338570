package dev.lanyard.delta;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The old content, which whoever wants the new one has, as bytes at offsets. */
@FunctionalInterface
public interface Basis {
    /**
     * Reads up to {@code to.remaining()} bytes, at least one, at {@code offset}.
     *
     * @return how many, or -1 if there is none at {@code offset}
     * @throws IOException if it cannot be read; passed on to whoever asked for the work
     */
    int read(ByteBuffer to, long offset) throws IOException;
}
