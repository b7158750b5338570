package dev.lanyard.node.io.disk;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The native memory that system calls of one thread at a time need: where the error number arrives,
 * names, small structs, and a bounce buffer for heap arrays. Borrowed from a {@link Pool}, so that
 * a call allocates nothing.
 */
final class Scratch {
    /** What one system call takes as a path, with the zero at its end. */
    static final int PATH_BYTES_MAX = 4_096;

    /** The bounce buffer: small enough to stay in the cache of a core, large enough for calls. */
    static final int DATA_BYTES = 256 * 1024;

    private static final int STRUCT_BYTES = 256;
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment captured = arena.allocate(Linker.Option.captureStateLayout());
    private final MemorySegment name = arena.allocate(PATH_BYTES_MAX);
    private final MemorySegment otherName = arena.allocate(PATH_BYTES_MAX);
    private final MemorySegment struct = arena.allocate(STRUCT_BYTES, Long.BYTES);
    private final ByteBuffer answer = struct.asByteBuffer().order(ByteOrder.nativeOrder());
    private @Nullable MemorySegment data;

    /** Where a call leaves its error number. */
    MemorySegment captured() {
        return captured;
    }

    /** The error number that the last failed call left. */
    int errno() {
        return (int) ERRNO.get(captured, 0L);
    }

    /** Room for a struct of at most 256 bytes, of no defined content. */
    MemorySegment struct() {
        return struct;
    }

    /** {@link #struct} once more, for who reads many fields of it: that takes fewer steps. */
    ByteBuffer answer() {
        return answer;
    }

    /** The bounce buffer, of no defined content. */
    MemorySegment data() {
        MemorySegment there = data;
        if (there == null) {
            there = arena.allocate(DATA_BYTES, Long.BYTES);
            data = there;
        }
        return there;
    }

    /** The name as the kernel wants it; valid until the next call of this method. */
    MemorySegment name(byte[] bytes) {
        return name(bytes, 0, bytes.length);
    }

    /** The same for a part of {@code bytes}. */
    MemorySegment name(byte[] bytes, int from, int to) {
        return terminated(name, bytes, from, to);
    }

    /** The second name of calls that take two. */
    MemorySegment otherName(byte[] bytes) {
        return terminated(otherName, bytes, 0, bytes.length);
    }

    private static MemorySegment terminated(MemorySegment room, byte[] bytes, int from, int to) {
        int length = to - from;
        if (length >= PATH_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "name of %d bytes (expected below %d)".formatted(length, PATH_BYTES_MAX));
        }
        MemorySegment.copy(bytes, from, room, ValueLayout.JAVA_BYTE, 0, length);
        room.set(ValueLayout.JAVA_BYTE, length, (byte) 0);
        return room;
    }

    /**
     * Keeps scratches for later, and lends first what came back last: that is still near the
     * processor. Thread-safe, never waits for long; has as many as are in use at once.
     */
    static final class Pool {
        private static final int IDLE_MAX = 16;

        private final ReentrantLock turn = new ReentrantLock();
        private final ArrayDeque<Scratch> idle = new ArrayDeque<>(IDLE_MAX);

        /** One that nobody else uses; to be given back. */
        Scratch borrow() {
            turn.lock();
            try {
                Scratch scratch = idle.poll();
                return scratch == null ? new Scratch() : scratch;
            } finally {
                turn.unlock();
            }
        }

        /** Gives back what was borrowed. Beyond a small number the collector takes it. */
        void giveBack(Scratch scratch) {
            turn.lock();
            try {
                if (idle.size() < IDLE_MAX) { // Else its arena frees it when it is unreachable.
                    idle.push(scratch);
                }
            } finally {
                turn.unlock();
            }
        }
    }
}
