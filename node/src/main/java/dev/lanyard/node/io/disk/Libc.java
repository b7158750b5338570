package dev.lanyard.node.io.disk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The functions of the C library and the system calls that the disk needs, one to one. All return
 * what the kernel does: a value, or the negated error number. Calls that a signal may interrupt are
 * repeated. Names are raw bytes, prepared by a {@link Scratch}; no name has a meaning of its own
 * here, so confinement is the business of the callers.
 */
final class Libc {
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_NO_AUTOMOUNT = 0x800;
    static final int AT_EMPTY_PATH = 0x1000;

    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_NONBLOCK = 04000;
    static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;
    static final int O_NOATIME = 01000000;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;

    static final int RENAME_NOREPLACE = 1;
    static final int RENAME_EXCHANGE = 2;

    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int DONT_NEED = 4;
    static final long TO_END = 0;
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    static final int F_SETSIG = 10;
    static final int F_SETLEASE = 1024;
    static final int F_RDLCK = 0;
    static final int F_UNLCK = 2;
    static final int SIGURG = 23;

    private static final long SYS_OPENAT2 = 437;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;
    private static final long OPEN_HOW_BYTES = 24;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final long FICLONE = 0x40049409L;

    private static final Linker LINKER = Linker.nativeLinker();

    /**
     * Calls any function, with up to six numbers. What a function does not take it ignores, and
     * narrower numbers are in the lower half of their register; Linux calls functions so on all
     * machines that we run on.
     */
    private static final MethodHandle CALL = anyFunction();

    private static final MemorySegment SYSCALL = function("syscall");
    private static final MemorySegment OPENAT = function("openat");
    private static final MemorySegment CLOSE = function("close");
    private static final MemorySegment STATX = function("statx");
    private static final MemorySegment FSTATFS = function("fstatfs");
    private static final MemorySegment GETDENTS64 = function("getdents64");
    private static final MemorySegment PREAD = function("pread");
    private static final MemorySegment PWRITE = function("pwrite");
    private static final MemorySegment FTRUNCATE = function("ftruncate");
    private static final MemorySegment FALLOCATE = function("fallocate");
    private static final MemorySegment POSIX_FADVISE = function("posix_fadvise");
    private static final MemorySegment LSEEK = function("lseek");
    private static final MemorySegment FSYNC = function("fsync");
    private static final MemorySegment SYNCFS = function("syncfs");
    private static final MemorySegment READLINKAT = function("readlinkat");
    private static final MemorySegment RENAMEAT2 = function("renameat2");
    private static final MemorySegment LINKAT = function("linkat");
    private static final MemorySegment UNLINKAT = function("unlinkat");
    private static final MemorySegment MKDIRAT = function("mkdirat");
    private static final MemorySegment SYMLINKAT = function("symlinkat");
    private static final MemorySegment UTIMENSAT = function("utimensat");
    private static final MemorySegment FCHMODAT = function("fchmodat");
    private static final MemorySegment FCHOWNAT = function("fchownat");
    private static final MemorySegment LISTXATTR = function("listxattr");
    private static final MemorySegment GETXATTR = function("getxattr");
    private static final MemorySegment SETXATTR = function("setxattr");
    private static final MemorySegment FCNTL = function("fcntl");
    private static final MemorySegment IOCTL = function("ioctl");
    private static final MemorySegment COPY_FILE_RANGE = function("copy_file_range");

    private Libc() {}

    private static MemorySegment function(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    /** To link a function costs milliseconds for each order of types: hence only one order. */
    @SuppressWarnings("restricted") // Native calls are what this class is for.
    private static MethodHandle anyFunction() {
        return LINKER.downcallHandle(
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    /**
     * Calls a function that returns a {@code long}. Whatever memory an argument is the address of
     * has to be kept by the caller; that of {@code s} is.
     */
    private static long longOf(
            MemorySegment function, Scratch s, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) CALL.invokeExact(function, s.captured(), a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return result < 0 ? -s.errno() : result;
    }

    /** The same of a function that returns an {@code int}: the upper half is of no meaning. */
    private static int intOf(
            MemorySegment function, Scratch s, long a, long b, long c, long d, long e) {
        int result;
        try {
            result = (int) (long) CALL.invokeExact(function, s.captured(), a, b, c, d, e, 0L);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return result < 0 ? -s.errno() : result;
    }

    /** Where memory is that the collector cannot move. */
    private static long at(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("on the heap: " + memory);
        }
        return memory.address();
    }

    /** Opens below {@code directory}; no link is followed and no way out is taken. */
    static int openBeneath(Scratch s, int directory, MemorySegment path, int flags, int mode) {
        MemorySegment how = s.struct();
        how.set(JAVA_LONG, 0, Integer.toUnsignedLong(flags | O_CLOEXEC));
        how.set(JAVA_LONG, 8, mode);
        how.set(JAVA_LONG, 16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
        long result;
        do {
            result =
                    longOf(
                            SYSCALL,
                            s,
                            SYS_OPENAT2,
                            directory,
                            at(path),
                            at(how),
                            OPEN_HOW_BYTES,
                            0);
        } while (result == -Errno.EINTR);
        return (int) result;
    }

    /** Opens as the process would: only for the folder itself, whose path is the user's. */
    static int openAnywhere(Scratch s, MemorySegment path, int flags) {
        int result;
        do {
            result = intOf(OPENAT, s, AT_FDCWD, at(path), flags | O_CLOEXEC, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /**
     * Closes a descriptor. It is closed whatever the answer is: Linux must not be asked again after
     * an interruption.
     */
    static int close(Scratch s, int descriptor) {
        int answer = intOf(CLOSE, s, descriptor, 0, 0, 0, 0);
        return answer == -Errno.EINTR ? 0 : answer;
    }

    /** Leaves a {@code struct statx} in {@link Scratch#struct}. */
    static int statx(Scratch s, int directory, MemorySegment name, int flags) {
        return intOf(
                STATX,
                s,
                directory,
                at(name),
                flags | AT_NO_AUTOMOUNT,
                STATX_BASIC_STATS,
                at(s.struct()));
    }

    /** Leaves a {@code struct statfs} in {@link Scratch#struct}. */
    static int fstatfs(Scratch s, int descriptor) {
        return intOf(FSTATFS, s, descriptor, at(s.struct()), 0, 0, 0);
    }

    /** Leaves entries of a directory in {@code to}; the bytes that they have, 0 at the end. */
    static long getdents(Scratch s, int directory, MemorySegment to) {
        return longOf(GETDENTS64, s, directory, at(to), to.byteSize(), 0, 0, 0);
    }

    static long pread(Scratch s, int file, MemorySegment to, long offset) {
        return passAt(PREAD, s, file, to, offset);
    }

    static long pwrite(Scratch s, int file, MemorySegment from, long offset) {
        return passAt(PWRITE, s, file, from, offset);
    }

    private static long passAt(
            MemorySegment function, Scratch s, int file, MemorySegment memory, long offset) {
        try {
            long result;
            do {
                result = longOf(function, s, file, at(memory), memory.byteSize(), offset, 0, 0);
            } while (result == -Errno.EINTR);
            return result;
        } finally {
            Reference.reachabilityFence(memory); // It may be that of a buffer.
        }
    }

    static int ftruncate(Scratch s, int file, long sizeBytes) {
        int result;
        do {
            result = intOf(FTRUNCATE, s, file, sizeBytes, 0, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Makes a hole of these bytes, which read as zeros from then on; the size stays. */
    static int punchHole(Scratch s, int file, long offset, long length) {
        int result;
        do {
            result = intOf(FALLOCATE, s, file, PUNCH_HOLE | KEEP_SIZE, offset, length, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Lets go of what is in memory of a part of a file; advice, which the kernel need not take. */
    static void forget(Scratch s, int file, long offset, long lengthBytes) {
        int unheeded = intOf(POSIX_FADVISE, s, file, offset, lengthBytes, DONT_NEED, 0);
        if (unheeded != 0) {
            return; // Then it is read from memory once more.
        }
    }

    static long lseek(Scratch s, int file, long offset, int whence) {
        return longOf(LSEEK, s, file, offset, whence, 0, 0, 0);
    }

    static int fsync(Scratch s, int descriptor) {
        int result;
        do {
            result = intOf(FSYNC, s, descriptor, 0, 0, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    static int syncfs(Scratch s, int descriptor) {
        int result;
        do {
            result = intOf(SYNCFS, s, descriptor, 0, 0, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Leaves the target in {@code to}, without a zero at its end; its length. */
    static long readlinkat(Scratch s, int directory, MemorySegment name, MemorySegment to) {
        return longOf(READLINKAT, s, directory, at(name), at(to), to.byteSize(), 0, 0);
    }

    static int renameat2(
            Scratch s, int from, MemorySegment name, int to, MemorySegment otherName, int flags) {
        return intOf(RENAMEAT2, s, from, at(name), to, at(otherName), flags);
    }

    /** Links the link itself, if it is one. */
    static int linkat(Scratch s, int from, MemorySegment name, int to, MemorySegment otherName) {
        return intOf(LINKAT, s, from, at(name), to, at(otherName), 0);
    }

    static int unlinkat(Scratch s, int directory, MemorySegment name, int flags) {
        return intOf(UNLINKAT, s, directory, at(name), flags, 0, 0);
    }

    static int mkdirat(Scratch s, int directory, MemorySegment name, int mode) {
        return intOf(MKDIRAT, s, directory, at(name), mode, 0, 0);
    }

    static int symlinkat(Scratch s, MemorySegment target, int directory, MemorySegment name) {
        return intOf(SYMLINKAT, s, at(target), directory, at(name), 0, 0);
    }

    /** {@code times}: two of {@code struct timespec}, for access and modification. */
    static int utimensat(Scratch s, int directory, MemorySegment name, MemorySegment times) {
        return intOf(UTIMENSAT, s, directory, at(name), at(times), AT_SYMLINK_NOFOLLOW, 0);
    }

    /** Never changes what a link points to; a link itself is answered with {@code EOPNOTSUPP}. */
    static int fchmodat(Scratch s, int directory, MemorySegment name, int mode) {
        return intOf(FCHMODAT, s, directory, at(name), mode, AT_SYMLINK_NOFOLLOW, 0);
    }

    /** {@code -1} leaves owner or group as it is. */
    static int fchownat(Scratch s, int directory, MemorySegment name, int owner, int group) {
        return intOf(FCHOWNAT, s, directory, at(name), owner, group, AT_SYMLINK_NOFOLLOW);
    }

    static long listxattr(Scratch s, MemorySegment path, MemorySegment to) {
        return longOf(LISTXATTR, s, at(path), at(to), to.byteSize(), 0, 0, 0);
    }

    static long getxattr(Scratch s, MemorySegment path, MemorySegment name, MemorySegment to) {
        return longOf(GETXATTR, s, at(path), at(name), at(to), to.byteSize(), 0, 0);
    }

    static int setxattr(Scratch s, MemorySegment path, MemorySegment name, MemorySegment value) {
        return intOf(SETXATTR, s, at(path), at(name), at(value), value.byteSize(), 0);
    }

    static int fcntl(Scratch s, int descriptor, int command, int argument) {
        int result;
        do {
            result = intOf(FCNTL, s, descriptor, command, argument, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Makes {@code to} share all blocks of {@code from}. */
    static int reflink(Scratch s, int from, int to) {
        int result;
        do {
            result = intOf(IOCTL, s, to, FICLONE, from, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Copies within the kernel, from one file to another; the bytes that were copied. */
    static long copyFileRange(
            Scratch s, int from, long offset, int to, long toStart, long lengthBytes) {
        MemorySegment fromOffset = s.struct().asSlice(0, Long.BYTES);
        MemorySegment toOffset = s.struct().asSlice(Long.BYTES, Long.BYTES);
        long result;
        do {
            fromOffset.set(JAVA_LONG, 0, offset);
            toOffset.set(JAVA_LONG, 0, toStart);
            result =
                    longOf(
                            COPY_FILE_RANGE,
                            s,
                            from,
                            at(fromOffset),
                            to,
                            at(toOffset),
                            lengthBytes,
                            0);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** A downcall throws only when its types are wrong: that is a mistake in this file. */
    private static IllegalStateException broken(Throwable thrown) {
        return new IllegalStateException("system call could not be made", thrown);
    }
}
