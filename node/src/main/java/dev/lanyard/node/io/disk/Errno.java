package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.DiskException.Fault;

/** The error numbers of Linux that anything is decided by, the same on all machines we run on. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENODEV = 19;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ETXTBSY = 26;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int EMLINK = 31;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int EILSEQ = 84;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    private Errno() {}

    /** What an error number means where the call gives it no meaning of its own. */
    static Fault fault(int errno) {
        return switch (errno) {
            case ENOENT -> Fault.NO_SUCH_FILE;
            case EEXIST -> Fault.EXISTS;
            case ENOTDIR -> Fault.NOT_A_DIRECTORY;
            case EISDIR -> Fault.IS_A_DIRECTORY;
            case ENOTEMPTY -> Fault.NOT_EMPTY;
            case ELOOP -> Fault.CONFINED;
            case EACCES, EPERM -> Fault.NOT_PERMITTED;
            case EROFS -> Fault.READ_ONLY;
            case ENOSPC, EDQUOT -> Fault.DISK_FULL;
            case ENAMETOOLONG, EILSEQ -> Fault.NAME_IMPOSSIBLE;
            case EBUSY, ETXTBSY, EAGAIN -> Fault.BUSY;
            case EXDEV -> Fault.OTHER_DEVICE;
            case EOPNOTSUPP, ENOSYS, ENXIO, ENODEV, EFBIG -> Fault.UNSUPPORTED;
            default -> Fault.IO;
        };
    }

    /** The failure of {@code call} on {@code subject}; {@code result} is a negated error number. */
    static DiskException failure(String call, Object subject, long result) {
        int errno = (int) -result;
        return new DiskException(call, subject.toString(), fault(errno), errno);
    }
}
