package dev.lanyard.node.io.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

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

    private static final MethodHandle SYSCALL =
            variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle OPENAT =
            variadic("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle STATX =
            function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle FSTATFS = function("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle GETDENTS64 =
            function("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle PREAD =
            function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PWRITE =
            function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FTRUNCATE =
            function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FALLOCATE =
            function("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LSEEK =
            function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FSYNC = function("fsync", JAVA_INT, JAVA_INT);
    private static final MethodHandle SYNCFS = function("syncfs", JAVA_INT, JAVA_INT);
    private static final MethodHandle READLINKAT =
            function("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle RENAMEAT2 =
            function("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LINKAT =
            function("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle UNLINKAT =
            function("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle MKDIRAT =
            function("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SYMLINKAT =
            function("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle UTIMENSAT =
            function("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle FCHMODAT =
            function("fchmodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle FCHOWNAT =
            function("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle LISTXATTR =
            function("listxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle GETXATTR =
            function("getxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle SETXATTR =
            function("setxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FCNTL =
            variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle IOCTL =
            variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle COPY_FILE_RANGE =
            function(
                    "copy_file_range",
                    JAVA_LONG,
                    JAVA_INT,
                    ADDRESS,
                    JAVA_INT,
                    ADDRESS,
                    JAVA_LONG,
                    JAVA_INT);

    private Libc() {}

    @SuppressWarnings("restricted") // Native calls are what this class is for.
    private static MethodHandle function(
            String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    @SuppressWarnings("restricted") // Native calls are what this class is for.
    private static MethodHandle variadic(
            String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    /** Opens below {@code directory}; no link is followed and no way out is taken. */
    static int openBeneath(Scratch s, int directory, MemorySegment path, int flags, int mode) {
        MemorySegment how = s.struct();
        how.set(JAVA_LONG, 0, Integer.toUnsignedLong(flags | O_CLOEXEC));
        how.set(JAVA_LONG, 8, mode);
        how.set(JAVA_LONG, 16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
        long result;
        do {
            try {
                result =
                        (long)
                                SYSCALL.invokeExact(
                                        s.captured(),
                                        SYS_OPENAT2,
                                        (long) directory,
                                        path,
                                        how,
                                        OPEN_HOW_BYTES);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return (int) result;
    }

    /** Opens as the process would: only for the folder itself, whose path is the user's. */
    static int openAnywhere(Scratch s, MemorySegment path, int flags) {
        int result;
        do {
            try {
                result =
                        (int)
                                OPENAT.invokeExact(
                                        s.captured(), AT_FDCWD, path, flags | O_CLOEXEC, 0);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    /**
     * Closes a descriptor. It is closed whatever the answer is: Linux must not be asked again after
     * an interruption.
     */
    static int close(Scratch s, int descriptor) {
        int result;
        try {
            result = (int) CLOSE.invokeExact(s.captured(), descriptor);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        int answer = orErrno(s, result);
        return answer == -Errno.EINTR ? 0 : answer;
    }

    /** Leaves a {@code struct statx} in {@link Scratch#struct}. */
    static int statx(Scratch s, int directory, MemorySegment name, int flags) {
        int result;
        try {
            result =
                    (int)
                            STATX.invokeExact(
                                    s.captured(),
                                    directory,
                                    name,
                                    flags | AT_NO_AUTOMOUNT,
                                    STATX_BASIC_STATS,
                                    s.struct());
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    /** Leaves a {@code struct statfs} in {@link Scratch#struct}. */
    static int fstatfs(Scratch s, int descriptor) {
        int result;
        try {
            result = (int) FSTATFS.invokeExact(s.captured(), descriptor, s.struct());
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    /** Leaves entries of a directory in {@code to}; the bytes that they have, 0 at the end. */
    static long getdents(Scratch s, int directory, MemorySegment to) {
        long result;
        try {
            result = (long) GETDENTS64.invokeExact(s.captured(), directory, to, to.byteSize());
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static long pread(Scratch s, int file, MemorySegment to, long offset) {
        long result;
        do {
            try {
                result = (long) PREAD.invokeExact(s.captured(), file, to, to.byteSize(), offset);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    static long pwrite(Scratch s, int file, MemorySegment from, long offset) {
        long result;
        do {
            try {
                result =
                        (long)
                                PWRITE.invokeExact(
                                        s.captured(), file, from, from.byteSize(), offset);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    static int ftruncate(Scratch s, int file, long sizeBytes) {
        int result;
        do {
            try {
                result = (int) FTRUNCATE.invokeExact(s.captured(), file, sizeBytes);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Makes a hole of these bytes, which read as zeros from then on; the size stays. */
    static int punchHole(Scratch s, int file, long offset, long length) {
        int result;
        do {
            try {
                result =
                        (int)
                                FALLOCATE.invokeExact(
                                        s.captured(), file, PUNCH_HOLE | KEEP_SIZE, offset, length);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    static long lseek(Scratch s, int file, long offset, int whence) {
        long result;
        try {
            result = (long) LSEEK.invokeExact(s.captured(), file, offset, whence);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static int fsync(Scratch s, int descriptor) {
        int result;
        do {
            try {
                result = (int) FSYNC.invokeExact(s.captured(), descriptor);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    static int syncfs(Scratch s, int descriptor) {
        int result;
        do {
            try {
                result = (int) SYNCFS.invokeExact(s.captured(), descriptor);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Leaves the target in {@code to}, without a zero at its end; its length. */
    static long readlinkat(Scratch s, int directory, MemorySegment name, MemorySegment to) {
        long result;
        try {
            result =
                    (long) READLINKAT.invokeExact(s.captured(), directory, name, to, to.byteSize());
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static int renameat2(
            Scratch s, int from, MemorySegment name, int to, MemorySegment otherName, int flags) {
        int result;
        try {
            result = (int) RENAMEAT2.invokeExact(s.captured(), from, name, to, otherName, flags);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    /** Links the link itself, if it is one. */
    static int linkat(Scratch s, int from, MemorySegment name, int to, MemorySegment otherName) {
        int result;
        try {
            result = (int) LINKAT.invokeExact(s.captured(), from, name, to, otherName, 0);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static int unlinkat(Scratch s, int directory, MemorySegment name, int flags) {
        int result;
        try {
            result = (int) UNLINKAT.invokeExact(s.captured(), directory, name, flags);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static int mkdirat(Scratch s, int directory, MemorySegment name, int mode) {
        int result;
        try {
            result = (int) MKDIRAT.invokeExact(s.captured(), directory, name, mode);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static int symlinkat(Scratch s, MemorySegment target, int directory, MemorySegment name) {
        int result;
        try {
            result = (int) SYMLINKAT.invokeExact(s.captured(), target, directory, name);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    /** {@code times}: two of {@code struct timespec}, for access and modification. */
    static int utimensat(Scratch s, int directory, MemorySegment name, MemorySegment times) {
        int result;
        try {
            result =
                    (int)
                            UTIMENSAT.invokeExact(
                                    s.captured(), directory, name, times, AT_SYMLINK_NOFOLLOW);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    /** Never changes what a link points to; a link itself is answered with {@code EOPNOTSUPP}. */
    static int fchmodat(Scratch s, int directory, MemorySegment name, int mode) {
        int result;
        try {
            result =
                    (int)
                            FCHMODAT.invokeExact(
                                    s.captured(), directory, name, mode, AT_SYMLINK_NOFOLLOW);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    /** {@code -1} leaves owner or group as it is. */
    static int fchownat(Scratch s, int directory, MemorySegment name, int owner, int group) {
        int result;
        try {
            result =
                    (int)
                            FCHOWNAT.invokeExact(
                                    s.captured(),
                                    directory,
                                    name,
                                    owner,
                                    group,
                                    AT_SYMLINK_NOFOLLOW);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static long listxattr(Scratch s, MemorySegment path, MemorySegment to) {
        long result;
        try {
            result = (long) LISTXATTR.invokeExact(s.captured(), path, to, to.byteSize());
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static long getxattr(Scratch s, MemorySegment path, MemorySegment name, MemorySegment to) {
        long result;
        try {
            result = (long) GETXATTR.invokeExact(s.captured(), path, name, to, to.byteSize());
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static int setxattr(Scratch s, MemorySegment path, MemorySegment name, MemorySegment value) {
        int result;
        try {
            result =
                    (int)
                            SETXATTR.invokeExact(
                                    s.captured(), path, name, value, value.byteSize(), 0);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
        return orErrno(s, result);
    }

    static int fcntl(Scratch s, int descriptor, int command, int argument) {
        int result;
        do {
            try {
                result = (int) FCNTL.invokeExact(s.captured(), descriptor, command, argument);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Makes {@code to} share all blocks of {@code from}. */
    static int reflink(Scratch s, int from, int to) {
        int result;
        do {
            try {
                result = (int) IOCTL.invokeExact(s.captured(), to, FICLONE, (long) from);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
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
            try {
                result =
                        (long)
                                COPY_FILE_RANGE.invokeExact(
                                        s.captured(),
                                        from,
                                        fromOffset,
                                        to,
                                        toOffset,
                                        lengthBytes,
                                        0);
            } catch (Throwable impossible) {
                throw broken(impossible);
            }
            result = orErrno(s, result);
        } while (result == -Errno.EINTR);
        return result;
    }

    private static int orErrno(Scratch s, int result) {
        return result < 0 ? -s.errno() : result;
    }

    private static long orErrno(Scratch s, long result) {
        return result < 0 ? -s.errno() : result;
    }

    /** A downcall throws only when its types are wrong: that is a mistake in this file. */
    private static IllegalStateException broken(Throwable thrown) {
        return new IllegalStateException("system call could not be made", thrown);
    }
}
