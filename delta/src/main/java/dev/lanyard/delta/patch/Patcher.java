package dev.lanyard.delta.patch;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Carries out instructions: basis + delta = target. Not thread-safe; one use each. That the target
 * is the right one is for its content hash to say.
 */
public final class Patcher implements Instruction.Sink {
    private static final int COPY_BYTES = 128 << 10;

    private final Basis basis;
    private final long basisBytes;
    private final long targetBytesMax;
    private final Patched out;
    private @Nullable ByteBuffer buffer;
    private long targetBytes;

    /**
     * One that has done nothing yet.
     *
     * @param basisBytes how many bytes the basis has
     * @param targetBytesMax how many the target may have
     */
    public Patcher(Basis basis, long basisBytes, long targetBytesMax, Patched out) {
        this.basis = basis;
        this.basisBytes = basisBytes;
        this.targetBytesMax = targetBytesMax;
        this.out = out;
    }

    /** How many bytes of the target are there. */
    public long targetBytes() {
        return targetBytes;
    }

    /**
     * Carries out the next instruction.
     *
     * @throws MalformedException if it copies what the basis does not have, or gives more bytes
     *     than the target may have; nothing of it was done
     * @throws IOException if the basis cannot be read or has become shorter, or the target cannot
     *     be written
     */
    @Override
    public void take(Instruction instruction) throws IOException {
        if (instruction.lengthBytes() > targetBytesMax - targetBytes) {
            throw new MalformedException(
                    "%d bytes at %d of the target (expected at most %d)"
                            .formatted(instruction.lengthBytes(), targetBytes, targetBytesMax));
        }
        switch (instruction) {
            case Instruction.Copy copy -> copy(copy);
            case Instruction.Literal literal -> write(literal.bytes());
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        out.write(bytes, targetBytes);
        targetBytes += count;
    }

    private void copy(Instruction.Copy copy) throws IOException {
        if (copy.basisEnd() > basisBytes) {
            throw new MalformedException(
                    "copy of %d bytes at %d of %d in the basis"
                            .formatted(copy.lengthBytes(), copy.basisOffset(), basisBytes));
        }
        long done = out.copy(copy.basisOffset(), targetBytes, copy.lengthBytes());
        targetBytes += done;
        while (done < copy.lengthBytes()) {
            if (buffer == null) { // Of those that files read and write without another copy.
                buffer = ByteBuffer.allocateDirect(COPY_BYTES);
            }
            buffer.clear().limit((int) Math.min(COPY_BYTES, copy.lengthBytes() - done));
            int count = basis.read(buffer, copy.basisOffset() + done);
            if (count < 0) {
                throw new IOException(
                        "the old content ended at byte %d while it was read"
                                .formatted(copy.basisOffset() + done));
            }
            done += count;
            write(buffer.flip());
        }
    }
}
