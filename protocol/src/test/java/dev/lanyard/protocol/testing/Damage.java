package dev.lanyard.protocol.testing;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What happens to bytes on a bad disk, or in the hands of somebody who means it. */
public final class Damage {
    private static final int PLACES_MAX = 4;

    private Damage() {}

    /** A copy of {@code good} with a few bytes changed, or its end cut off, or a part missing. */
    public static byte[] to(byte[] good, RandomGenerator random) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(PLACES_MAX); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(8)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> {
                    int end = Math.min(bytes.length, at + 1 + random.nextInt(8));
                    byte[] without = Arrays.copyOf(bytes, bytes.length - (end - at));
                    System.arraycopy(bytes, end, without, at, bytes.length - end);
                    bytes = without;
                }
                case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> bytes[at] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }
}
