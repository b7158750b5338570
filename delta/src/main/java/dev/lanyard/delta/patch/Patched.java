package dev.lanyard.delta.patch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the target is put together. Bytes come in order, without gaps. */
@FunctionalInterface
public interface Patched {
    /**
     * Takes all remaining bytes.
     *
     * @param offset where in the target they belong
     * @throws IOException if they cannot be written; ends the work
     */
    void write(ByteBuffer bytes, long offset) throws IOException;

    /**
     * Copies from the basis by other means than reading and writing, such as those of the file
     * system.
     *
     * @return how many bytes were copied, from the first on; the others are read from the basis and
     *     written
     * @throws IOException if it fails in a way that ends the work
     */
    default long copy(long basisOffset, long targetOffset, long lengthBytes) throws IOException {
        return 0;
    }
}
