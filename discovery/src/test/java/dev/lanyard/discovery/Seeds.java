package dev.lanyard.discovery;

import java.util.stream.LongStream;

/** The seeds that properties run over; {@code -Dseed=N} runs one alone. */
public final class Seeds {
    private Seeds() {}

    /** So many seeds from 1 on, or the one that was asked for. */
    public static LongStream upTo(int runs) {
        Long only = Long.getLong("seed");
        return only != null ? LongStream.of(only) : LongStream.rangeClosed(1, runs);
    }
}
