package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The system calls of a {@link MemoryDisk}: what each refuses, and whom it is told to. As for the
 * superuser, modes are kept and forbid nothing.
 */
final class MemoryCalls {
    private static final int SPECIAL_BITS = 07000;
    private static final int ALL_BITS = 07777;
    private static final int LINK_MODE = 0777;

    private final MemoryVolume volume;
    private Consumer<RelativePath> heard = _ -> {};

    MemoryCalls(MemoryVolume volume) {
        this.volume = volume;
    }

    /** A name in a directory, and the path that it has in the tree, if it is there. */
    record Spot(MemoryInode directory, String name, @Nullable RelativePath path) {
        Object subject() {
            return path == null ? name : path;
        }
    }

    MemoryVolume volume() {
        return volume;
    }

    void onChange(Consumer<RelativePath> hears) {
        heard = hears;
    }

    /** Tells the watch about a path of the tree. */
    void tell(Spot spot) {
        if (spot.path() != null) {
            heard.accept(spot.path());
        }
    }

    // ---------------------------------------------------------------- finding

    /** Where {@code path} is or would be. Throws what its parent is not. */
    Spot spot(String call, RelativePath path) throws DiskException {
        RelativePath parent = path.parent().orElse(null);
        MemoryInode directory = parent == null ? volume.top : directory(call, parent);
        return new Spot(directory, Places.name(path.name()), path);
    }

    MemoryInode directory(String call, RelativePath path) throws DiskException {
        MemoryInode at = volume.top;
        byte[] bytes = path.bytes();
        int start = 0;
        for (int end = 0; end <= bytes.length; end++) {
            if (end == bytes.length || bytes[end] == '/') {
                byte[] name = Arrays.copyOfRange(bytes, start, end);
                at = directory(call, new Spot(at, Places.name(name), path));
                start = end + 1;
            }
        }
        return at;
    }

    MemoryInode directory(String call, Spot spot) throws DiskException {
        MemoryInode inode = existing(call, spot);
        return switch (inode.kind) {
            case DIRECTORY -> inode;
            case SYMLINK -> throw failure(call, spot, Errno.ELOOP);
            case FILE, FIFO, SOCKET, DEVICE -> throw failure(call, spot, Errno.ENOTDIR);
        };
    }

    @Nullable MemoryInode find(Spot spot) {
        return volume.entry(spot.directory(), spot.name());
    }

    MemoryInode existing(String call, Spot spot) throws DiskException {
        MemoryInode inode = find(spot);
        if (inode == null) {
            throw failure(call, spot, Errno.ENOENT);
        }
        return inode;
    }

    MemoryInode regular(String call, Spot spot) throws DiskException {
        MemoryInode inode = existing(call, spot);
        return switch (inode.kind) {
            case FILE -> inode;
            case DIRECTORY -> throw failure(call, spot, Errno.EISDIR);
            case SYMLINK -> throw failure(call, spot, Errno.ELOOP);
            case FIFO, SOCKET, DEVICE -> throw failure(call, spot, Errno.EOPNOTSUPP);
        };
    }

    LinkTarget target(Spot spot) throws DiskException {
        LinkTarget target = existing("readlink", spot).target;
        if (target == null) {
            throw failure("readlink", spot, Errno.EOPNOTSUPP);
        }
        return target;
    }

    // ---------------------------------------------------------------- making and removing

    MemoryInode makeFile(String call, Spot spot, int mode) throws DiskException {
        return make(call, spot, Kind.FILE, mode, null);
    }

    MemoryInode makeDirectory(Spot spot, int mode) throws DiskException {
        return make("mkdir", spot, Kind.DIRECTORY, mode, null);
    }

    MemoryInode makeLink(Spot spot, LinkTarget target) throws DiskException {
        return make("symlink", spot, Kind.SYMLINK, LINK_MODE, target);
    }

    private MemoryInode make(
            String call, Spot spot, Kind kind, int mode, @Nullable LinkTarget target)
            throws DiskException {
        refuseExisting(call, spot);
        refuseName(call, spot);
        volume.since.begin();
        MemoryInode made = volume.inode(kind, mode & ALL_BITS, target);
        volume.put(spot.directory(), spot.name(), made);
        tell(spot);
        return made;
    }

    private void refuseExisting(String call, Spot spot) throws DiskException {
        if (find(spot) != null) {
            throw failure(call, spot, Errno.EEXIST);
        }
    }

    private void refuseName(String call, Spot spot) throws DiskException {
        if (volume.refuses(spot.name())) {
            throw failure(call, spot, Errno.EINVAL);
        }
    }

    void linkHard(Spot existing, Spot spot) throws DiskException {
        MemoryInode inode = existing("link", existing);
        refuseExisting("link", spot);
        refuseName("link", spot);
        if (inode.isDirectory()) {
            throw failure("link", existing, Errno.EPERM);
        }
        volume.since.begin();
        volume.put(spot.directory(), spot.name(), inode);
        tell(spot);
    }

    void unlink(String call, Spot spot) throws DiskException {
        if (existing(call, spot).isDirectory()) {
            throw failure(call, spot, Errno.EISDIR);
        }
        remove(spot);
    }

    void removeDirectory(Spot spot) throws DiskException {
        MemoryInode inode = existing("rmdir", spot);
        if (!inode.isDirectory()) {
            throw failure("rmdir", spot, Errno.ENOTDIR);
        }
        if (!inode.entries.isEmpty()) {
            throw failure("rmdir", spot, Errno.ENOTEMPTY);
        }
        remove(spot);
    }

    private void remove(Spot spot) {
        volume.since.begin();
        volume.remove(spot.directory(), spot.name());
        tell(spot);
    }

    // ---------------------------------------------------------------- renaming

    /** Gives what is at {@code from} a name that nothing may have yet. */
    void renameToOwnName(String call, Spot from, Spot to) throws DiskException {
        MemoryInode inode = existing(call, from);
        refuseExisting(call, to);
        refuseName(call, to);
        if (isWithin(to.directory(), inode)) {
            throw failure(call, to, Errno.EOPNOTSUPP); // What LinuxRoot makes of EINVAL.
        }
        move(from, to, inode);
    }

    /** Gives what is at {@code from} a name that something of its kind may have. */
    void rename(String call, Spot from, Spot to) throws DiskException {
        MemoryInode inode = existing(call, from);
        MemoryInode replaced = find(to);
        if (replaced == inode) {
            return; // Two names of one file: nothing is to be done, and POSIX does nothing.
        }
        if (isWithin(to.directory(), inode)) {
            throw failure(call, to, Errno.EINVAL);
        }
        refuseName(call, to);
        if (replaced != null) {
            checkReplaceable(call, inode, replaced, to);
        }
        move(from, to, inode);
    }

    private static void checkReplaceable(
            String call, MemoryInode inode, MemoryInode replaced, Spot to) throws DiskException {
        if (inode.isDirectory() && !replaced.isDirectory()) {
            throw failure(call, to, Errno.ENOTDIR);
        }
        if (!inode.isDirectory() && replaced.isDirectory()) {
            throw failure(call, to, Errno.EISDIR);
        }
        if (!replaced.entries.isEmpty()) {
            throw failure(call, to, Errno.ENOTEMPTY);
        }
    }

    private static boolean isWithin(MemoryInode inode, MemoryInode tree) {
        return inode == tree
                || tree.entries.values().stream().anyMatch(below -> isWithin(inode, below));
    }

    private void move(Spot from, Spot to, MemoryInode inode) {
        volume.since.begin();
        volume.remove(from.directory(), from.name());
        volume.put(to.directory(), to.name(), inode);
        tell(from);
        tell(to);
    }

    /** The same, or gives it another spelling of its name. */
    void renameOrRespell(Spot from, Spot to) throws DiskException {
        String spelled = volume.spelled(from.directory(), from.name());
        boolean isRespelled =
                from.directory() == to.directory()
                        && spelled.equals(volume.spelled(to.directory(), to.name()))
                        && !spelled.equals(volume.stored(to.name()));
        if (!isRespelled) {
            rename("rename", from, to);
            return;
        }
        MemoryInode inode = existing("rename", from);
        volume.since.begin();
        volume.respell(to.directory(), to.name(), inode);
        tell(from);
        tell(to);
    }

    /** Exchanges something staged with what is at a path of the tree. */
    void exchange(Spot staged, Spot spot) throws DiskException {
        MemoryInode inode = existing("exchange", staged);
        MemoryInode exchanged = existing("exchange", spot);
        volume.since.begin();
        volume.put(staged.directory(), staged.name(), exchanged);
        volume.put(spot.directory(), spot.name(), inode);
        tell(spot);
    }

    // ---------------------------------------------------------------- attributes

    void mode(Spot spot, MemoryInode inode, int modeWithSpecialBits) {
        volume.since.begin();
        volume.mode(inode, modeWithSpecialBits & ALL_BITS);
        tell(spot);
    }

    void mtime(Spot spot, MemoryInode inode, Instant mtime) {
        volume.since.begin();
        volume.mtime(inode, mtime);
        tell(spot);
    }

    static int specialBits(MemoryInode inode) {
        return inode.mode & SPECIAL_BITS;
    }

    // ---------------------------------------------------------------- content

    void write(Object subject, MemoryInode file, ByteBuffer from, long offset)
            throws DiskException {
        int at = checkedSize("write", subject, offset);
        checkedSize("write", subject, offset + from.remaining());
        long growth = file.bytes.growthBytes(offset, from.remaining());
        checkSpace("write", subject, growth);
        volume.since.begin();
        volume.write(file, from, at);
    }

    void size(Object subject, MemoryInode file, long sizeBytes) throws DiskException {
        int size = checkedSize("truncate", subject, sizeBytes);
        volume.since.begin();
        volume.size(file, size);
    }

    void share(Object subject, MemoryInode file, MemoryInode source) throws DiskException {
        checkSpace("copy", subject, source.bytes.spaceBytes());
        volume.since.begin();
        volume.share(file, source);
    }

    private void checkSpace(String call, Object subject, long growthBytes) throws DiskException {
        if (growthBytes > 0 && growthBytes > volume.freeBytes()) {
            throw Errno.failure(call, subject, -Errno.ENOSPC);
        }
    }

    private static int checkedSize(String call, Object subject, long sizeBytes)
            throws DiskException {
        if (sizeBytes < 0 || sizeBytes > Integer.MAX_VALUE - 8) {
            throw Errno.failure(call, subject, -Errno.EFBIG);
        }
        return (int) sizeBytes;
    }

    static DiskException failure(String call, Spot spot, int errno) {
        return Errno.failure(call, spot.subject(), -errno);
    }
}
