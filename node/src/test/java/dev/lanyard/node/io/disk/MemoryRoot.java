package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.MemoryCalls.Spot;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The root of a {@link MemoryDisk}. Each method makes the system calls that {@link LinuxRoot}
 * makes, in the same order and no fewer, so that the power can be cut between the same things.
 */
final class MemoryRoot implements Root {
    private static final int STAGED_MODE = 0600;
    private static final int STICKY_BIT = 01000;

    private final MemoryMount mount;
    private final MemoryVolume volume;
    private final MemoryCalls calls;
    private final MemoryInode own;
    private long written;
    private boolean open = true;

    /** {@code own} is {@code .lanyard}. */
    MemoryRoot(MemoryCalls calls, MemoryInode own) {
        this.calls = calls;
        this.volume = calls.volume();
        this.own = own;
        this.mount = MemoryMount.now(volume);
    }

    // ---------------------------------------------------------------- where things are

    private void check(String call, Object subject) throws DiskException {
        if (!open) {
            throw new IllegalStateException("root is closed");
        }
        mount.check(call, subject);
    }

    private Spot spot(String call, RelativePath path) throws DiskException {
        check(call, path);
        return calls.spot(call, path);
    }

    private Spot spot(String call, Place place, String name) throws DiskException {
        if (Places.name(name).length > RelativePath.COMPONENT_BYTES_MAX) {
            throw Errno.failure(call, name, -Errno.ENAMETOOLONG);
        }
        return new Spot(directory(call, place), name, null);
    }

    private Spot staged(String call, String name) throws DiskException {
        return spot(call, Place.STAGING, name);
    }

    /** A private directory is made again if it is not there. */
    private MemoryInode directory(String call, Place place) throws DiskException {
        check(call, place);
        return switch (place) {
            case PRIVATE -> own;
            case STAGING -> openOrMake("staging");
            case VERSIONS -> openOrMake("versions");
        };
    }

    private MemoryInode openOrMake(String name) throws DiskException {
        Spot spot = new Spot(own, name, null);
        return calls.find(spot) == null
                ? calls.makeDirectory(spot, Places.PRIVATE_MODE)
                : calls.directory("open", spot);
    }

    // ---------------------------------------------------------------- questions

    @Override
    public long device() {
        return MemoryVolume.DEVICE;
    }

    @Override
    public @Nullable Found stat(RelativePath path) throws DiskException {
        MemoryInode inode = findOrNull(path);
        return inode == null ? null : inode.found();
    }

    /** Null also where no parent is. */
    private @Nullable MemoryInode findOrNull(RelativePath path) throws DiskException {
        try {
            return calls.find(spot("stat", path));
        } catch (DiskException e) {
            if (e.fault() == Fault.NO_SUCH_FILE) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public @Nullable Found stat(Place place, String name) throws DiskException {
        MemoryInode inode = calls.find(spot("stat", place, name));
        return inode == null ? null : inode.found();
    }

    @Override
    public Found statStaged(String stagedName) throws DiskException {
        return calls.existing("stat", staged("stat", stagedName)).found();
    }

    @Override
    public List<Name> list(@Nullable RelativePath directory) throws DiskException {
        List<Name> names = new ArrayList<>();
        for (Map.Entry<String, MemoryInode> entry : listed(directory).entrySet()) {
            if (!isPrivate(directory, entry.getKey())) {
                names.add(new Name(Places.name(entry.getKey()), entry.getValue().kind));
            }
        }
        return names;
    }

    @Override
    public List<Seen> survey(@Nullable RelativePath directory) throws DiskException {
        List<Seen> seen = new ArrayList<>();
        for (Map.Entry<String, MemoryInode> entry : listed(directory).entrySet()) {
            if (!isPrivate(directory, entry.getKey())) {
                seen.add(new Seen(Places.name(entry.getKey()), entry.getValue().found()));
            }
        }
        return seen;
    }

    private Map<String, MemoryInode> listed(@Nullable RelativePath directory) throws DiskException {
        check("list", directory == null ? "." : directory);
        return directory == null ? volume.top.entries : calls.directory("list", directory).entries;
    }

    private static boolean isPrivate(@Nullable RelativePath directory, String name) {
        return directory == null && name.equals(RelativePath.PRIVATE_NAME);
    }

    @Override
    public List<String> names(Place place) throws DiskException {
        return new ArrayList<>(directory("list", place).entries.keySet());
    }

    @Override
    public Content read(RelativePath path) throws DiskException {
        return new MemoryContent(mount, calls.regular("open", spot("open", path)), path);
    }

    @Override
    public Content read(Place place, String name) throws DiskException {
        return new MemoryContent(mount, calls.regular("open", spot("open", place, name)), name);
    }

    @Override
    public LinkTarget readLink(RelativePath path) throws DiskException {
        return calls.target(spot("readlink", path));
    }

    @Override
    public LinkTarget readLink(Place place, String name) throws DiskException {
        return calls.target(spot("readlink", place, name));
    }

    @Override
    public long freeBytes() throws DiskException {
        check("statfs", ".");
        return volume.freeBytes();
    }

    @Override
    public boolean isQuiet(RelativePath path) throws DiskException {
        return !volume.isWritten(calls.existing("open", spot("open", path)));
    }

    @Override
    public boolean isQuietStaged(String stagedName) throws DiskException {
        return !volume.isWritten(calls.existing("open", staged("open", stagedName)));
    }

    // ---------------------------------------------------------------- making

    @Override
    public Sink create(String stagedName) throws DiskException {
        return new MemorySink(mount, calls, makeStaged(stagedName), stagedName);
    }

    private MemoryInode makeStaged(String stagedName) throws DiskException {
        return calls.makeFile("create", staged("create", stagedName), STAGED_MODE);
    }

    @Override
    public Sink reopen(String stagedName, long from) throws DiskException {
        MemoryInode file = calls.regular("open", staged("open", stagedName));
        if (file.bytes.size() < from) {
            throw new DiskException("reopen", stagedName, Fault.SHRANK, 0);
        }
        calls.size(stagedName, file, from);
        return new MemorySink(mount, calls, file, stagedName);
    }

    @Override
    public void copy(RelativePath source, long sizeBytes, String stagedName) throws DiskException {
        copy(calls.regular("open", spot("open", source)), sizeBytes, source, stagedName);
    }

    @Override
    public void copy(Place place, String name, long sizeBytes, String stagedName)
            throws DiskException {
        copy(calls.regular("open", spot("open", place, name)), sizeBytes, name, stagedName);
    }

    private void copy(MemoryInode source, long sizeBytes, Object subject, String stagedName)
            throws DiskException {
        MemoryInode file = makeStaged(stagedName);
        boolean complete = false;
        try {
            if (source.bytes.size() != sizeBytes) {
                throw new DiskException("copy", subject.toString(), Fault.SHRANK, 0);
            }
            calls.share(subject, file, source);
            complete = true;
        } finally {
            if (!complete) {
                discard(stagedName);
            }
        }
    }

    private void discard(String stagedName) throws DiskException {
        Spot spot = staged("unlink", stagedName);
        if (calls.find(spot) != null) {
            calls.unlink("unlink", spot);
        }
    }

    @Override
    public void createDirectory(String stagedName, int mode) throws DiskException {
        Spot spot = staged("mkdir", stagedName);
        MemoryInode made = calls.makeDirectory(spot, Places.PRIVATE_MODE);
        calls.mode(spot, made, mode);
    }

    @Override
    public void createLink(String stagedName, LinkTarget target) throws DiskException {
        calls.makeLink(staged("symlink", stagedName), target);
    }

    @Override
    public void write(Place place, String name, ByteBuffer content) throws DiskException {
        write(place, name, content, false);
    }

    @Override
    public void writeDurably(Place place, String name, ByteBuffer content) throws DiskException {
        write(place, name, content, true);
    }

    private void write(Place place, String name, ByteBuffer content, boolean durably)
            throws DiskException {
        Spot target = spot("write", place, name);
        String temporary = ".write-" + ++written;
        discard(temporary);
        boolean complete = false;
        try {
            try (MemorySink sink = new MemorySink(mount, calls, makeStaged(temporary), temporary)) {
                sink.write(content, 0);
                if (durably) {
                    sink.flush();
                }
            }
            calls.rename("write", staged("write", temporary), target);
            complete = true;
        } finally {
            if (!complete) {
                discard(temporary);
            }
        }
    }

    // ---------------------------------------------------------------- attributes

    @Override
    public void setAttributes(
            String stagedName, int mode, @Nullable Instant mtime, @Nullable RelativePath like)
            throws DiskException {
        MemoryInode model = like == null ? null : findOrNull(like);
        Spot spot = staged("set attributes", stagedName);
        MemoryInode inode = calls.existing("set attributes", spot);
        set(spot, inode, mode | (model == null ? 0 : carriedOver(model, inode)), mtime);
    }

    /** The special bits, as {@link Attributes#carryOver} says. */
    private static int carriedOver(MemoryInode model, MemoryInode inode) {
        if (model.kind != inode.kind) {
            return 0;
        }
        int special = MemoryCalls.specialBits(model);
        return switch (model.kind) {
            case FILE -> special & STICKY_BIT;
            case DIRECTORY -> special;
            case SYMLINK, FIFO, SOCKET, DEVICE -> 0;
        };
    }

    @Override
    public void setAttributes(RelativePath path, int mode, @Nullable Instant mtime)
            throws DiskException {
        Spot spot = spot("set attributes", path);
        MemoryInode inode = calls.existing("set attributes", spot);
        set(spot, inode, mode | MemoryCalls.specialBits(inode), mtime);
    }

    /** A link has only times. */
    private void set(Spot spot, MemoryInode inode, int mode, @Nullable Instant mtime) {
        if (inode.kind != Kind.SYMLINK) {
            calls.mode(spot, inode, mode);
        }
        if (mtime != null) {
            calls.mtime(spot, inode, mtime);
        }
    }

    // ---------------------------------------------------------------- moving

    @Override
    public void renameStaged(String from, String to) throws DiskException {
        calls.renameToOwnName("rename", staged("rename", from), staged("rename", to));
    }

    @Override
    public void place(String stagedName, RelativePath path) throws DiskException {
        calls.renameToOwnName("place", staged("place", stagedName), spot("place", path));
    }

    @Override
    public void exchange(String stagedName, RelativePath path) throws DiskException {
        calls.exchange(staged("exchange", stagedName), spot("exchange", path));
    }

    @Override
    public void replace(String stagedName, RelativePath path) throws DiskException {
        calls.rename("replace", staged("replace", stagedName), spot("replace", path));
    }

    @Override
    public void link(RelativePath path, String stagedName) throws DiskException {
        Spot existing = spot("link", path);
        try {
            calls.linkHard(existing, staged("link", stagedName));
        } catch (DiskException e) {
            // What cannot be linked is copied, and a directory cannot be copied either.
            throw e.fault() == Fault.NOT_PERMITTED
                    ? MemoryCalls.failure("open", existing, Errno.EISDIR)
                    : e;
        }
    }

    @Override
    public void take(RelativePath path, String stagedName) throws DiskException {
        calls.renameToOwnName("take", spot("take", path), staged("take", stagedName));
    }

    @Override
    public void rename(RelativePath from, RelativePath to) throws DiskException {
        Spot target = target(from, to);
        calls.renameToOwnName("rename", spot("rename", from), target);
    }

    @Override
    public void respell(RelativePath from, RelativePath to) throws DiskException {
        Spot target = target(from, to);
        calls.renameOrRespell(spot("rename", from), target);
    }

    /** Comes first, but a parent that is nothing yields to what is worse about the other one. */
    private Spot target(RelativePath from, RelativePath to) throws DiskException {
        try {
            return spot("rename", to);
        } catch (DiskException e) {
            if (e.fault() == Fault.NO_SUCH_FILE) {
                spot("rename", from);
            }
            throw e;
        }
    }

    @Override
    public void archive(String stagedName, String versionName) throws DiskException {
        Spot version = spot("archive", Place.VERSIONS, versionName);
        calls.renameToOwnName("archive", staged("archive", stagedName), version);
    }

    @Override
    public void removeDirectory(RelativePath path) throws DiskException {
        calls.removeDirectory(spot("rmdir", path));
    }

    @Override
    public void delete(Place place, String name) throws DiskException {
        Spot spot = spot("delete", place, name);
        MemoryInode inode = calls.find(spot);
        if (inode == null) {
            return;
        }
        if (inode.isDirectory()) {
            calls.removeDirectory(spot);
        } else {
            calls.unlink("delete", spot);
        }
    }

    // ---------------------------------------------------------------- the medium

    @Override
    public boolean flushAll() throws DiskException {
        writeOut();
        return true;
    }

    @Override
    public void writeOut() throws DiskException {
        check("flush", "the file system");
        volume.sync();
    }

    @Override
    public void flush(RelativePath path) throws DiskException {
        Spot spot = spot("flush", path);
        MemoryInode inode = calls.existing("flush", spot);
        if (inode.kind != Kind.SYMLINK) { // A link is part of its directory.
            volume.flush(inode);
        }
        volume.flush(spot.directory());
    }

    @Override
    public void flush(Place place, String name) throws DiskException {
        MemoryInode inode = calls.existing("flush", spot("flush", place, name));
        if (inode.kind != Kind.SYMLINK) {
            volume.flush(inode);
        }
    }

    @Override
    public void flush(Place place) throws DiskException {
        volume.flush(directory("flush", place));
    }

    @Override
    public void close() {
        open = false;
    }
}
