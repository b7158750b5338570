package dev.lanyard.node.io.watch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The system calls that a watch needs. One object belongs to one thread.
 *
 * <p>Results are as the kernel gives them: 0 or more, or the negative error number.
 */
final class LinuxCalls implements AutoCloseable {
    /*
     * All go through syscall(2), with the numbers of the architecture: one binding instead of
     * fifteen, and openat2 has no other. Two tables are known: x86-64, and the generic one that
     * arm64 and all later architectures share.
     */
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENOSPC = 28;
    static final int ELOOP = 40;

    private static final int AT_FDCWD = -100;
    private static final int O_WRONLY = 01;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int RESOLVE_NO_XDEV = 1;
    private static final int RESOLVE_NO_SYMLINKS = 4;
    private static final int RESOLVE_BENEATH = 8;
    private static final int NONBLOCK_CLOEXEC = 02004000;
    private static final int STATX_INO = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final short POLLIN = 1;
    private static final short POLLPRI = 2;

    /** The longest path that one call takes. */
    private static final int CALL_PATH_BYTES_MAX = 4000;

    private static final int DIRENTS_BYTES = 64 * 1024;
    private static final int DT_UNKNOWN = 0;
    private static final int DT_DIR = 4;

    private static final boolean X86 = "amd64".equals(System.getProperty("os.arch"));
    private static final int O_DIRECTORY =
            "aarch64".equals(System.getProperty("os.arch")) ? 040000 : 0200000;
    private static final byte[] DOT = {'.'};

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = bind();

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
    private final MemorySegment path = arena.allocate(CALL_PATH_BYTES_MAX + 1L);
    private final MemorySegment how = arena.allocate(24, 8);
    private final MemorySegment statx = arena.allocate(256, 8);
    private final MemorySegment polled = arena.allocate(16, 8);
    private final MemorySegment time = arena.allocate(16, 8);
    private final MemorySegment eight = arena.allocate(8, 8);
    private final MemorySegment dirents = arena.allocate(DIRENTS_BYTES, 8);

    /** Whether these calls can be made here. */
    static boolean isSupported() {
        return "linux".equals(System.getProperty("os.name", "").toLowerCase(Locale.ROOT))
                && Set.of("amd64", "aarch64", "riscv64")
                        .contains(System.getProperty("os.arch", ""));
    }

    @SuppressWarnings("restricted") // The one binding, with the signature that syscall(2) has.
    private static MethodHandle bind() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG),
                ERRNO,
                Linker.Option.firstVariadicArg(1));
    }

    /** The calls and their numbers: on x86-64, and in the generic table. */
    private enum Call {
        READ(0, 63),
        WRITE(1, 64),
        CLOSE(3, 57),
        GETDENTS64(217, 61),
        INOTIFY_ADD_WATCH(254, 27),
        INOTIFY_RM_WATCH(255, 28),
        OPENAT(257, 56),
        MKDIRAT(258, 34),
        UNLINKAT(263, 35),
        PPOLL(271, 73),
        EVENTFD2(290, 19),
        INOTIFY_INIT1(294, 26),
        STATX(332, 291),
        OPENAT2(437, 437);

        private final int number;

        Call(int x86, int generic) {
            number = X86 ? x86 : generic;
        }
    }

    /** A new inotify instance that never blocks. */
    int inotify() {
        return call(Call.INOTIFY_INIT1, NONBLOCK_CLOEXEC, 0, 0, 0, 0);
    }

    /** A counter that {@link #poll} can wait for beside inotify. */
    int eventCounter() {
        return call(Call.EVENTFD2, 0, NONBLOCK_CLOEXEC, 0, 0, 0);
    }

    /** Makes {@code counter} readable. */
    int signal(int counter) {
        eight.set(JAVA_LONG, 0, 1);
        return call(Call.WRITE, counter, eight.address(), 8, 0, 0);
    }

    /** Makes {@code counter} unreadable again. */
    int unsignal(int counter) {
        return call(Call.READ, counter, eight.address(), 8, 0, 0);
    }

    /** Reads into {@code to}; the count. */
    int read(int descriptor, MemorySegment to) {
        return call(Call.READ, descriptor, to.address(), to.byteSize(), 0, 0);
    }

    /** Closes a descriptor. */
    int close(int descriptor) {
        return call(Call.CLOSE, descriptor, 0, 0, 0, 0);
    }

    /**
     * Waits until one of the two can be read, at most {@code nanos}, without limit if negative. A
     * negative descriptor is not waited for.
     */
    int poll(int one, int other, long nanos) {
        return poll(one, POLLIN, other, nanos);
    }

    /** Waits, without limit, until {@code table} was changed or {@code other} can be read. */
    int pollChange(int table, int other) {
        return poll(table, POLLPRI, other, -1);
    }

    private int poll(int one, int events, int other, long nanos) {
        polled.set(JAVA_INT, 0, one);
        polled.set(JAVA_INT, 4, events);
        polled.set(JAVA_INT, 8, other);
        polled.set(JAVA_INT, 12, POLLIN);
        time.set(JAVA_LONG, 0, nanos / 1_000_000_000);
        time.set(JAVA_LONG, 8, nanos % 1_000_000_000);
        return call(Call.PPOLL, polled.address(), 2, nanos < 0 ? 0 : time.address(), 0, 8);
    }

    /** Watches the directory behind an open descriptor; the watch. */
    int addWatch(int inotify, int directory, int mask) {
        MemorySegment link = cString(("/proc/self/fd/" + directory).getBytes(US_ASCII));
        return call(Call.INOTIFY_ADD_WATCH, inotify, link.address(), mask, 0, 0);
    }

    /** Ends a watch. */
    int removeWatch(int inotify, int watch) {
        return call(Call.INOTIFY_RM_WATCH, inotify, watch, 0, 0, 0);
    }

    /** Opens the root of a share, following links to it, for looking up what is below. */
    int openRoot(byte[] absolute) {
        return call(
                Call.OPENAT,
                AT_FDCWD,
                cString(absolute).address(),
                O_PATH | O_DIRECTORY | O_CLOEXEC,
                0,
                0);
    }

    /** Opens the table of what is mounted for this process, whose changes can be waited for. */
    int openMounts() {
        long path = cString("/proc/self/mountinfo".getBytes(US_ASCII)).address();
        return call(Call.OPENAT, AT_FDCWD, path, O_CLOEXEC, 0, 0);
    }

    /**
     * Opens a directory below {@code root} for listing, without following a link or leaving the
     * file system; the root itself for an empty path. Long paths are opened piece by piece.
     */
    int openDirectory(int root, byte[] below) {
        int base = root;
        int start = 0;
        while (below.length - start > CALL_PATH_BYTES_MAX) {
            int end = start + CALL_PATH_BYTES_MAX;
            while (below[end] != '/') {
                end--;
            }
            int next = openBelow(base, Arrays.copyOfRange(below, start, end), O_PATH);
            if (base != root) {
                close(base);
            }
            if (next < 0) {
                return next;
            }
            base = next;
            start = end + 1;
        }
        byte[] rest = below.length == 0 ? DOT : Arrays.copyOfRange(below, start, below.length);
        int directory = openBelow(base, rest, 0);
        if (base != root) {
            close(base);
        }
        return directory;
    }

    private int openBelow(int base, byte[] relative, int flags) {
        how.set(JAVA_LONG, 0, O_DIRECTORY | O_CLOEXEC | flags);
        how.set(JAVA_LONG, 8, 0);
        how.set(JAVA_LONG, 16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
        int result;
        int tries = 0;
        do { // A rename elsewhere during the look-up is answered with EAGAIN.
            result =
                    call(
                            Call.OPENAT2,
                            base,
                            cString(relative).address(),
                            how.address(),
                            how.byteSize(),
                            0);
        } while (result == -EAGAIN && ++tries < 64);
        return result;
    }

    /** Which directory an open descriptor is; null if that cannot be found out. */
    @Nullable Identity identity(int directory) {
        path.set(JAVA_BYTE, 0, (byte) 0);
        int result =
                call(
                        Call.STATX,
                        directory,
                        path.address(),
                        AT_EMPTY_PATH,
                        STATX_INO,
                        statx.address());
        return result < 0
                ? null
                : new Identity(
                        statx.get(JAVA_INT, 136),
                        statx.get(JAVA_INT, 140),
                        statx.get(JAVA_LONG, 32));
    }

    /**
     * Gives the names of all that is, or may be, a directory in an open directory.
     *
     * @return 0, or an error after which some names are missing
     */
    int directories(int directory, Consumer<byte[]> names) {
        while (true) {
            int filled =
                    call(Call.GETDENTS64, directory, dirents.address(), dirents.byteSize(), 0, 0);
            if (filled <= 0) {
                return filled;
            }
            for (int at = 0; at < filled; ) {
                int length = Short.toUnsignedInt(dirents.get(JAVA_SHORT, at + 16L));
                int type = dirents.get(JAVA_BYTE, at + 18L);
                if (type == DT_DIR || type == DT_UNKNOWN) {
                    byte[] name = name(dirents, at + 19L, length - 19);
                    if (!isDots(name)) {
                        names.accept(name);
                    }
                }
                at += length;
            }
        }
    }

    /** Makes a directory; -{@link #EEXIST} if it is there. */
    int makeDirectory(int base, String name) {
        return call(Call.MKDIRAT, base, cString(name.getBytes(US_ASCII)).address(), 0700, 0, 0);
    }

    /** Makes an empty file. */
    int makeFile(int base, String name) {
        int file =
                call(
                        Call.OPENAT,
                        base,
                        cString(name.getBytes(US_ASCII)).address(),
                        O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
                        0600,
                        0);
        return file < 0 ? file : close(file);
    }

    /** Removes a file. */
    int removeFile(int base, String name) {
        return call(Call.UNLINKAT, base, cString(name.getBytes(US_ASCII)).address(), 0, 0, 0);
    }

    /** The bytes of a name that is padded with zeros to {@code lengthMax}. */
    static byte[] name(MemorySegment from, long offset, int lengthMax) {
        int length = 0;
        while (length < lengthMax && from.get(JAVA_BYTE, offset + length) != 0) {
            length++;
        }
        byte[] name = new byte[length];
        MemorySegment.copy(from, JAVA_BYTE, offset, name, 0, length);
        return name;
    }

    @Override
    public void close() {
        arena.close();
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    private MemorySegment cString(byte[] bytes) {
        if (bytes.length > CALL_PATH_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "path of %d bytes (expected at most %d)"
                            .formatted(bytes.length, CALL_PATH_BYTES_MAX));
        }
        MemorySegment.copy(bytes, 0, path, JAVA_BYTE, 0, bytes.length);
        path.set(JAVA_BYTE, bytes.length, (byte) 0);
        return path;
    }

    private int call(Call call, long a, long b, long c, long d, long e) {
        while (true) {
            long result;
            try {
                result = (long) SYSCALL.invokeExact(errno, (long) call.number, a, b, c, d, e);
            } catch (Throwable impossible) {
                throw new IllegalStateException("%s threw".formatted(call), impossible);
            }
            if (result >= 0) {
                return (int) result;
            }
            int error = (int) ERRNO_VALUE.get(errno, 0L);
            if (error != EINTR || call == Call.CLOSE || call == Call.PPOLL) {
                return -error;
            }
        }
    }

    /** What makes a directory the same directory while the system runs. */
    record Identity(int deviceMajor, int deviceMinor, long inode) {}
}
