package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The root of a {@link NamedDisk}. A path is there only if each of its names is listed as it is
 * written; nothing gets a name that is one with a name that is there.
 */
/*
 * The file system finds a file by any spelling and does not say which is its own: only a listing does. Listings of the directories that
 * were asked about last are remembered while the root is open. A remembered one may be out of date, as any answer is when it is read;
 * but a name that it lacks, and that the file system finds, is looked for in a new one, and every change of ours forgets all.
 */
final class NamedRoot implements Root {
    private static final int LISTINGS_MAX = 16;

    private final Root real;
    private final Naming naming;

    /** By directory; of each the names as they are shown, by their keys. */
    private final LinkedHashMap<String, Map<String, byte[]>> listings =
            new LinkedHashMap<>(32, 0.75f, true);

    NamedRoot(Root real, Naming naming) {
        this.real = real;
        this.naming = naming;
    }

    // ---------------------------------------------------------------- names

    /** Whether {@code path}, which the file system finds, is written as it is listed. */
    private boolean isExact(RelativePath path) throws IOException {
        RelativePath parent = path.parent().orElse(null);
        if (parent != null && !isExact(parent)) {
            return false;
        }
        byte[] remembered = spelling(parent, path.name(), false);
        return isSame(remembered, path) || isSame(spelling(parent, path.name(), true), path);
    }

    private static boolean isSame(byte @Nullable [] spelling, RelativePath path) {
        return spelling != null && Arrays.equals(spelling, path.name());
    }

    /** How what is one with {@code name} is listed; null if it is not. */
    private byte @Nullable [] spelling(@Nullable RelativePath directory, byte[] name, boolean anew)
            throws IOException {
        String key = directory == null ? "" : directory.toString();
        Map<String, byte[]> names = anew ? null : listings.get(key);
        if (names == null) {
            names = new HashMap<>();
            for (Name each : real.list(directory)) {
                byte[] shown = naming.shown(each.bytes());
                names.put(naming.key(shown), shown);
            }
            remember(key, names);
        }
        return names.get(naming.key(name));
    }

    private void remember(String key, Map<String, byte[]> names) {
        listings.put(key, names);
        if (listings.size() > LISTINGS_MAX) {
            Iterator<String> eldest = listings.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    private RelativePath there(String call, RelativePath path) throws IOException {
        if (real.stat(path) == null || !isExact(path)) {
            throw new DiskException(call, path.toString(), Fault.NO_SUCH_FILE, 0);
        }
        return path;
    }

    /** The same before a change, after which other names may be there. */
    private RelativePath changed(String call, RelativePath path) throws IOException {
        listings.clear();
        RelativePath there = there(call, path);
        listings.clear();
        return there;
    }

    /** Checks that something may get the name {@code path}; what has the same name may be null. */
    private byte @Nullable [] free(String call, RelativePath path) throws IOException {
        listings.clear();
        RelativePath parent = path.parent().orElse(null);
        if (parent != null) {
            there(call, parent);
        }
        byte[] other = spelling(parent, path.name(), true);
        listings.clear();
        if (naming.fault(path).isPresent()) {
            throw new DiskException(call, path.toString(), Fault.NAME_IMPOSSIBLE, 0);
        }
        return isSame(other, path) ? null : other;
    }

    private void refuse(String call, RelativePath path, byte @Nullable [] other)
            throws DiskException {
        if (other != null) {
            throw new DiskException(
                    call,
                    "%s beside %s".formatted(path, RelativePath.escape(other)),
                    Fault.NAME_IMPOSSIBLE,
                    0);
        }
    }

    // ---------------------------------------------------------------- the tree

    @Override
    public @Nullable Found stat(RelativePath path) throws IOException {
        Found found = real.stat(path);
        return found == null || !isExact(path) ? null : found;
    }

    @Override
    public @Nullable RelativePath spelling(RelativePath path) throws IOException {
        return real.stat(path) == null || isExact(path) ? null : spelled(path);
    }

    private @Nullable RelativePath spelled(RelativePath path) throws IOException {
        RelativePath parent = path.parent().orElse(null);
        RelativePath directory = parent == null ? null : spelled(parent);
        boolean isLost = parent != null && directory == null;
        byte[] name = isLost ? null : spelling(directory, path.name(), false);
        if (name == null) {
            return null; // It went a moment ago.
        }
        return directory == null ? RelativePath.of(name) : directory.child(name);
    }

    @Override
    public List<Name> list(@Nullable RelativePath directory) throws IOException {
        if (directory != null) {
            there("list", directory);
        }
        return real.list(directory).stream()
                .map(name -> new Name(naming.shown(name.bytes()), name.kind()))
                .toList();
    }

    @Override
    public Content read(RelativePath path) throws IOException {
        return real.read(there("open", path));
    }

    @Override
    public LinkTarget readLink(RelativePath path) throws IOException {
        return real.readLink(there("readlink", path));
    }

    @Override
    public void copy(RelativePath source, long sizeBytes, String stagedName) throws IOException {
        real.copy(there("copy", source), sizeBytes, stagedName);
    }

    @Override
    public void setAttributes(
            String stagedName, int mode, @Nullable Instant mtime, @Nullable RelativePath like)
            throws IOException {
        real.setAttributes(stagedName, mode, mtime, like);
    }

    @Override
    public void setAttributes(RelativePath path, int mode, @Nullable Instant mtime)
            throws IOException {
        real.setAttributes(there("chmod", path), mode, mtime);
    }

    @Override
    public void place(String stagedName, RelativePath path) throws IOException {
        refuse("rename", path, free("rename", path));
        try {
            real.place(stagedName, path);
        } catch (DiskException e) {
            if (e.fault() == Fault.EXISTS && !isExact(path)) { // It folds more than we know of.
                throw new DiskException("rename", path.toString(), Fault.NAME_IMPOSSIBLE, 0);
            }
            throw e; // Somebody was faster.
        }
    }

    @Override
    public void exchange(String stagedName, RelativePath path) throws IOException {
        real.exchange(stagedName, changed("exchange", path));
    }

    @Override
    public void replace(String stagedName, RelativePath path) throws IOException {
        refuse("rename", path, free("rename", path));
        real.replace(stagedName, path);
    }

    @Override
    public void link(RelativePath path, String stagedName) throws IOException {
        real.link(there("link", path), stagedName);
    }

    @Override
    public void take(RelativePath path, String stagedName) throws IOException {
        real.take(changed("rename", path), stagedName);
    }

    @Override
    public void rename(RelativePath from, RelativePath to) throws IOException {
        byte[] other = free("rename", to);
        changed("rename", from);
        if (isRespelled(from, to)) {
            real.respell(from, to);
            if (!isExact(to)) {
                throw new DiskException("rename", to.toString(), Fault.UNSUPPORTED, 0);
            }
            return;
        }
        refuse("rename", to, other);
        real.rename(from, to);
    }

    /**
     * Whether both are one file, of which no other name is here: replacing it does away with
     * nothing.
     */
    private boolean isRespelled(RelativePath from, RelativePath to) throws IOException {
        Found found = real.stat(to);
        Found moved = real.stat(from);
        return from.parent().equals(to.parent())
                && naming.clash(from.name(), to.name())
                && found != null
                && moved != null
                && found.stat().inode() == moved.stat().inode()
                && !isExact(to);
    }

    @Override
    public void removeDirectory(RelativePath path) throws IOException {
        real.removeDirectory(changed("rmdir", path));
    }

    @Override
    public boolean isQuiet(RelativePath path) throws IOException {
        return real.isQuiet(there("open", path));
    }

    @Override
    public void flush(RelativePath path) throws IOException {
        real.flush(there("open", path));
    }

    // ---------------------------------------------------------------- as it is

    @Override
    public long device() {
        return real.device();
    }

    @Override
    public boolean keepsInodes() {
        return real.keepsInodes();
    }

    @Override
    public Content read(Place place, String name) throws IOException {
        return real.read(place, name);
    }

    @Override
    public LinkTarget readLink(Place place, String name) throws IOException {
        return real.readLink(place, name);
    }

    @Override
    public Sink create(String stagedName) throws IOException {
        return real.create(stagedName);
    }

    @Override
    public Sink reopen(String stagedName, long from) throws IOException {
        return real.reopen(stagedName, from);
    }

    @Override
    public void copy(Place place, String name, long sizeBytes, String stagedName)
            throws IOException {
        real.copy(place, name, sizeBytes, stagedName);
    }

    @Override
    public void writeOut() throws IOException {
        real.writeOut();
    }

    @Override
    public void renameStaged(String from, String to) throws IOException {
        real.renameStaged(from, to);
    }

    @Override
    public long freeBytes() throws IOException {
        return real.freeBytes();
    }

    @Override
    public void createDirectory(String stagedName, int mode) throws IOException {
        real.createDirectory(stagedName, mode);
    }

    @Override
    public void createLink(String stagedName, LinkTarget target) throws IOException {
        real.createLink(stagedName, target);
    }

    @Override
    public Found statStaged(String stagedName) throws IOException {
        return real.statStaged(stagedName);
    }

    @Override
    public void archive(String stagedName, String versionName) throws IOException {
        real.archive(stagedName, versionName);
    }

    @Override
    public List<String> names(Place place) throws IOException {
        return real.names(place);
    }

    @Override
    public void eachName(Place place, Consumer<String> to) throws IOException {
        real.eachName(place, to);
    }

    @Override
    public @Nullable Found stat(Place place, String name) throws IOException {
        return real.stat(place, name);
    }

    @Override
    public void delete(Place place, String name) throws IOException {
        real.delete(place, name);
    }

    @Override
    public void write(Place place, String name, ByteBuffer content) throws IOException {
        real.write(place, name, content);
    }

    @Override
    public void writeDurably(Place place, String name, ByteBuffer content) throws IOException {
        real.writeDurably(place, name, content);
    }

    @Override
    public boolean isQuietStaged(String stagedName) throws IOException {
        return real.isQuietStaged(stagedName);
    }

    @Override
    public boolean flushAll() throws IOException {
        return real.flushAll();
    }

    @Override
    public void flush(Place place, String name) throws IOException {
        real.flush(place, name);
    }

    @Override
    public void flush(Place place) throws IOException {
        real.flush(place);
    }

    @Override
    public void close() {
        real.close();
    }
}
