package dev.lanyard.delta.testing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * The seeds that properties are tried with: the same in every build, or -Dseeds=N of them, or
 * -Dseed=N alone.
 */
public final class Seeds {
    private Seeds() {}

    /** For {@code @MethodSource}. */
    public static LongStream some() {
        return upTo(80);
    }

    /** For {@code @MethodSource}. */
    public static LongStream many() {
        return upTo(250);
    }

    private static LongStream upTo(int count) {
        String alone = System.getProperty("seed");
        return alone == null
                ? LongStream.rangeClosed(1, Long.getLong("seeds", count))
                : LongStream.of(Long.parseLong(alone));
    }

    /** What follows from a seed. */
    public static RandomGenerator of(long seed) {
        return new SplittableRandom(seed);
    }
}
