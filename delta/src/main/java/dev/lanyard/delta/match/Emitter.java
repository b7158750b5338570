package dev.lanyard.delta.match;

import dev.lanyard.delta.Instruction;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes instructions on, copies that continue each other as one; counts. */
final class Emitter {
    private final Instruction.Sink sink;
    private final long literalBytesMax;
    private long copyOffset;
    private long copyBytes;
    private long copiedBytes;
    private long literalBytes;
    private boolean full;

    Emitter(Instruction.Sink sink, long literalBytesMax) {
        this.sink = sink;
        this.literalBytesMax = literalBytesMax;
    }

    /** Whether there were more literal bytes than may be; no instruction is passed on any more. */
    boolean isFull() {
        return full;
    }

    long copiedBytes() {
        return copiedBytes;
    }

    long literalBytes() {
        return literalBytes;
    }

    void copy(long offset, long length) throws IOException {
        if (full) {
            return;
        }
        if (copyBytes > 0 && copyOffset + copyBytes == offset) {
            copyBytes += length;
        } else {
            flush();
            copyOffset = offset;
            copyBytes = length;
        }
        copiedBytes += length;
    }

    void literal(byte[] bytes, int from, int to) throws IOException {
        if (full || from >= to) {
            return;
        }
        literalBytes += to - from;
        if (literalBytes > literalBytesMax) {
            full = true;
            return;
        }
        flush();
        sink.take(new Instruction.Literal(ByteBuffer.wrap(bytes, from, to - from)));
    }

    /** Passes nothing on any more: elsewhere so many literal bytes were found. */
    void abandon(long moreLiteralBytes) {
        literalBytes += moreLiteralBytes;
        full = true;
    }

    /** Passes on what was kept back. */
    void flush() throws IOException {
        if (copyBytes > 0 && !full) {
            sink.take(new Instruction.Copy(copyOffset, copyBytes));
            copyBytes = 0;
        }
    }
}
