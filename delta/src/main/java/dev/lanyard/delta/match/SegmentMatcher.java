package dev.lanyard.delta.match;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.Target;
import dev.lanyard.delta.checksum.Gear;
import dev.lanyard.delta.checksum.Runs;

import java.io.IOException;

/** Matches one segment of a target, from its begin to its end. One use each; for one thread. */
final class SegmentMatcher {
    /*
     * After Tridgell, "Efficient Algorithms for Sorting and Synchronization" (1999), chapter 3, in
     * another order. Where something was matched, the block behind it is tried; at offsets where a
     * block of the basis begins, that one. So a content that was edited in place, or has grown, or
     * was shifted as a whole, goes by at the speed of the strong checksum, and nothing rolls. Who
     * has summed the target with the seed of the basis already knows which blocks are in place:
     * those go by without their bytes.
     *
     * Deviation, in the gaps between: rsync rolls a sum over whole blocks and looks up each of its
     * values. Here the blocks are known by an anchor inside each (see sign.BlockSums), so what rolls
     * is the sum of a small window, most of its values are passed over by a comparison, and where
     * an anchor is found, it says where its block would begin. A second window of the block is
     * compared before the strong checksum is computed.
     *
     * Holds throughout: all before `given` has been given out; the bytes from `given` are in the
     * window. A block may begin at `given` or later, and its anchor ends less than a block behind
     * its begin; so a literal is given out only up to a block before where the search is.
     *
     * Bounded work: blocks whose anchor and last window are right and whose strong checksum is not
     * can be made by who means harm, and occur in repetitive contents. When more than twice the
     * bytes passed by were summed in vain, the search goes on without trying until that is so no
     * more: then the delta becomes longer, not slower.
     */
    private static final int WINDOWS_OF_BLOCKS = 8;

    private static final int WINDOW_BYTES_MIN = 512 << 10;
    private static final int SEARCHED_BYTES_MIN = 128 << 10;
    private static final long IN_VAIN_BYTES_FREE = 16 << 20;

    /** What it takes to compare two windows, in bytes of the strong checksum. */
    private static final int COMPARED_BYTES = 512;

    private static final int NONE = -1;

    private final Signature signature;
    private final BlockIndex index;
    private final int blockBytes;
    private final InPlace inPlace;
    private final long from;
    private final long to;
    private final Window window;
    private final Emitter out;
    private final Gear gear = new Gear();
    private final long[] scratch = new long[2];
    private final boolean greatAreMany;
    private final int searchedBytes;
    private int following = NONE;
    private int found = NONE;
    private long summedInVain;

    /**
     * For the blocks of the target that begin from {@code from} to before {@code to}; the last may
     * end behind it.
     */
    SegmentMatcher(
            Signature signature,
            BlockIndex index,
            Target target,
            InPlace inPlace,
            long from,
            long to,
            Emitter out) {
        this.signature = signature;
        this.index = index;
        this.blockBytes = signature.blockBytes();
        this.searchedBytes = Math.max(blockBytes, SEARCHED_BYTES_MIN);
        this.inPlace = inPlace;
        this.from = from;
        this.to = to;
        this.out = out;
        this.greatAreMany = index.least() < Gear.kept(Gear.great(blockBytes));
        long end = to > Long.MAX_VALUE - blockBytes ? Long.MAX_VALUE : to + blockBytes;
        int capacity = Math.max(WINDOWS_OF_BLOCKS * blockBytes, WINDOW_BYTES_MIN);
        this.window = new Window(target, from, end, capacity);
    }

    void run() throws IOException {
        int given = 0;
        while (!out.isFull()) {
            given = passed(given);
            given -= window.require(given, blockBytes);
            if (given == window.filled() || window.offset(given) >= to) {
                return;
            }
            int block = expected(given);
            if (block == NONE) {
                given = searched(given);
            } else {
                given = copied(block, given);
            }
        }
    }

    /**
     * Gives out the blocks from {@code begin} on that are known to be in place. Where the block
     * behind the last one is another, that one is to be tried first: it makes one copy longer.
     *
     * @return the new {@code given}
     */
    private int passed(int begin) throws IOException {
        int given = begin;
        int same = sameOffset(given);
        while (same != NONE && (following == NONE || following == same) && inPlace.has(same)) {
            given = window.pass(copied(same, given));
            same = sameOffset(given);
        }
        return given;
    }

    /** The block behind the last one, or the one at the same offset, if it is there. */
    private int expected(int at) {
        if (following != NONE && isThere(following, at)) {
            return following;
        }
        int same = sameOffset(at);
        return same != NONE && same != following && isThere(same, at) ? same : NONE;
    }

    private int sameOffset(int at) {
        long offset = window.offset(at);
        long block = offset / blockBytes;
        return offset % blockBytes == 0 && block < signature.blockCount() ? (int) block : NONE;
    }

    private boolean isThere(int block, int at) {
        return at + signature.lengthBytes(block) <= window.filled()
                && index.mayBe(block, window.bytes(), at)
                && index.is(block, window.bytes(), at, scratch);
    }

    private int copied(int block, int at) throws IOException {
        int length = signature.lengthBytes(block);
        out.copy(signature.offset(block), length);
        following = block + 1 < signature.blockCount() ? block + 1 : NONE;
        return at + length;
    }

    /**
     * Searches for the next block from {@code given} on, and gives out what is before it, and it.
     *
     * @return the new {@code given}
     */
    private int searched(int begin) throws IOException {
        int given = begin;
        if (window.filled() - given < Gear.WINDOW_BYTES) {
            return ended(given);
        }
        byte[] bytes = window.bytes();
        gear.begin(bytes, given);
        int last = given + Gear.WINDOW_BYTES - 1;
        int aligned = nextAligned(given);
        while (true) {
            // A block that begins before here is in the window whole, or ends behind the target.
            int limit = window.hasEnded() ? window.filled() : window.filled() - blockBytes;
            int stop = Math.min(limit, aligned);
            if (last < stop) {
                last = next(last, stop);
            }
            if (last < stop) {
                int at = foundAt(last, given);
                if (at != NONE) {
                    out.literal(bytes, given, at);
                    return copied(found, at);
                }
                last = behind(last, stop);
            } else if (aligned <= limit) {
                int same = window.offset(aligned) < to ? sameOffset(aligned) : NONE;
                if (same != NONE && isThere(same, aligned)) {
                    out.literal(bytes, given, aligned);
                    return copied(same, aligned);
                }
                aligned += blockBytes;
            } else if (window.hasEnded()) {
                return ended(given);
            } else {
                int kept = Math.max(given, last - blockBytes);
                out.literal(bytes, given, kept);
                if (out.isFull()) {
                    return kept;
                }
                int moved = window.require(kept, last - kept + blockBytes + searchedBytes);
                last -= moved;
                aligned -= moved;
                given = kept - moved;
            }
        }
    }

    private int nextAligned(int at) {
        return at + blockBytes - (int) (window.offset(at) % blockBytes);
    }

    private int next(int last, int stop) {
        return greatAreMany
                ? gear.nextKnown(window.bytes(), last, stop, index.least(), index.sieve())
                : gear.next(window.bytes(), last, stop, index.least());
    }

    /** Where the block begins whose anchor may end at {@code last}, or -1; {@code found} is it. */
    private int foundAt(int last, int given) {
        if (!index.sieve().mayHave(gear.sum()) || summedInVain > inVainMax(last)) {
            return NONE;
        }
        byte[] bytes = window.bytes();
        int anchor = last + 1 - Gear.WINDOW_BYTES;
        int at = triedAll(anchor, given);
        if (at == NONE && gear.sum() == Gear.ofUniform(bytes[last])) {
            // The first bytes of a window count little: the run may begin behind its begin.
            int run = Runs.begin(bytes, anchor, last);
            if (run > anchor && Runs.end(bytes, run, window.filled()) - run >= blockBytes) {
                at = triedAll(run, given);
            }
        }
        return at;
    }

    private int triedAll(int anchor, int given) {
        int block = index.first(gear.sum());
        for (; block != NONE; block = index.next(block)) {
            int at = tried(block, anchor - signature.anchor(block), given);
            if (at != NONE) {
                return at;
            }
        }
        return NONE;
    }

    private int tried(int block, int at, int given) {
        if (at < given || at + blockBytes > window.filled() || window.offset(at) >= to) {
            return NONE;
        }
        if (!index.mayBe(block, window.bytes(), at)) {
            summedInVain += COMPARED_BYTES;
            return NONE;
        }
        if (!index.is(block, window.bytes(), at, scratch)) {
            summedInVain += blockBytes;
            return NONE;
        }
        found = block;
        return at;
    }

    private long inVainMax(int last) {
        return 2 * (window.offset(last) - from) + IN_VAIN_BYTES_FREE;
    }

    /** Where the search goes on: nothing is found within a run of one byte value. */
    private int behind(int last, int stop) {
        byte[] bytes = window.bytes();
        return gear.sum() == Gear.ofUniform(bytes[last]) ? Runs.end(bytes, last, stop) : last + 1;
    }

    /** Gives out what is left, with the end of the basis if it is at the end of the target. */
    private int ended(int given) throws IOException {
        int filled = window.filled();
        int end = (int) Math.min(filled, to - window.offset(0));
        int last = signature.blockCount() - 1;
        if (last >= 0 && window.isAtTargetEnd()) {
            int at = filled - signature.lengthBytes(last);
            if (at >= given && window.offset(at) < to && isThere(last, at)) {
                out.literal(window.bytes(), given, at);
                return copied(last, at);
            }
        }
        out.literal(window.bytes(), given, Math.max(given, end));
        return filled;
    }
}
