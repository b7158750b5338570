package dev.lanyard.discovery.roster;

/**
 * Recognizes nonces of one start that were heard before. Nonces of a start are counted upwards, so
 * the newest and a bit for each of the {@value #WIDTH} up to it say all (as in RFC 4303, 3.4.3):
 * what is older is taken for heard. Wide enough for copies that overtake each other on different
 * networks; a beacon that is lost by it is followed by another within seconds.
 */
final class NonceWindow {
    private static final int WIDTH = Long.SIZE;

    private long newest;

    /** Bit i stands for the nonce {@code newest - i}. */
    private long heard;

    private boolean shut;

    /** Says whether {@code nonce} is heard for the first time, and remembers it. */
    boolean accept(long nonce) {
        if (shut) {
            return false;
        }
        if (heard == 0) { // The first of all: it may have any value.
            newest = nonce;
            heard = 1;
            return true;
        }
        long ahead = nonce - newest; // Nonces wrap, so only their distance means something.
        if (ahead > 0) {
            heard = ahead < WIDTH ? heard << ahead | 1 : 1;
            newest = nonce;
            return true;
        }
        if (ahead <= -WIDTH) {
            return false;
        }
        long bit = 1L << -ahead;
        boolean first = (heard & bit) == 0;
        heard |= bit;
        return first;
    }

    /** Whether {@code nonce} is the newest that was accepted. */
    boolean isNewest(long nonce) {
        return nonce == newest;
    }

    /** Accepts nothing from now on: the start has said goodbye. */
    void shut() {
        shut = true;
    }
}
