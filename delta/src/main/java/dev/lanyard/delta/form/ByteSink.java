package dev.lanyard.delta.form;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes bytes in order. */
@FunctionalInterface
public interface ByteSink {
    /**
     * Takes all remaining bytes; they are good until it returns.
     *
     * @throws IOException if they cannot be kept or sent; ends the work
     */
    void write(ByteBuffer bytes) throws IOException;
}
