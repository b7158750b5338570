package dev.lanyard.node.io.mirror;

import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Fills a staged file with what the destination has already: it shares the blocks of a file that is
 * like the source, and of the source only what differs is written. Thread-safe; hands are the
 * caller's.
 */
/*
 * Whatever the basis is, the result is the source: what was shared is read back from the staged file, which nobody else knows, and
 * compared with the source from the first byte to the last. So a basis is only a guess, and a wrong one costs time. A few spots are
 * compared before, since of a file that was written anew as a whole nothing would be saved.
 */
final class Patcher {
    /** Smaller files are written faster than they are compared. */
    static final long BYTES_MIN = 1 << 20;

    /** What differs is written in blocks of this size. */
    private static final int BLOCK_BYTES = 16 * 1024;

    private static final int SPOT_BYTES = 4 * 1024;
    private static final int SPOTS_MAX = 16;

    /** More files that look alike are not tried. */
    private static final int BASES_MAX = 4;

    private volatile boolean cannotShare;

    /** Whether it makes sense to look for a basis of a file of this size. */
    boolean isWorthwhile(long sizeBytes) {
        return sizeBytes >= BYTES_MIN && !cannotShare;
    }

    /**
     * Fills {@code to}, which is empty.
     *
     * @param staged the name of {@code to} in staging
     * @param bases where at the destination there may be something alike
     * @return how many bytes were written; -1 if {@code to} is still empty, and is to be filled
     *     otherwise
     */
    long fill(
            Hands hands,
            Content from,
            long sizeBytes,
            Sink to,
            String staged,
            List<RelativePath> bases)
            throws IOException {
        if (!isWorthwhile(sizeBytes)) {
            return -1;
        }
        for (RelativePath each : bases.subList(0, Math.min(BASES_MAX, bases.size()))) {
            if (isShared(hands, from, sizeBytes, to, each)) {
                return patch(hands, from, sizeBytes, to, staged);
            }
        }
        return -1;
    }

    /** Whether {@code to} has the blocks of {@code basis} now. */
    private boolean isShared(Hands hands, Content from, long sizeBytes, Sink to, RelativePath basis)
            throws IOException {
        if (cannotShare) {
            return false;
        }
        Content there;
        try {
            there = hands.copy.read(basis);
        } catch (DiskException e) {
            return false; // It is not there any more, or is no file: it was only a guess.
        }
        try (there) {
            if (!resembles(hands, from, sizeBytes, there)) {
                return false;
            }
            cannotShare = !to.share(there);
            return !cannotShare;
        }
    }

    /** Whether half of the spots at least, spread over all of it, are equal. */
    private static boolean resembles(Hands hands, Content one, long sizeBytes, Content other)
            throws IOException {
        int spots = (int) Math.min(SPOTS_MAX, 1 + sizeBytes / BYTES_MIN);
        int equal = 0;
        for (int i = 0; i < spots; i++) {
            long at = (sizeBytes - SPOT_BYTES) / (spots - 1) * i;
            int count = one.read(hands.piece.clear().limit(SPOT_BYTES), at);
            int otherCount = other.read(hands.other.clear().limit(SPOT_BYTES), at);
            if (count == otherCount && hands.piece.flip().equals(hands.other.flip())) {
                equal++;
            }
            if (equal + spots - 1 - i < spots / 2) {
                return false;
            }
        }
        return true;
    }

    /** Makes what is staged equal to the source; how many bytes were written. */
    private static long patch(Hands hands, Content from, long sizeBytes, Sink to, String staged)
            throws IOException {
        to.size(sizeBytes);
        long written = 0;
        try (Content shared = hands.copy.read(Place.STAGING, staged)) {
            for (long at = 0; at < sizeBytes; ) {
                int length = (int) Math.min(hands.piece.capacity(), sizeBytes - at);
                read(from, hands.piece.clear().limit(length), at);
                read(shared, hands.other.clear().limit(length), at);
                if (!hands.piece.equals(hands.other)) {
                    written += writeDiffering(hands.piece, hands.other, to, at);
                }
                at += length;
                at = Math.min(from.nextData(at), shared.nextData(at)); // Holes are not read.
            }
        }
        return written;
    }

    private static void read(Content from, ByteBuffer to, long at) throws IOException {
        int length = to.remaining();
        if (from.read(to, at) < length) {
            throw new DiskException("copy", "file", Fault.SHRANK, 0);
        }
        to.flip();
    }

    /** Blocks that differ and follow each other are written in one call. */
    private static long writeDiffering(ByteBuffer wanted, ByteBuffer there, Sink to, long at)
            throws IOException {
        int length = wanted.limit();
        long written = 0;
        int first = -1;
        for (int block = 0; block < length; block += BLOCK_BYTES) {
            int end = Math.min(block + BLOCK_BYTES, length);
            boolean differs =
                    !wanted.slice(block, end - block).equals(there.slice(block, end - block));
            if (differs && first < 0) {
                first = block;
            }
            if (first >= 0 && (!differs || end == length)) {
                int last = differs ? end : block;
                to.write(wanted.slice(first, last - first), at + first);
                written += last - first;
                first = -1;
            }
        }
        return written;
    }
}
