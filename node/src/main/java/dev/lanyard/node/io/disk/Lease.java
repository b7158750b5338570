package dev.lanyard.node.io.disk;

/** Finds out whether anybody has a file open for writing. */
/*
 * The kernel grants a lease for reading only on a file that nobody has open for writing, in this
 * process or another. It is given back at once: who opens the file for writing meanwhile waits for
 * that moment, and the kernel signals us. That signal is SIGIO unless said otherwise, and SIGIO
 * ends a process that does not expect it; SIGURG is ignored.
 */
final class Lease {
    private Lease() {}

    /**
     * False only if somebody has the open regular file open for writing; true where this cannot be
     * found out: file systems without leases, files of another owner.
     */
    static boolean isQuiet(Scratch s, int file, Volume volume) {
        if (Libc.fcntl(s, file, Libc.F_SETSIG, Libc.SIGURG) < 0) {
            return true; // Without it, asking could end the process.
        }
        int result = Libc.fcntl(s, file, Libc.F_SETLEASE, Libc.F_RDLCK);
        if (result == 0) {
            Libc.fcntl(s, file, Libc.F_SETLEASE, Libc.F_UNLCK);
        }
        return result != -Errno.EAGAIN || !volume.tellsWriters();
    }
}
