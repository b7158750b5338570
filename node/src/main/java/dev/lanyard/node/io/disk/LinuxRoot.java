package dev.lanyard.node.io.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The root of a share on Linux. Questions about the tree go through {@link Tree#ask}, changes of it
 * through {@link Tree#change}; private places are descriptors of {@link Places}.
 */
final class LinuxRoot implements Root {
    private static final byte[] PRIVATE_NAME = Places.name(RelativePath.PRIVATE_NAME);

    private static final int READ = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOFOLLOW;
    private static final int MAKE =
            Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_NONBLOCK;
    private static final int STAGED_MODE = 0600;

    /** Up to here a copy takes less time than the start of a thread. */
    private static final long COPIED_AT_ONCE_BYTES_MAX = 256 * 1024;

    private final Scratch.Pool scratches;
    private final Scratch s;
    private final Tree tree;
    private final Places places;
    private final Volume volume;
    private final AtomicLong written;
    private final Staging staging;
    private boolean open = true;

    /**
     * Takes {@code tree}, {@code places} and {@code scratch}, which they use too. {@code written}
     * makes names that are unique while the node runs.
     */
    LinuxRoot(
            Scratch.Pool scratches,
            Scratch scratch,
            Tree tree,
            Places places,
            Volume volume,
            AtomicLong written,
            Staging.Renaming renaming) {
        this.scratches = scratches;
        this.s = scratch;
        this.tree = tree;
        this.places = places;
        this.volume = volume;
        this.written = written;
        this.staging = new Staging(scratch, tree, places, renaming);
    }

    @Override
    public long device() {
        return tree.device();
    }

    @Override
    public boolean keepsInodes() {
        return volume.keepsInodes();
    }

    @Override
    public @Nullable Found stat(RelativePath path) throws DiskException {
        long result = tree.ask("stat", path, (directory, name) -> Statx.ofName(s, directory, name));
        return foundOrNull(path, result);
    }

    @Override
    public @Nullable Found stat(Place place, String name) throws DiskException {
        int result = Statx.ofName(s, places.descriptor(place), Places.name(name));
        return foundOrNull(name, result);
    }

    @Override
    public Found statStaged(String stagedName) throws DiskException {
        Found found = stat(Place.STAGING, stagedName);
        if (found == null) {
            throw new DiskException("stat", stagedName, Fault.NO_SUCH_FILE, Errno.ENOENT);
        }
        return found;
    }

    private @Nullable Found foundOrNull(Object subject, long result) throws DiskException {
        if (result == -Errno.ENOENT) {
            return null;
        }
        if (result < 0) {
            throw Errno.failure("stat", subject, result);
        }
        return Statx.found(s);
    }

    @Override
    public List<Name> list(@Nullable RelativePath directory) throws DiskException {
        if (directory == null) {
            List<Name> names = new ArrayList<>();
            int root = openAgain(tree.root(), ".");
            try {
                names.addAll(Listing.read(s, root, "."));
            } finally {
                Libc.close(s, root);
            }
            names.removeIf(name -> Arrays.equals(name.bytes(), PRIVATE_NAME));
            return names;
        }
        int opened = tree.openDirectory("list", directory);
        try {
            return Listing.read(s, opened, directory);
        } finally {
            Libc.close(s, opened);
        }
    }

    @Override
    public List<Seen> survey(@Nullable RelativePath directory) throws DiskException {
        int opened =
                directory == null
                        ? openAgain(tree.root(), ".")
                        : tree.openDirectory("list", directory);
        try {
            Object subject = directory == null ? "." : directory;
            List<Name> names = Listing.read(s, opened, subject);
            List<Seen> seen = new ArrayList<>(names.size());
            for (Name name : names) {
                if (directory == null && Arrays.equals(name.bytes(), PRIVATE_NAME)) {
                    continue;
                }
                Found found = foundOrNull(subject, Statx.ofName(s, opened, name.bytes()));
                if (found != null) {
                    seen.add(new Seen(name.bytes(), found));
                }
            }
            return seen;
        } finally {
            Libc.close(s, opened);
        }
    }

    @Override
    public List<String> names(Place place) throws DiskException {
        List<String> names = new ArrayList<>();
        eachName(place, names::add);
        return names;
    }

    @Override
    public void eachName(Place place, Consumer<String> to) throws DiskException {
        int opened = openAgain(places.descriptor(place), place);
        try {
            Listing.each(s, opened, place, name -> to.accept(Places.name(name.bytes())));
        } finally {
            Libc.close(s, opened);
        }
    }

    /** A descriptor remembers how far it was listed, so one that stays open is opened once more. */
    private int openAgain(int directory, Object subject) throws DiskException {
        int opened = Places.openDirectory(s, directory, new byte[] {'.'});
        if (opened < 0) {
            throw Errno.failure("list", subject, opened);
        }
        return opened;
    }

    @Override
    public Content read(RelativePath path) throws DiskException {
        return new LinuxContent(scratches, openRegular(path), path.toString());
    }

    @Override
    public Content read(Place place, String name) throws DiskException {
        return new LinuxContent(scratches, openRegular(place, name), name);
    }

    private int openRegular(RelativePath path) throws DiskException {
        return regular(path, tree.ask("open", path, this::openToRead));
    }

    private int openRegular(Place place, String name) throws DiskException {
        return regular(name, openToRead(places.descriptor(place), Places.name(name)));
    }

    /** Leaves the time of access alone where that is permitted, which it is to the owner. */
    private int openToRead(int directory, byte[] name) {
        int file = Libc.openBeneath(s, directory, s.name(name), READ | Libc.O_NOATIME, 0);
        return file == -Errno.EPERM ? Libc.openBeneath(s, directory, s.name(name), READ, 0) : file;
    }

    /** Looks at what was opened, since what had the name a moment ago says nothing about it. */
    private int regular(Object subject, long opened) throws DiskException {
        if (opened < 0) {
            throw Errno.failure("open", subject, opened);
        }
        int file = (int) opened;
        int result = Statx.ofDescriptor(s, file);
        Kind kind = result < 0 ? null : Statx.found(s).kind();
        if (kind == Kind.FILE) {
            return file;
        }
        Libc.close(s, file);
        if (kind == null) {
            throw Errno.failure("open", subject, result);
        }
        Fault fault = kind == Kind.DIRECTORY ? Fault.IS_A_DIRECTORY : Fault.UNSUPPORTED;
        throw new DiskException("open", subject.toString(), fault, 0);
    }

    @Override
    public LinkTarget readLink(RelativePath path) throws DiskException {
        long length =
                tree.ask(
                        "readlink",
                        path,
                        (directory, name) -> Libc.readlinkat(s, directory, s.name(name), s.data()));
        return target(path, length);
    }

    @Override
    public LinkTarget readLink(Place place, String name) throws DiskException {
        int directory = places.descriptor(place);
        return target(name, Libc.readlinkat(s, directory, s.name(Places.name(name)), s.data()));
    }

    private LinkTarget target(Object subject, long length) throws DiskException {
        if (length == -Errno.EINVAL) {
            throw new DiskException(
                    "readlink", subject.toString(), Fault.UNSUPPORTED, Errno.EINVAL);
        }
        if (length < 0) {
            throw Errno.failure("readlink", subject, length);
        }
        return new LinkTarget(s.data().asSlice(0, length).toArray(JAVA_BYTE));
    }

    @Override
    public Sink create(String stagedName) throws DiskException {
        return new LinuxSink(scratches, makeStaged(stagedName), stagedName);
    }

    private int makeStaged(String stagedName) throws DiskException {
        byte[] name = Places.name(stagedName);
        int file = Libc.openBeneath(s, places.staging(), s.name(name), MAKE, STAGED_MODE);
        if (file < 0) {
            throw Errno.failure("create", stagedName, file);
        }
        return file;
    }

    @Override
    public Sink reopen(String stagedName, long from) throws DiskException {
        byte[] name = Places.name(stagedName);
        int flags = Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_NOFOLLOW;
        int file =
                regular(stagedName, Libc.openBeneath(s, places.staging(), s.name(name), flags, 0));
        // To cut a file at a place behind its end would lengthen it with zeros.
        long result = Statx.found(s).stat().sizeBytes() < from ? 1 : Libc.ftruncate(s, file, from);
        if (result == 0) {
            return new LinuxSink(scratches, file, stagedName);
        }
        Libc.close(s, file);
        throw result < 0
                ? Errno.failure("truncate", stagedName, result)
                : new DiskException("reopen", stagedName, Fault.SHRANK, 0);
    }

    @Override
    public void copy(RelativePath source, long sizeBytes, String stagedName) throws DiskException {
        copyOpen(openRegular(source), sizeBytes, source.toString(), stagedName);
    }

    @Override
    public void copy(Place place, String name, long sizeBytes, String stagedName)
            throws DiskException {
        copyOpen(openRegular(place, name), sizeBytes, name, stagedName);
    }

    private void copyOpen(int from, long sizeBytes, String source, String stagedName)
            throws DiskException {
        int to = -1;
        boolean complete = false;
        try {
            to = makeStaged(stagedName);
            copyOpen(from, to, sizeBytes, source);
            complete = true;
        } finally {
            Libc.close(s, from);
            if (to >= 0) {
                Libc.close(s, to); // An error that is told only here is told again by the flush.
                if (!complete) {
                    staging.discard(stagedName);
                }
            }
        }
    }

    private void copyOpen(int from, int to, long sizeBytes, String source) throws DiskException {
        if (sizeBytes > COPIED_AT_ONCE_BYTES_MAX) {
            SlowCall.run(() -> Copying.copy(s, from, to, sizeBytes, source));
        } else {
            Copying.copy(s, from, to, sizeBytes, source);
        }
    }

    @Override
    public void renameStaged(String from, String to) throws DiskException {
        staging.rename(from, to);
    }

    @Override
    public long freeBytes() {
        return Volume.freeBytes(s, tree.root());
    }

    @Override
    public void createDirectory(String stagedName, int mode) throws DiskException {
        staging.createDirectory(stagedName, mode);
    }

    @Override
    public void createLink(String stagedName, LinkTarget target) throws DiskException {
        staging.createLink(stagedName, target);
    }

    @Override
    public void setAttributes(
            String stagedName, int mode, @Nullable Instant mtime, @Nullable RelativePath like)
            throws DiskException {
        staging.setAttributes(stagedName, mode, mtime, like);
    }

    @Override
    public void setAttributes(RelativePath path, int mode, @Nullable Instant mtime)
            throws DiskException {
        tree.change(
                "set attributes",
                path,
                (directory, name) -> Attributes.change(s, directory, name, mode, mtime));
    }

    @Override
    public void place(String stagedName, RelativePath path) throws DiskException {
        staging.place(stagedName, path);
    }

    @Override
    public void exchange(String stagedName, RelativePath path) throws DiskException {
        staging.exchange(stagedName, path);
    }

    @Override
    public void replace(String stagedName, RelativePath path) throws DiskException {
        staging.replace(stagedName, path);
    }

    @Override
    public void link(RelativePath path, String stagedName) throws DiskException {
        if (staging.tryLink(path, stagedName)) {
            return;
        }
        Found found = stat(path);
        if (found == null) {
            throw new DiskException("link", path.toString(), Fault.NO_SUCH_FILE, Errno.ENOENT);
        }
        if (found.kind() == Kind.SYMLINK) {
            staging.createLink(stagedName, readLink(path));
        } else {
            copy(path, found.stat().sizeBytes(), stagedName);
        }
    }

    @Override
    public void take(RelativePath path, String stagedName) throws DiskException {
        staging.take(path, stagedName);
    }

    @Override
    public void rename(RelativePath from, RelativePath to) throws DiskException {
        staging.rename(from, to);
    }

    @Override
    public void respell(RelativePath from, RelativePath to) throws DiskException {
        staging.respell(from, to);
    }

    @Override
    public void archive(String stagedName, String versionName) throws DiskException {
        staging.archive(stagedName, versionName);
    }

    @Override
    public void removeDirectory(RelativePath path) throws DiskException {
        tree.change(
                "rmdir",
                path,
                (directory, name) -> {
                    int result = Libc.unlinkat(s, directory, s.name(name), Libc.AT_REMOVEDIR);
                    // POSIX lets a file system say either.
                    return result == -Errno.EEXIST ? -Errno.ENOTEMPTY : result;
                });
    }

    @Override
    public void delete(Place place, String name) throws DiskException {
        int directory = places.descriptor(place);
        byte[] bytes = Places.name(name);
        int result = Libc.unlinkat(s, directory, s.name(bytes), 0);
        if (result == -Errno.EISDIR) {
            result = Libc.unlinkat(s, directory, s.name(bytes), Libc.AT_REMOVEDIR);
        }
        if (result < 0 && result != -Errno.ENOENT) {
            throw Errno.failure("delete", name, result);
        }
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
        int directory = places.descriptor(place);
        byte[] target = Places.name(name);
        String temporary = ".write-" + written.incrementAndGet();
        staging.discard(temporary); // A crash of an earlier run may have left one of this name.
        boolean complete = false;
        try {
            try (LinuxSink sink = new LinuxSink(scratches, makeStaged(temporary), name)) {
                sink.write(content, 0);
                if (durably) {
                    sink.flush();
                }
            }
            int from = places.staging();
            byte[] source = Places.name(temporary);
            int result = Libc.renameat2(s, from, s.name(source), directory, s.otherName(target), 0);
            if (result < 0) {
                throw Errno.failure("write", name, result);
            }
            complete = true;
        } finally {
            if (!complete) {
                staging.discard(temporary);
            }
        }
    }

    @Override
    public boolean isQuiet(RelativePath path) throws DiskException {
        return isQuiet(path, tree.ask("open", path, this::openToRead));
    }

    @Override
    public boolean isQuietStaged(String stagedName) throws DiskException {
        return isQuiet(stagedName, openToRead(places.staging(), Places.name(stagedName)));
    }

    /** Nobody writes to what is no file; and what may not be opened cannot be asked about. */
    private boolean isQuiet(Object subject, long opened) throws DiskException {
        if (opened == -Errno.EAGAIN) {
            return false; // Another program has a lease on it, as file servers do to write.
        }
        if (opened == -Errno.ELOOP || opened == -Errno.ENXIO || opened == -Errno.EACCES) {
            return true;
        }
        if (opened < 0) {
            throw Errno.failure("open", subject, opened);
        }
        try {
            return Lease.isQuiet(s, (int) opened, volume);
        } finally {
            Libc.close(s, (int) opened);
        }
    }

    @Override
    public boolean flushAll() throws DiskException {
        if (!volume.flushesWhole()) {
            return false;
        }
        writeOut();
        return true;
    }

    @Override
    public void writeOut() throws DiskException {
        long result = SlowCall.run(() -> Libc.syncfs(s, tree.root()));
        if (result < 0) {
            throw Errno.failure("flush", "the file system", result);
        }
    }

    @Override
    public void flush(RelativePath path) throws DiskException {
        long file = tree.ask("flush", path, this::openToRead);
        if (file == -Errno.EACCES) {
            flushAllOf(path); // Its mode lets not even us open it.
        } else if (file >= 0) {
            flushAndClose((int) file, path);
        } else if (file != -Errno.ELOOP) { // A link is part of its directory.
            throw Errno.failure("flush", path, file);
        }
        RelativePath parent = path.parent().orElse(null);
        if (parent == null) {
            flushDescriptor(tree.root(), path);
        } else {
            flushAndClose(tree.openDirectory("flush", parent), path);
        }
    }

    @Override
    public void flush(Place place, String name) throws DiskException {
        long file = openToRead(places.descriptor(place), Places.name(name));
        if (file == -Errno.EACCES) {
            flushAllOf(name);
        } else if (file >= 0) {
            flushAndClose((int) file, name);
        } else if (file != -Errno.ELOOP) { // A link is part of its directory.
            throw Errno.failure("flush", name, file);
        }
    }

    @Override
    public void flush(Place place) throws DiskException {
        flushDescriptor(places.descriptor(place), place);
    }

    private void flushAllOf(Object subject) throws DiskException {
        long result = SlowCall.run(() -> Libc.syncfs(s, tree.root()));
        if (result < 0) {
            throw Errno.failure("flush", subject, result);
        }
    }

    private void flushAndClose(int descriptor, Object subject) throws DiskException {
        try {
            flushDescriptor(descriptor, subject);
        } finally {
            Libc.close(s, descriptor);
        }
    }

    private void flushDescriptor(int descriptor, Object subject) throws DiskException {
        long result = SlowCall.run(() -> Libc.fsync(s, descriptor));
        if (result < 0) {
            throw Errno.failure("flush", subject, result);
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            tree.close();
            places.close();
            scratches.giveBack(s);
        }
    }
}
