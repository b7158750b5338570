package dev.lanyard.it;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Has two files change places, in one step: what was replaced is known exactly. Linux only. */
final class Exchange {
    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;
    private static final int ENOENT = 2;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final MethodHandle RENAMEAT2 = renameat2();

    private Exchange() {}

    @SuppressWarnings("restricted") // With the signature that renameat2(2) has.
    private static MethodHandle renameat2() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("renameat2"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT),
                Linker.Option.captureCallState("errno"));
    }

    /** Whether both were there; then each is where the other was. */
    static boolean between(Path one, Path other) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result =
                    call(
                            state,
                            arena.allocateFrom(one.toString()),
                            arena.allocateFrom(other.toString()));
            if (result == 0) {
                return true;
            }
            int errno = state.get(JAVA_INT, STATE.byteOffset(errnoPath()));
            if (errno != ENOENT) {
                throw new IOException("%s and %s: error %d".formatted(one, other, errno));
            }
            return false;
        }
    }

    private static MemoryLayout.PathElement errnoPath() {
        return MemoryLayout.PathElement.groupElement("errno");
    }

    private static int call(MemorySegment state, MemorySegment one, MemorySegment other) {
        try {
            return (int)
                    RENAMEAT2.invokeExact(state, AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
        } catch (Throwable impossible) {
            throw new IllegalStateException("no such call", impossible);
        }
    }
}
