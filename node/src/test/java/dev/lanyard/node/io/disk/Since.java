package dev.lanyard.node.io.disk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What was done to names and attributes since the last point that is durable: the journal of a
 * simulated file system that is still in memory. Owned by one {@link MemoryVolume}.
 *
 * <p>All is undone in reverse, call by call: what is left is always what there was at one point.
 */
final class Since {
    private final Deque<Call> calls = new ArrayDeque<>();
    private long number;

    /** One system call: it is durable as a whole or not at all. */
    private record Call(long number, List<Runnable> undo) {}

    /** A system call begins; what is changed from now on is part of it. */
    void begin() {
        Call last = calls.peekLast();
        if (last != null && last.undo().isEmpty()) {
            return; // It was refused.
        }
        number++;
        calls.add(new Call(number, new ArrayList<>()));
    }

    /** How to undo a part of the call that has begun; the number of the call. */
    long undo(Runnable undo) {
        Call last = calls.peekLast();
        if (last == null) {
            begin();
            return undo(undo);
        }
        last.undo().add(undo);
        return last.number();
    }

    /** Makes the call of that number durable, and all before it. */
    void commit(long upTo) {
        while (!calls.isEmpty() && calls.getFirst().number() <= upTo) {
            calls.removeFirst();
        }
    }

    /** Makes all calls durable. */
    void commit() {
        calls.clear();
    }

    /** Keeps the first calls, {@code random} says how many, and undoes the others. */
    void cut(RandomGenerator random) {
        // In a long journal all and nothing would be rare, and each has bugs of its own.
        int kept =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> calls.size();
                    default -> random.nextInt(calls.size() + 1);
                };
        while (calls.size() > kept) {
            calls.removeLast().undo().reversed().forEach(Runnable::run);
        }
        calls.clear();
    }
}
