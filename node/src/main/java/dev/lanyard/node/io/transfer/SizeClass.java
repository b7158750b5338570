package dev.lanyard.node.io.transfer;

import dev.lanyard.protocol.message.Message;

/**
 * How large a content is, in four steps. Each class has its own lanes, so that a content waits only
 * for its like; both sides tell the class from the size that is asked for.
 */
enum SizeClass {
    /** Comes whole, in one message. */
    SMALL(Message.PART_BYTES_MAX, 8),
    /** Comes in parts, as all that follow. */
    MEDIUM(8L << 20, 16),
    LARGE(256L << 20, 2),
    HUGE(Long.MAX_VALUE, 2);

    /** The largest content that travels in a bundle. */
    static final int BUNDLED_BYTES_MAX = 64 << 10;

    /** From this size on an interrupted content is kept and goes on where it stopped. */
    static final long RESUMED_BYTES_MIN = 4L << 20;

    private final long bytesMax;
    private final int asksMax;

    SizeClass(long bytesMax, int asksMax) {
        this.bytesMax = bytesMax;
        this.asksMax = asksMax;
    }

    /** The class of a content of {@code sizeBytes}. */
    static SizeClass of(long sizeBytes) {
        for (SizeClass sizeClass : values()) {
            if (sizeBytes <= sizeClass.bytesMax) {
                return sizeClass;
            }
        }
        throw new IllegalArgumentException("size " + sizeBytes);
    }

    /** How many questions for contents of this class are open at a time in one session. */
    int asksMax() {
        return asksMax;
    }

    /** Whether file calls for it may last so long that they need a thread of the system. */
    boolean isSlow() {
        return this == LARGE || this == HUGE;
    }
}
