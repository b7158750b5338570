package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.MemoryCalls.Spot;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A machine with a folder, all in memory: what a user's programs do there, a power cut, a full or
 * absent medium. The same calls with the same random numbers have the same results. Used by one
 * thread.
 *
 * <p>Everything is visible at once and durable later: what {@link #crash} leaves is what the file
 * systems of Linux may leave.
 *
 * <ul>
 *   <li>Of the changes of names, modes and times a first part is left, as of a journal. A flush of
 *       a file or directory makes them durable up to the last one that was about it.
 *   <li>Of the content of a file that was written since it was flushed, all may be left, or nothing
 *       of what was written, or less from any place on, or all but some pieces, which are what they
 *       were or zeros; whatever is left of its name and its time.
 *   <li>What was flushed, and not written over since, is there.
 * </ul>
 *
 * <p>All programs are the superuser's: modes are kept and forbid nothing. No link is followed.
 */
public final class MemoryDisk implements Disk {
    private static final int MARKER_BYTES = 16;
    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;

    private final Path folder = Path.of("/memory");
    private final RandomGenerator random;
    private final MemoryVolume volume;
    private final MemoryCalls calls;
    private final SortedMap<String, MemoryStateFile> stateFiles;
    private @Nullable RootIdentity adopted;

    /**
     * An empty folder.
     *
     * @param clock what the times of changes are
     * @param random what a power cut leaves, and the text of a marker
     */
    public MemoryDisk(InstantSource clock, RandomGenerator random) {
        this.random = random;
        this.volume = new MemoryVolume(clock);
        this.calls = new MemoryCalls(volume);
        this.stateFiles = new TreeMap<>();
    }

    private MemoryDisk(MemoryDisk machine) {
        this.random = machine.random;
        this.volume = machine.volume;
        this.calls = machine.calls;
        this.stateFiles = machine.stateFiles;
    }

    /** The same machine to a process that has just begun, which has adopted nothing yet. */
    public MemoryDisk again() {
        return new MemoryDisk(this);
    }

    /** This disk as a node sees it, which finds out about its names. */
    public Disk named() {
        return new NamedDisk(this);
    }

    // ---------------------------------------------------------------- as a disk

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Root open() throws IOException {
        RootIdentity identity = adopted;
        if (identity == null) {
            throw new IllegalStateException("%s was not adopted".formatted(folder));
        }
        MemoryRoot root = openPrivate();
        expect(identity, root);
        return root;
    }

    @Override
    public RootIdentity adopt(@Nullable RootIdentity recorded) throws IOException {
        Spot own = privateSpot();
        if (recorded == null && volume.isMounted() && calls.find(own) == null) {
            calls.makeDirectory(own, Places.PRIVATE_MODE);
        }
        try (MemoryRoot root = openPrivate()) {
            if (recorded != null) {
                expect(recorded, root);
            }
            String marker = marker(root);
            if (marker.isEmpty()) {
                marker = makeMarker(root);
            }
            root.flush(Place.STAGING); // To use a private place makes it.
            root.flush(Place.VERSIONS);
            root.flush(Place.PRIVATE);
            RootIdentity identity =
                    new RootIdentity(marker, privateInode().number, MemoryVolume.DEVICE);
            adopted = identity;
            return identity;
        }
    }

    private MemoryRoot openPrivate() throws RootLostException {
        return new MemoryRoot(calls, privateInode());
    }

    private MemoryInode privateInode() throws RootLostException {
        if (!volume.isMounted()) {
            throw lost("is not there");
        }
        MemoryInode inode = calls.find(privateSpot());
        if (inode == null || !inode.isDirectory()) {
            throw lost("has no .lanyard");
        }
        return inode;
    }

    private Spot privateSpot() {
        return new Spot(volume.top, RelativePath.PRIVATE_NAME, null);
    }

    private void expect(RootIdentity identity, MemoryRoot root) throws IOException {
        String marker = marker(root);
        if (marker.isEmpty()) {
            throw lost("has no marker in .lanyard any more");
        }
        if (!marker.equals(identity.marker())) {
            throw lost("is another share (its marker is another one)");
        }
        if (privateInode().number != identity.markerInode()) {
            throw lost("is a copy of the share (.lanyard has another inode)");
        }
    }

    private RootLostException lost(String finding) {
        return new RootLostException("the folder %s %s".formatted(folder, finding));
    }

    /** The text of the marker, empty if there is none. */
    private static String marker(MemoryRoot root) throws IOException {
        if (root.stat(Place.PRIVATE, Opening.MARKER) == null) {
            return "";
        }
        try (Root.Content content = root.read(Place.PRIVATE, Opening.MARKER)) {
            ByteBuffer text = ByteBuffer.allocate((int) content.stat().stat().sizeBytes());
            content.read(text, 0);
            return StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
        }
    }

    private String makeMarker(MemoryRoot root) throws IOException {
        byte[] bytes = new byte[MARKER_BYTES];
        random.nextBytes(bytes);
        String marker = HexFormat.of().formatHex(bytes);
        root.writeDurably(Place.PRIVATE, Opening.MARKER, StandardCharsets.UTF_8.encode(marker));
        return marker;
    }

    // ---------------------------------------------------------------- a user's programs

    /**
     * Makes a file with that content. One that is there keeps its inode: it is cut to nothing, then
     * written.
     */
    public void write(RelativePath path, byte[] content) throws DiskException {
        Spot spot = spot("write", path);
        if (calls.find(spot) == null) {
            calls.makeFile("write", spot, FILE_MODE);
        } else {
            calls.size(path, calls.regular("write", spot), 0);
            calls.tell(spot);
        }
        append(path, content);
    }

    /** Writes more at the end of a file, which is made if it is not there. */
    public void append(RelativePath path, byte[] bytes) throws DiskException {
        Spot spot = spot("write", path);
        MemoryInode file =
                calls.find(spot) == null
                        ? calls.makeFile("write", spot, FILE_MODE)
                        : calls.regular("write", spot);
        if (bytes.length > 0) {
            calls.write(path, file, ByteBuffer.wrap(bytes), file.bytes.size());
            calls.tell(spot);
        }
    }

    /** Makes an empty directory. */
    public void makeDirectory(RelativePath path) throws DiskException {
        calls.makeDirectory(spot("mkdir", path), DIRECTORY_MODE);
    }

    /** Makes a symbolic link. */
    public void makeLink(RelativePath path, LinkTarget target) throws DiskException {
        calls.makeLink(spot("symlink", path), target);
    }

    /** Gives a file another name, besides those it has. */
    public void linkHard(RelativePath existing, RelativePath path) throws DiskException {
        calls.linkHard(spot("link", existing), spot("link", path));
    }

    /** Removes a file, a link or an empty directory. */
    public void delete(RelativePath path) throws DiskException {
        Spot spot = spot("delete", path);
        if (calls.existing("delete", spot).isDirectory()) {
            calls.removeDirectory(spot);
        } else {
            calls.unlink("delete", spot);
        }
    }

    /** Removes what is there with all that is below it, one by one. */
    public void deleteTree(RelativePath path) throws DiskException {
        MemoryInode inode = calls.existing("delete", spot("delete", path));
        for (String name : List.copyOf(inode.entries.keySet())) {
            deleteTree(path.child(Places.name(name)));
        }
        delete(path);
    }

    /**
     * Gives what is at {@code from} the path {@code to}, replacing a file by a file and an empty
     * directory by a directory; or another spelling where names are folded.
     */
    public void rename(RelativePath from, RelativePath to) throws DiskException {
        Spot target = spot("rename", to);
        calls.renameOrRespell(spot("rename", from), target);
    }

    /** Sets the mode, with the special bits. */
    public void setMode(RelativePath path, int mode) throws DiskException {
        Spot spot = spot("chmod", path);
        MemoryInode inode = calls.existing("chmod", spot);
        if (inode.kind == Kind.SYMLINK) {
            throw MemoryCalls.failure("chmod", spot, Errno.EOPNOTSUPP);
        }
        calls.mode(spot, inode, mode);
    }

    /** Sets the time of the last change of the content. */
    public void setMtime(RelativePath path, Instant mtime) throws DiskException {
        Spot spot = spot("utime", path);
        calls.mtime(spot, calls.existing("utime", spot), mtime);
    }

    private Spot spot(String call, RelativePath path) throws DiskException {
        MemoryMount.now(volume).check(call, path);
        return calls.spot(call, path);
    }

    // ---------------------------------------------------------------- what is there

    /** The content of a file, in an array of its own. */
    public byte[] contentOf(RelativePath path) throws DiskException {
        return calls.regular("open", calls.spot("open", path)).bytes.all();
    }

    /** The target of a symbolic link. */
    public LinkTarget targetOf(RelativePath path) throws DiskException {
        return calls.target(calls.spot("readlink", path));
    }

    /** All of the tree but the private directory, in order; also while the medium is away. */
    public SortedMap<RelativePath, Found> everything() {
        SortedMap<RelativePath, Found> all = new TreeMap<>();
        for (Map.Entry<String, MemoryInode> entry : volume.top.entries.entrySet()) {
            if (!entry.getKey().equals(RelativePath.PRIVATE_NAME)) {
                collect(RelativePath.of(Places.name(entry.getKey())), entry.getValue(), all);
            }
        }
        return all;
    }

    private static void collect(
            RelativePath path, MemoryInode inode, SortedMap<RelativePath, Found> to) {
        to.put(path, inode.found());
        inode.entries.forEach((name, below) -> collect(path.child(Places.name(name)), below, to));
    }

    /**
     * The files in a private directory and in directories that were moved there, with their
     * content; {@code PRIVATE} without those of the other two. Links have their target.
     */
    public SortedMap<String, byte[]> files(Place place) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        MemoryInode own = calls.find(privateSpot());
        MemoryInode directory =
                own == null
                        ? null
                        : switch (place) {
                            case PRIVATE -> own;
                            case STAGING -> own.entries.get("staging");
                            case VERSIONS -> own.entries.get("versions");
                        };
        if (directory != null) {
            collect("", directory, files);
        }
        if (place == Place.PRIVATE) {
            files.keySet()
                    .removeIf(name -> name.startsWith("staging/") || name.startsWith("versions/"));
        }
        return files;
    }

    private static void collect(String prefix, MemoryInode directory, Map<String, byte[]> to) {
        directory.entries.forEach(
                (name, inode) -> {
                    if (inode.isDirectory()) {
                        collect(prefix + name + "/", inode, to);
                    } else {
                        to.put(
                                prefix + name,
                                inode.target == null ? inode.bytes.all() : inode.target.bytes());
                    }
                });
    }

    /** The system calls themselves. */
    MemoryCalls calls() {
        return calls;
    }

    /**
     * Tells {@code heard} each path of the tree, as it was named in the call, whose entry,
     * attributes or content anybody changes from now on, after the change and before the call
     * returns; of a rename both ends. Whoever was told until now is told no more.
     */
    public void onChange(Consumer<RelativePath> heard) {
        calls.onChange(heard);
    }

    /** Another number than before, if anything was changed since. */
    public long changes() {
        return volume.changes();
    }

    // ---------------------------------------------------------------- the machine

    /** Makes everything durable that was done until now. */
    public void sync() {
        volume.sync();
        stateFiles.values().forEach(MemoryStateFile::force);
    }

    /**
     * The power is cut and comes back. All that was open fails from now on; {@link #open} works on
     * what is left.
     */
    public void crash() {
        volume.crash(random);
        stateFiles.values().forEach(file -> file.crash(random));
    }

    /** {@link #stateFile(String, int)} of any size. */
    public StateFile stateFile(String name) {
        return stateFile(name, 0);
    }

    /**
     * Opens a file in the state directory of this machine as {@link StateFile#open} does, making it
     * where it is not there, with at least {@code sizeBytesMin} bytes.
     */
    public StateFile stateFile(String name, int sizeBytesMin) {
        return stateFiles.computeIfAbsent(name, _ -> new MemoryStateFile()).open(sizeBytesMin);
    }

    /**
     * The contents of all files may have so many bytes together; zeros after the last byte are
     * free.
     */
    public void capacity(long bytes) {
        volume.capacity(bytes);
    }

    /** Takes the medium away, after all is durable on it: the folder is not there. */
    public void unmount() {
        volume.unmount();
    }

    /** Brings the medium back. What was open before fails for ever. */
    public void mount() {
        volume.mount();
    }

    /**
     * Times are stored in whole units from now on, which are positive: a part of a second, or whole
     * seconds.
     */
    public void granularity(Duration unit) {
        volume.granularity(unit);
    }

    /** Which names are the same to this file system, and how it stores them. */
    public void names(NameHabit habit) {
        volume.habit(habit);
    }

    /** {@code path} with all names in it as they are spelled there, or would be. */
    public RelativePath spelled(RelativePath path) {
        RelativePath parent = path.parent().map(this::spelled).orElse(null);
        if (parent == null) {
            return RelativePath.of(spelled(volume.top, path.name()));
        }
        try {
            return parent.child(spelled(calls.directory("look", parent), path.name()));
        } catch (DiskException absent) {
            return parent.child(path.name());
        }
    }

    private byte[] spelled(MemoryInode directory, byte[] name) {
        return Places.name(volume.spelled(directory, Places.name(name)));
    }

    /** From now on inode numbers of what is gone are given again, the lowest first. */
    public void reuseInodes() {
        volume.reuseInodes();
    }
}
