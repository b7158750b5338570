package dev.lanyard.node.io.disk;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Gives the space of long runs of zeros back to the file system. */
/*
 * A transfer carries bytes and does not know which of them were a hole at their source. Runs of zeros become holes here, as with
 * `rsync --sparse`, but only long ones: a hole for each short run would leave a file in many pieces. The zeros are written first, so that
 * the file has its length whatever becomes of the hole, and a file system that knows no holes has done its part.
 */
final class Holes {
    private static final int BLOCK_BYTES = 4_096;
    private static final int RUN_BLOCKS_MIN = 16;
    private static final MemorySegment ZEROS =
            MemorySegment.ofArray(new byte[BLOCK_BYTES]).asReadOnly();

    private Holes() {}

    /** Makes holes of the long runs of zeros in {@code bytes}, which were written at {@code at}. */
    static void make(Scratch s, int file, MemorySegment bytes, long at) {
        long size = bytes.byteSize();
        long run = -1;
        long block = Math.floorMod(-at, BLOCK_BYTES);
        for (; block + BLOCK_BYTES <= size; block += BLOCK_BYTES) {
            if (isZero(bytes, block)) {
                run = run < 0 ? block : run;
            } else {
                punch(s, file, at, run, block);
                run = -1;
            }
        }
        punch(s, file, at, run, block);
    }

    private static boolean isZero(MemorySegment bytes, long block) {
        return bytes.get(ValueLayout.JAVA_BYTE, block) == 0
                && MemorySegment.mismatch(bytes, block, block + BLOCK_BYTES, ZEROS, 0, BLOCK_BYTES)
                        < 0;
    }

    private static void punch(Scratch s, int file, long at, long run, long end) {
        if (run < 0 || end - run < (long) RUN_BLOCKS_MIN * BLOCK_BYTES) {
            return;
        }
        // A failure is none: the zeros are there already, and then they take their space.
        Libc.punchHole(s, file, at + run, end - run);
    }
}
