package dev.lanyard.node.core.content;

/**
 * How fast this machine and a link were lately.
 *
 * @param linkBytesPerSecond of content that a peer sends
 * @param diskBytesPerSecond of content that is read, copied or hashed
 */
public record Rates(double linkBytesPerSecond, double diskBytesPerSecond) {
    /** What is assumed before anything was measured: a gigabit, and one core that hashes. */
    public static final Rates ASSUMED = new Rates(110e6, 800e6);

    /** A measurement of less than this says more of the beginning than of the rate. */
    private static final long BYTES_MIN = 1 << 20;

    /** How much the last measurement counts. */
    private static final double WEIGHT = 0.3;

    public Rates {
        if (!(linkBytesPerSecond > 0) || !(diskBytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "rates %f and %f (expected above 0)"
                            .formatted(linkBytesPerSecond, diskBytesPerSecond));
        }
    }

    /** The same after {@code bytes} came over the link in {@code seconds}. */
    public Rates received(long bytes, double seconds) {
        return bytes < BYTES_MIN || seconds <= 0
                ? this
                : new Rates(mixed(linkBytesPerSecond, bytes / seconds), diskBytesPerSecond);
    }

    /** The same after {@code bytes} were copied or hashed in {@code seconds}. */
    public Rates worked(long bytes, double seconds) {
        return bytes < BYTES_MIN || seconds <= 0
                ? this
                : new Rates(linkBytesPerSecond, mixed(diskBytesPerSecond, bytes / seconds));
    }

    private static double mixed(double before, double now) {
        return (1 - WEIGHT) * before + WEIGHT * now;
    }
}
