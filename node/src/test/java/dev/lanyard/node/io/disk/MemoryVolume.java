package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry.LinkTarget;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The inodes of a {@link MemoryDisk}, each change of which is noted in {@link Since}. Knows nothing
 * of what a system call refuses: that is {@link MemoryCalls}.
 */
final class MemoryVolume {
    static final long DEVICE = 0xfd01;

    private static final int ROOT_MODE = 0755;

    final MemoryInode top;
    final Since since = new Since();

    private final InstantSource clock;

    /** In the order in which they were written to first. */
    private final Set<MemoryInode> dirty = new LinkedHashSet<>();

    private final Map<MemoryInode, Integer> writers = new HashMap<>();
    private final SortedSet<Long> freeNumbers = new TreeSet<>();

    /** What lost a name, and may have none any more. */
    private final Set<MemoryInode> nameless = new LinkedHashSet<>();

    private long lastNumber = 1;
    private boolean reusing;
    private long capacityBytes = Long.MAX_VALUE;
    private Duration granularity = Duration.ofNanos(1);
    private NameHabit habit = NameHabit.EXACT;
    private boolean mounted = true;
    private long mounts;
    private long changes;

    MemoryVolume(InstantSource clock) {
        this.clock = clock;
        this.top = inode(Kind.DIRECTORY, ROOT_MODE, null);
        top.linkCount = 1;
    }

    // ---------------------------------------------------------------- habits

    void reuseInodes() {
        reusing = true;
    }

    void capacity(long bytes) {
        capacityBytes = bytes;
    }

    void granularity(Duration unit) {
        granularity = unit;
    }

    void habit(NameHabit names) {
        habit = names;
    }

    boolean isMounted() {
        return mounted;
    }

    /** Which mount this is: what was opened in an earlier one is of no use. */
    long mounts() {
        return mounts;
    }

    /** How often anything was changed. */
    long changes() {
        return changes;
    }

    void unmount() {
        sync();
        detach();
        mounted = false;
    }

    void mount() {
        mounted = true;
    }

    // ---------------------------------------------------------------- names

    /** What has the name, or one that is the same to the file system. */
    @Nullable MemoryInode entry(MemoryInode directory, String name) {
        return directory.entries.get(spelled(directory, name));
    }

    /** The name as it is stored there, or would be. */
    String spelled(MemoryInode directory, String name) {
        if (habit.equals(NameHabit.EXACT)) {
            return name;
        }
        byte[] wanted = name.getBytes(StandardCharsets.ISO_8859_1);
        for (String there : directory.entries.keySet()) {
            if (habit.same(there.getBytes(StandardCharsets.ISO_8859_1), wanted)) {
                return there;
            }
        }
        return stored(name);
    }

    /** Whether nothing can be made by that name. */
    boolean refuses(String name) {
        return habit.refuses(name.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The name as it is stored anew. */
    String stored(String name) {
        return habit.equals(NameHabit.EXACT)
                ? name
                : Places.name(habit.store(name.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Gives the name to {@code inode}, in place of what has it; it keeps how it is spelled. */
    void put(MemoryInode directory, String name, MemoryInode inode) {
        change(directory, spelled(directory, name), inode);
    }

    /** The same with the name as it is spelled now, whatever had it. */
    void respell(MemoryInode directory, String name, MemoryInode inode) {
        remove(directory, name);
        change(directory, stored(name), inode);
    }

    void remove(MemoryInode directory, String name) {
        change(directory, spelled(directory, name), null);
    }

    private void change(MemoryInode directory, String name, @Nullable MemoryInode inode) {
        MemoryInode before = set(directory, name, inode);
        since.undo(() -> set(directory, name, before));
        touchContent(directory);
        if (inode != null) {
            touch(inode);
        }
        if (before != null) {
            touch(before);
            if (reusing) {
                nameless.add(before);
            }
        }
    }

    private static @Nullable MemoryInode set(
            MemoryInode directory, String name, @Nullable MemoryInode inode) {
        MemoryInode before =
                inode == null ? directory.entries.remove(name) : directory.entries.put(name, inode);
        if (before != null) {
            before.linkCount--;
        }
        if (inode != null) {
            inode.linkCount++;
        }
        return before;
    }

    // ---------------------------------------------------------------- inodes

    MemoryInode inode(Kind kind, int mode, @Nullable LinkTarget target) {
        return new MemoryInode(freeNumber(), kind, mode, target, now());
    }

    private long freeNumber() {
        if (reusing) {
            nameless.removeIf(inode -> inode.linkCount > 0);
            nameless.stream()
                    .filter(inode -> !isWritten(inode))
                    .forEach(inode -> freeNumbers.add(inode.number));
            nameless.removeIf(inode -> !isWritten(inode));
        }
        return freeNumbers.isEmpty() ? ++lastNumber : freeNumbers.removeFirst();
    }

    void mode(MemoryInode inode, int mode) {
        touch(inode);
        inode.mode = mode;
    }

    void mtime(MemoryInode inode, Instant mtime) {
        touch(inode);
        inode.mtime = rounded(mtime);
    }

    private void touchContent(MemoryInode inode) {
        touch(inode);
        inode.mtime = inode.ctime;
    }

    /** Before anything of it is changed: what it was is noted, and when it was. */
    void touch(MemoryInode inode) {
        changes++;
        int mode = inode.mode;
        Instant mtime = inode.mtime;
        Instant ctime = inode.ctime;
        inode.changedBy =
                since.undo(
                        () -> {
                            inode.mode = mode;
                            inode.mtime = mtime;
                            inode.ctime = ctime;
                        });
        inode.ctime = now();
    }

    private Instant now() {
        return rounded(clock.instant());
    }

    private Instant rounded(Instant time) {
        long nanos = granularity.toNanosPart();
        long seconds = granularity.toSeconds();
        if (seconds > 0) {
            return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
        }
        return Instant.ofEpochSecond(time.getEpochSecond(), time.getNano() / nanos * nanos);
    }

    // ---------------------------------------------------------------- content

    void write(MemoryInode file, ByteBuffer from, int offset) {
        file.bytes.write(from, offset);
        written(file);
    }

    void size(MemoryInode file, int sizeBytes) {
        file.bytes.size(sizeBytes);
        written(file);
    }

    void share(MemoryInode file, MemoryInode source) {
        file.bytes.share(source.bytes);
        written(file);
    }

    private void written(MemoryInode file) {
        touchContent(file);
        dirty.add(file);
    }

    /** How much may still be written. */
    long freeBytes() {
        if (capacityBytes == Long.MAX_VALUE) {
            return capacityBytes;
        }
        Set<MemoryInode> all = reachable();
        all.addAll(writers.keySet());
        return Math.max(
                0, capacityBytes - all.stream().mapToLong(each -> each.bytes.spaceBytes()).sum());
    }

    void openForWriting(MemoryInode file) {
        writers.merge(file, 1, Integer::sum);
    }

    void closeForWriting(MemoryInode file) {
        writers.computeIfPresent(file, (_, count) -> count == 1 ? null : count - 1);
    }

    boolean isWritten(MemoryInode file) {
        return writers.containsKey(file);
    }

    // ---------------------------------------------------------------- the medium

    /**
     * As fsync: the content, and the journal as far as it is about this. Journals have one order,
     * so all that was done before is durable too; what was done later with other things is not.
     */
    void flush(MemoryInode inode) {
        since.commit(inode.changedBy);
        inode.bytes.flush();
        dirty.remove(inode);
    }

    void sync() {
        since.commit();
        dirty.forEach(file -> file.bytes.flush());
        dirty.clear();
    }

    void crash(RandomGenerator random) {
        changes++;
        since.cut(random);
        dirty.forEach(file -> file.bytes.cut(random));
        dirty.clear();
        detach();
        if (reusing) {
            findFreeNumbers();
        }
    }

    private void detach() {
        mounts++;
        writers.clear();
    }

    private void findFreeNumbers() {
        nameless.clear();
        freeNumbers.clear();
        for (long number = top.number; number <= lastNumber; number++) {
            freeNumbers.add(number);
        }
        reachable().forEach(inode -> freeNumbers.remove(inode.number));
    }

    private Set<MemoryInode> reachable() {
        Set<MemoryInode> found = new HashSet<>();
        List<MemoryInode> open = new ArrayList<>(List.of(top));
        while (!open.isEmpty()) {
            MemoryInode next = open.removeLast();
            if (found.add(next)) {
                open.addAll(next.entries.values());
            }
        }
        return found;
    }
}
