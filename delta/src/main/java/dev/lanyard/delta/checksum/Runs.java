package dev.lanyard.delta.checksum;

import java.util.Arrays;

/** Runs of one byte value. */
public final class Runs {
    private Runs() {}

    /**
     * Where the run begins that ends with {@code last}.
     *
     * @param from before which it is not looked for
     */
    public static int begin(byte[] bytes, int from, int last) {
        int begin = last;
        while (begin > from && bytes[begin - 1] == bytes[last]) {
            begin--;
        }
        return begin;
    }

    /**
     * Where the run ends that goes on at {@code from}.
     *
     * @return the first byte that differs, or {@code to}
     */
    public static int end(byte[] bytes, int from, int to) {
        int same = Arrays.mismatch(bytes, from, to - 1, bytes, from + 1, to);
        return same < 0 ? to : from + 1 + same;
    }
}
