package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Arrays of full parts that were dealt with, to be filled again. Thread-safe.
 *
 * <p>Parts wait for the disk while others arrive, so that a garbage collection finds most of what
 * came since the last one alive, and moves it, with all threads stopped, into memory that was never
 * touched before. What goes round is moved once.
 */
public final class SpareArrays {
    private final Queue<byte[]> spares;

    /** None yet, and never more than {@code max}. */
    public SpareArrays(int max) {
        spares = new ArrayBlockingQueue<>(max);
    }

    /** An array of {@code length}, whatever is in it. */
    byte[] take(int length) {
        byte[] spare = length == Message.PART_BYTES_MAX ? spares.poll() : null;
        return spare == null ? new byte[length] : spare;
    }

    /** Takes {@code bytes}, which nobody else may read or write any more. */
    public void give(byte[] bytes) {
        if (bytes.length == Message.PART_BYTES_MAX) {
            boolean _ = spares.offer(bytes); // Beyond what is kept it is garbage.
        }
    }
}
