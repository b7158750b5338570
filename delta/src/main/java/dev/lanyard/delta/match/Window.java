package dev.lanyard.delta.match;

import dev.lanyard.delta.Target;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The part of the target that is in memory; it moves forward only, and reads no byte twice. */
final class Window {
    /** What is read at once. */
    private static final int READ_BYTES = 128 << 10;

    private final Target target;
    private final long end;
    private final byte[] bytes;
    private long offset;
    private int filled;
    private boolean ended;
    private boolean atTargetEnd;

    /**
     * One that begins empty.
     *
     * @param offset where in the target
     * @param end behind which nothing is read
     */
    Window(Target target, long offset, long end, int capacityBytes) {
        this.target = target;
        this.offset = offset;
        this.end = end;
        this.bytes = new byte[capacityBytes];
    }

    byte[] bytes() {
        return bytes;
    }

    /** How many bytes are there, from 0. */
    int filled() {
        return filled;
    }

    /** Whether nothing comes behind them. */
    boolean hasEnded() {
        return ended;
    }

    /** Whether the target ends behind them. */
    boolean isAtTargetEnd() {
        return atTargetEnd;
    }

    /** Where in the target a byte of the window is. */
    long offset(int index) {
        return offset + index;
    }

    /**
     * Sees to it that {@code count} bytes are there, or as many as the target has. No more are read
     * than that and a little: what is near the processor is used before other bytes displace it.
     *
     * @param from the first of them; those before may be let go of
     * @return how far all bytes have moved to the front
     */
    int require(int from, int count) throws IOException {
        int moved = 0;
        if (from + count > bytes.length) {
            moved = from;
            System.arraycopy(bytes, moved, bytes, 0, filled - moved);
            offset += moved;
            filled -= moved;
        }
        while (!ended && filled < from - moved + count) {
            read();
        }
        return moved;
    }

    /**
     * Lets go of all bytes before {@code to}, which may be behind those that are there.
     *
     * @return where it is now
     */
    int pass(int to) {
        if (to <= filled) {
            return to;
        }
        offset += to;
        filled = 0;
        return 0;
    }

    private void read() throws IOException {
        int room = Math.min(READ_BYTES, bytes.length - filled);
        int wanted = (int) Math.min(room, end - offset(filled));
        if (wanted == 0) {
            ended = true;
            return;
        }
        int count = target.read(ByteBuffer.wrap(bytes, filled, wanted), offset(filled));
        if (count < 0) {
            atTargetEnd = true;
            ended = true;
        } else {
            filled += count;
        }
    }
}
