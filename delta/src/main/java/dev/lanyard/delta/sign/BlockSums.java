package dev.lanyard.delta.sign;

import dev.lanyard.delta.checksum.Gear;
import dev.lanyard.delta.checksum.Runs;
import dev.lanyard.delta.checksum.Strong;

/** Computes the sums of blocks. Immutable, so threads may share it. */
final class BlockSums {
    /*
     * A block is known by one of its windows, its anchor: if the block is somewhere, so is the
     * window, and it is found there by its bytes alone. Windows with great sums are taken, because
     * whoever looks for them passes over all others with one comparison; and up to four of them,
     * because the first may stand in many blocks (a heading, a licence) and say little of any.
     * Windows of one byte value are passed over for that reason too, unless the block has no other.
     * Repetitive blocks may have no great window: then it is one of the two greatest.
     *
     * So a part of each block is looked at, on average 4 * 2^bits bytes, and the guarantee of rsync
     * stands: every block of the basis that is in the target whole is found there.
     */
    private static final int GREATEST = 2;

    private final Strong strong;
    private final int blockBytes;
    private final long great;

    BlockSums(Strong strong, int blockBytes) {
        this.strong = strong;
        this.blockBytes = blockBytes;
        this.great = Gear.great(blockBytes);
    }

    /** The sums of {@code length} bytes, which begin with a block. */
    Part of(byte[] bytes, int from, int length) {
        int count = Math.ceilDiv(length, blockBytes);
        Part part = new Part(length, count);
        Gear gear = new Gear();
        for (int block = 0; block < count; block++) {
            int at = from + block * blockBytes;
            int blockLength = Math.min(blockBytes, from + length - at);
            strong.sum(bytes, at, blockLength, part.strong, 2 * block);
            if (blockLength == blockBytes) {
                part.edges[block] = Gear.of(bytes, at + blockBytes - Gear.WINDOW_BYTES);
                chooseAnchors(part, block, gear, bytes, at);
            }
        }
        return part;
    }

    private void chooseAnchors(Part part, int block, Gear gear, byte[] bytes, int from) {
        int end = from + blockBytes;
        gear.begin(bytes, from);
        int last = from + Gear.WINDOW_BYTES - 1;
        while (last < end && part.choiceCounts[block] < Part.CHOICES) {
            last = gear.next(bytes, last, end, great);
            if (last == end) {
                break;
            }
            if (gear.sum() == Gear.ofUniform(bytes[last])) {
                last = Runs.end(bytes, last, end); // Until there the sum stays what it is.
                continue;
            }
            if (!part.hasChosen(block, gear.sum())) {
                part.choose(block, gear.sum(), last + 1 - Gear.WINDOW_BYTES - from);
            }
            last++;
        }
        if (part.choiceCounts[block] == 0) {
            chooseGreatest(part, block, gear, bytes, from);
        }
    }

    private void chooseGreatest(Part part, int block, Gear gear, byte[] bytes, int from) {
        if (Runs.end(bytes, from, from + blockBytes) == from + blockBytes) {
            part.choose(block, Gear.ofUniform(bytes[from]), 0);
            return;
        }
        long bound = great;
        for (int i = 0; i < GREATEST; i++) {
            int anchor = gear.greatestBelow(bytes, from, blockBytes, bound);
            if (anchor < 0) {
                break;
            }
            part.choose(block, gear.sum(), anchor);
            bound = gear.sum();
        }
        if (part.choiceCounts[block] == 0) { // All windows are nearly of one byte value.
            part.choose(block, Gear.of(bytes, from), 0);
        }
    }
}
