package dev.lanyard.delta.sign;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.Strong;
import dev.lanyard.delta.checksum.SumTable;
import dev.lanyard.delta.checksum.Weak;

import java.nio.ByteBuffer;

/**
 * Makes the signature of a basis in the pass in which its content is hashed. Not thread-safe, but
 * for {@link #part}; one use each.
 *
 * <p>Give it the bytes in order with {@link #update}, or, when segments are read and summed
 * elsewhere, their sums in order with {@link #add}; then {@link #finish}. Whole chunks of the
 * content hash are segments.
 */
public final class SignatureBuilder {
    /** Any multiple of it is a multiple of every block size. */
    public static final int SEGMENT_BYTES = Signature.BLOCK_BYTES_MAX;

    private static final int GATHERED_BYTES_MIN = 128 << 10;

    private final long lengthBytes;
    private final int blockBytes;
    private final byte[] seed;
    private final BlockSums sums;
    private final long[] weak;
    private final int[] anchors;
    private final long[] strong;
    private final SumTable taken;
    private byte[] gathered = new byte[0];
    private int gatheredBytes;
    private long takenBytes;

    /**
     * For a basis of so many bytes.
     *
     * @param seed {@link Signature#SEED_BYTES} that nobody knows, drawn for it
     */
    public SignatureBuilder(long lengthBytes, byte[] seed) {
        this(lengthBytes, seed, ByteBuffer.wrap(seed).getLong());
    }

    /**
     * The same with a seed that somebody may know already: that of an older signature, so that
     * {@link #hasBlockOf} tells what is where it was.
     *
     * @param secret what nobody knows; of no influence on the signature, but with it a basis that
     *     was made to be slow is not
     */
    public SignatureBuilder(long lengthBytes, byte[] seed, long secret) {
        this.lengthBytes = lengthBytes;
        this.blockBytes = Signature.blockBytesFor(lengthBytes);
        this.seed = seed.clone();
        this.sums = new BlockSums(new Strong(seed), blockBytes);
        int count = Signature.blockCount(lengthBytes, blockBytes);
        this.weak = new long[count];
        this.anchors = new int[count];
        this.strong = new long[2 * count];
        this.taken = new SumTable(count, secret);
    }

    /** The size of all blocks but the last. */
    public int blockBytes() {
        return blockBytes;
    }

    /** How many bytes it has taken. */
    public long takenBytes() {
        return takenBytes + gatheredBytes;
    }

    /** Takes the remaining bytes, which directly follow those before. */
    public void update(ByteBuffer bytes) {
        if (gatheredBytes == 0 && bytes.hasArray()) {
            int whole = bytes.remaining() - bytes.remaining() % blockBytes;
            if (whole > 0) {
                add(sums.of(bytes.array(), bytes.arrayOffset() + bytes.position(), whole));
                bytes.position(bytes.position() + whole);
            }
        }
        while (bytes.hasRemaining()) {
            gather(bytes);
        }
    }

    private void gather(ByteBuffer bytes) {
        if (gathered.length == 0) {
            gathered = new byte[Math.max(blockBytes, GATHERED_BYTES_MIN)];
        }
        int more = Math.min(bytes.remaining(), gathered.length - gatheredBytes);
        bytes.get(gathered, gatheredBytes, more);
        gatheredBytes += more;
        if (gatheredBytes == gathered.length) {
            addGathered();
        }
    }

    private void addGathered() {
        Part part = sums.of(gathered, 0, gatheredBytes);
        gatheredBytes = 0;
        add(part);
    }

    /**
     * The sums of a segment: the remaining bytes of {@code bytes}, which are taken. It begins with
     * a block and ends with one, or with the basis. Any thread may call it at any time.
     */
    public Part part(ByteBuffer bytes) {
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.position();
            Part part = sums.of(bytes.array(), from, bytes.remaining());
            bytes.position(bytes.limit());
            return part;
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return sums.of(copy, 0, copy.length);
    }

    /**
     * Takes the sums of the next segment.
     *
     * @throws IllegalStateException if the bytes before do not end with a whole block
     */
    public void add(Part part) {
        if (takenBytes() % blockBytes != 0 || gatheredBytes != 0) {
            throw new IllegalStateException(
                    "a segment at byte %d (expected a multiple of %d)"
                            .formatted(takenBytes(), blockBytes));
        }
        long first = takenBytes / blockBytes;
        for (int i = 0; i < part.blockCount() && first + i < weak.length; i++) {
            addBlock((int) first + i, part, i);
        }
        takenBytes += part.lengthBytes;
    }

    private void addBlock(int block, Part part, int i) {
        strong[2 * block] = part.strong[2 * i];
        strong[2 * block + 1] = part.strong[2 * i + 1];
        if (part.choiceCounts[i] == 0) {
            return; // Shorter than the others, and found only where it is expected.
        }
        int choice = Part.CHOICES * i;
        int end = choice + part.choiceCounts[i] - 1;
        while (choice < end && isTakenByAnother(part.sums[choice], block)) {
            choice++;
        }
        weak[block] = Weak.of(part.sums[choice], part.edges[i]);
        anchors[block] = part.anchors[choice];
        if (taken.find(part.sums[choice]) == SumTable.NONE) {
            taken.put(part.sums[choice], block);
        }
    }

    /** An equal block is no other: it needs not be found twice. */
    private boolean isTakenByAnother(long sum, int block) {
        int other = taken.find(sum);
        return other != SumTable.NONE
                && (strong[2 * other] != strong[2 * block]
                        || strong[2 * other + 1] != strong[2 * block + 1]);
    }

    /**
     * Whether a block that it has taken is the one at the same offset in {@code other}, by the
     * strong sums.
     *
     * @param other with the same seed and size of blocks
     */
    public boolean hasBlockOf(Signature other, int block) {
        long offset = other.offset(block);
        return offset < takenBytes
                && block < weak.length
                && Math.min(blockBytes, lengthBytes - offset) == other.lengthBytes(block)
                && strong[2 * block] == other.strongFirst(block)
                && strong[2 * block + 1] == other.strongSecond(block);
    }

    /**
     * The signature of all that it has taken. Nothing may be given to it afterwards.
     *
     * @throws IllegalStateException if that is not as many bytes as were told before; see {@link
     *     #takenBytes}
     */
    public Signature finish() {
        if (takenBytes() != lengthBytes) {
            throw new IllegalStateException(
                    "%d bytes (expected %d)".formatted(takenBytes(), lengthBytes));
        }
        if (gatheredBytes > 0) {
            addGathered();
        }
        return new Signature(lengthBytes, blockBytes, seed, weak, anchors, strong);
    }
}
