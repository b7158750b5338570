package dev.lanyard.node.core.content;

import org.jspecify.annotations.Nullable;

/** Chooses the way that brings a content here soonest. */
public final class Ways {
    /*
     * Times are estimated from sizes and measured rates. What nobody knows before is how much of a
     * content its basis has: most edits are small, so an eighth is taken to be new, and at least
     * what the content is longer than its basis. On a link that is as fast as the disk, reading on
     * both sides costs more than sending, and the content comes whole; a delta that is here already
     * costs no link at all.
     *
     * A copy of what is on this disk is no question: it needs no link either, and no delta; the
     * engine takes it wherever it can.
     */
    private static final double NEW_SHARE = 1.0 / 8;

    /** What it takes to ask, whatever is asked for. */
    private static final double QUESTION_SECONDS = 0.002;

    /** Smaller contents come whole, many to a question; not worth one of their own. */
    private static final long ASKED_BYTES_MIN = 256 << 10;

    private Ways() {}

    /**
     * A content that is wanted, and what there is to make it of.
     *
     * @param stagedBytes how much of it came before an interruption
     * @param basis what is held in its place, or null
     */
    public record Wanted(long sizeBytes, long stagedBytes, @Nullable Basis basis) {}

    /**
     * A content that is here.
     *
     * @param isHere whether a delta on it is here
     * @param deltaBytes how long the delta is that is here or that a peer has told of, or {@link
     *     #NONE}
     * @param signatureBytes how long its signature is
     * @param isSigned whether that is remembered; else it must be read for it
     * @param wasNamed whether the peer was asked by name already, in vain
     */
    public record Basis(
            long sizeBytes,
            boolean isHere,
            long deltaBytes,
            long signatureBytes,
            boolean isSigned,
            boolean wasNamed) {
        /** Nobody has told of a delta. */
        public static final long NONE = -1;
    }

    /** The way that takes least time; whole in case of doubt. */
    public static Way choose(Wanted wanted, Rates rates) {
        Basis basis = wanted.basis();
        if (basis == null) {
            return Way.WHOLE;
        }
        if (basis.isHere()) {
            boolean isSooner = made(wanted, rates) < whole(wanted, rates);
            return isSooner || wanted.stagedBytes() == 0 ? Way.DELTA_HERE : Way.WHOLE;
        }
        if (wanted.sizeBytes() <= ASKED_BYTES_MIN
                || asked(wanted, basis, rates) >= whole(wanted, rates)) {
            return Way.WHOLE;
        }
        return basis.wasNamed() ? Way.DELTA_BY_SIGNATURE : Way.DELTA_BY_NAME;
    }

    /** What is received is hashed meanwhile. */
    private static double whole(Wanted wanted, Rates rates) {
        double rate = Math.min(rates.linkBytesPerSecond(), rates.diskBytesPerSecond());
        return QUESTION_SECONDS + (wanted.sizeBytes() - wanted.stagedBytes()) / rate;
    }

    /** To carry a delta out: the basis is copied, and the result hashed. */
    private static double made(Wanted wanted, Rates rates) {
        return wanted.sizeBytes() / rates.diskBytesPerSecond();
    }

    private static double asked(Wanted wanted, Basis basis, Rates rates) {
        if (basis.deltaBytes() != Basis.NONE && !basis.wasNamed()) {
            return QUESTION_SECONDS
                    + basis.deltaBytes() / rates.linkBytesPerSecond()
                    + made(wanted, rates);
        }
        double fresh =
                Math.max(
                        wanted.sizeBytes() * NEW_SHARE,
                        (double) (wanted.sizeBytes() - basis.sizeBytes()));
        double sent = fresh + (basis.wasNamed() ? basis.signatureBytes() : 0);
        double read = wanted.sizeBytes();
        if (basis.wasNamed() && !basis.isSigned()) {
            read += basis.sizeBytes();
        }
        return QUESTION_SECONDS
                + sent / rates.linkBytesPerSecond()
                + read / rates.diskBytesPerSecond()
                + made(wanted, rates);
    }
}
