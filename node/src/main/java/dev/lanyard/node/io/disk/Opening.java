package dev.lanyard.node.io.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way from a folder to its open {@link Root}, with a look at each step whether it is still the
 * root that it was. What was opened and did not become part of a root is closed by {@link #close}.
 */
final class Opening implements AutoCloseable {
    /** The name of the marker in {@code .lanyard/}. */
    static final String MARKER = "marker";

    private static final int MARKER_BYTES_MAX = 256;
    private static final int NONE = -1;
    private static final byte[] PRIVATE_NAME = Places.name(RelativePath.PRIVATE_NAME);

    private final Path folder;
    private final byte[] folderBytes;
    private final Scratch.Pool scratches;
    private final Scratch s;
    private int root = NONE;
    private int own = NONE;
    private long device;
    private long privateInode;
    private boolean used;

    /**
     * {@code folderBytes} is what {@link PathBytes#of} makes of {@code folder}, always the same.
     */
    Opening(Path folder, byte[] folderBytes, Scratch.Pool scratches) {
        this.folder = folder;
        this.folderBytes = folderBytes;
        this.scratches = scratches;
        this.s = scratches.borrow();
    }

    void openFolder() throws DiskException, RootLostException {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY;
        root = Libc.openAnywhere(s, s.name(folderBytes), flags);
        check(root, "is not there", "is not a directory");
        check(Statx.ofDescriptor(s, root), "is not there", "is not a directory");
        device = Statx.device(s);
    }

    /** Makes {@code .lanyard/} where it is not there. */
    void makePrivate() throws DiskException {
        int result = Libc.mkdirat(s, root, s.name(PRIVATE_NAME), Places.PRIVATE_MODE);
        if (result < 0 && result != -Errno.EEXIST) {
            throw Errno.failure("mkdir", folder.resolve(RelativePath.PRIVATE_NAME), result);
        }
    }

    void openPrivate() throws IOException {
        own = Places.openDirectory(s, root, PRIVATE_NAME);
        if (own == -Errno.ENOSYS) {
            throw new IOException("this kernel has no openat2 (Linux 5.6 or later is needed)");
        }
        check(own, "has no .lanyard", "has a .lanyard that is not a directory");
        check(Statx.ofDescriptor(s, own), "has no .lanyard", "has no .lanyard");
        if (Statx.device(s) != device) {
            throw lost("has another file system mounted at .lanyard");
        }
        privateInode = Statx.inode(s);
    }

    /** Opens {@code .lanyard/} if it is there. */
    void openPrivateIfThere() {
        own = Places.openDirectory(s, root, PRIVATE_NAME);
    }

    /** The inode of the folder itself. */
    long folderInode() throws DiskException {
        int result = Statx.ofDescriptor(s, root);
        if (result < 0) {
            throw Errno.failure("stat", folder, result);
        }
        return Statx.inode(s);
    }

    long privateInode() {
        return privateInode;
    }

    void expectDevice(long expected) throws RootLostException {
        if (device != expected) {
            throw lost(
                    "is on another file system now (device %d, expected %d)"
                            .formatted(device, expected));
        }
    }

    /** Checks all of the identity that survives that the file system is mounted again. */
    void expect(RootIdentity identity) throws DiskException, RootLostException {
        String marker = readMarker();
        if (marker.isEmpty()) {
            throw lost("has no marker in .lanyard any more");
        }
        if (!marker.equals(identity.marker())) {
            throw lost("is another share (its marker is another one)");
        }
        if (privateInode != identity.markerInode() && Volume.of(s, root).keepsInodes()) {
            throw lost(
                    "is a copy of the share (.lanyard has inode %d, expected %d)"
                            .formatted(privateInode, identity.markerInode()));
        }
    }

    /** The text of the marker, empty if there is none. */
    String readMarker() throws DiskException, RootLostException {
        int flags = Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK;
        int file = Libc.openBeneath(s, own, s.name(Places.name(MARKER)), flags, 0);
        if (file == -Errno.ENOENT) {
            return "";
        }
        check(file, "has no marker", "has no marker");
        long length = Libc.pread(s, file, s.data().asSlice(0, MARKER_BYTES_MAX), 0);
        Libc.close(s, file);
        if (length < 0) {
            throw lost("has a marker that cannot be read (errno %d)".formatted(-length));
        }
        byte[] bytes = s.data().asSlice(0, length).toArray(JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }

    /** The root, which is the caller's to close. */
    LinuxRoot root(AtomicLong written, Staging.Renaming renaming) {
        used = true;
        Tree tree = new Tree(s, root, device);
        Volume volume = Volume.of(s, root);
        return new LinuxRoot(scratches, s, tree, new Places(s, own), volume, written, renaming);
    }

    private void check(int result, String absent, String notDirectory)
            throws DiskException, RootLostException {
        if (result >= 0) {
            return;
        }
        int errno = -result;
        if (errno == Errno.EMFILE || errno == Errno.ENFILE) {
            // That says nothing about the folder.
            throw new DiskException("open", folder.toString(), Fault.IO, errno);
        }
        throw lost(
                switch (errno) {
                    case Errno.ENOENT -> absent;
                    case Errno.ENOTDIR, Errno.ELOOP -> notDirectory;
                    default ->
                            "cannot be checked: %s (errno %d)"
                                    .formatted(Errno.fault(errno).text(), errno);
                });
    }

    private RootLostException lost(String finding) {
        return new RootLostException("the folder %s %s".formatted(folder, finding));
    }

    @Override
    public void close() {
        if (used) {
            return;
        }
        if (root >= 0) {
            Libc.close(s, root);
        }
        if (own >= 0) {
            Libc.close(s, own);
        }
        scratches.giveBack(s);
    }
}
