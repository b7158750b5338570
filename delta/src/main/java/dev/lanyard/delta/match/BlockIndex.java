package dev.lanyard.delta.match;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.Gear;
import dev.lanyard.delta.checksum.Sieve;
import dev.lanyard.delta.checksum.Strong;
import dev.lanyard.delta.checksum.SumTable;
import dev.lanyard.delta.checksum.Weak;

import java.util.Arrays;

/** The blocks of a signature by their anchors. Immutable once it is made. */
final class BlockIndex {
    /**
     * So many blocks with one anchor are tried; who has more of them gains little by the others.
     */
    private static final int CHAIN_MAX = 32;

    private static final int NONE = SumTable.NONE;

    private final Signature signature;
    private final Strong strong;
    private final Sieve sieve;
    private final SumTable firstOfChain;
    private final int[] nextOfChain;
    private long least = Long.MAX_VALUE;

    BlockIndex(Signature signature, long secret) {
        this.signature = signature;
        this.strong = new Strong(signature.seed());
        int count = signature.blockCount();
        this.sieve = new Sieve(count);
        this.firstOfChain = new SumTable(count, secret);
        this.nextOfChain = new int[count];
        Arrays.fill(nextOfChain, NONE);
        for (int block = 0; block < count; block++) {
            if (signature.lengthBytes(block) == signature.blockBytes()) {
                enter(block);
            }
        }
    }

    private void enter(int block) {
        long sum = Weak.anchorSum(signature.weak(block));
        int at = firstOfChain.find(sum);
        if (at == NONE) {
            firstOfChain.put(sum, block);
            sieve.add(sum);
            least = Math.min(least, sum);
            return;
        }
        for (int length = 1; length < CHAIN_MAX; length++) {
            if (isEqual(at, block)) {
                return; // Its bytes are found where the other is.
            }
            if (nextOfChain[at] == NONE) {
                nextOfChain[at] = block;
                return;
            }
            at = nextOfChain[at];
        }
    }

    private boolean isEqual(int one, int other) {
        return signature.strongFirst(one) == signature.strongFirst(other)
                && signature.strongSecond(one) == signature.strongSecond(other);
    }

    /** From which sum on a window may be an anchor. */
    long least() {
        return least;
    }

    /** Knows the sums of anchors. */
    Sieve sieve() {
        return sieve;
    }

    /** The first block to try with an anchor of this sum, or -1. */
    int first(long sum) {
        return firstOfChain.find(sum);
    }

    /** The next one to try with the same anchor, or -1. */
    int next(int block) {
        return nextOfChain[block];
    }

    /**
     * Whether a block may be at {@code from}, by two of its windows; true of one that is shorter
     * than the others.
     */
    boolean mayBe(int block, byte[] bytes, int from) {
        if (signature.lengthBytes(block) < signature.blockBytes()) {
            return true;
        }
        long weak = signature.weak(block);
        return Gear.kept(Gear.of(bytes, from + signature.anchor(block))) == Weak.anchorSum(weak)
                && Weak.mayEnd(weak, bytes, from + signature.blockBytes());
    }

    /** Whether a block is at {@code from}. */
    boolean is(int block, byte[] bytes, int from, long[] scratch) {
        strong.sum(bytes, from, signature.lengthBytes(block), scratch, 0);
        return scratch[0] == signature.strongFirst(block)
                && scratch[1] == signature.strongSecond(block);
    }
}
