package dev.lanyard.node.io.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk.Body;
import dev.lanyard.node.io.disk.FaultyDisk.Call;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** The root of a {@link FaultyDisk}: each call goes through its rules, then to the real root. */
final class FaultyRoot implements Root {
    private final FaultyDisk disk;
    private final Root real;

    FaultyRoot(FaultyDisk disk, Root real) {
        this.disk = disk;
        this.real = real;
    }

    @Override
    public long device() {
        return real.device();
    }

    @Override
    public boolean keepsInodes() {
        return real.keepsInodes();
    }

    @Override
    public @Nullable Found stat(RelativePath path) throws IOException {
        return this.<@Nullable Found>run(
                Operation.STAT, path, () -> seenOrNull(real.stat(stored(path))));
    }

    @Override
    public List<Name> list(@Nullable RelativePath directory) throws IOException {
        return disk.run(
                new Call(Operation.LIST, directory, null, null),
                () -> real.list(directory == null ? null : stored(directory)));
    }

    @Override
    public Content read(RelativePath path) throws IOException {
        return run(
                Operation.READ,
                path,
                () -> new FaultyContent(path, null, null, real.read(stored(path))));
    }

    @Override
    public Content read(Place place, String name) throws IOException {
        return run(
                Operation.READ,
                place,
                name,
                () -> new FaultyContent(null, place, name, real.read(place, name)));
    }

    @Override
    public LinkTarget readLink(RelativePath path) throws IOException {
        return run(Operation.READ_LINK, path, () -> real.readLink(stored(path)));
    }

    @Override
    public LinkTarget readLink(Place place, String name) throws IOException {
        return run(Operation.READ_LINK, place, name, () -> real.readLink(place, name));
    }

    @Override
    public Sink create(String stagedName) throws IOException {
        return run(
                Operation.CREATE,
                Place.STAGING,
                stagedName,
                () -> new FaultySink(stagedName, real.create(stagedName)));
    }

    @Override
    public Sink reopen(String stagedName, long from) throws IOException {
        return run(
                Operation.REOPEN,
                Place.STAGING,
                stagedName,
                () -> new FaultySink(stagedName, real.reopen(stagedName, from)));
    }

    @Override
    public void copy(RelativePath source, long sizeBytes, String stagedName) throws IOException {
        act(
                new Call(Operation.COPY, source, Place.STAGING, stagedName),
                () -> real.copy(stored(source), sizeBytes, stagedName));
    }

    @Override
    public void copy(Place place, String name, long sizeBytes, String stagedName)
            throws IOException {
        act(
                new Call(Operation.COPY, null, place, name),
                () -> real.copy(place, name, sizeBytes, stagedName));
    }

    @Override
    public void renameStaged(String from, String to) throws IOException {
        act(
                new Call(Operation.RENAME_STAGED, null, Place.STAGING, from),
                () -> real.renameStaged(from, to));
    }

    @Override
    public long freeBytes() throws IOException {
        return Math.min(disk.freeBytes(), real.freeBytes());
    }

    @Override
    public void createDirectory(String stagedName, int mode) throws IOException {
        act(
                new Call(Operation.CREATE_DIRECTORY, null, Place.STAGING, stagedName),
                () -> real.createDirectory(stagedName, mode));
    }

    @Override
    public void createLink(String stagedName, LinkTarget target) throws IOException {
        act(
                new Call(Operation.CREATE_LINK, null, Place.STAGING, stagedName),
                () -> real.createLink(stagedName, target));
    }

    @Override
    public void setAttributes(
            String stagedName, int mode, @Nullable Instant mtime, @Nullable RelativePath like)
            throws IOException {
        act(
                new Call(Operation.SET_ATTRIBUTES, null, Place.STAGING, stagedName),
                () ->
                        real.setAttributes(
                                stagedName, mode, mtime, like == null ? null : stored(like)));
    }

    @Override
    public void setAttributes(RelativePath path, int mode, @Nullable Instant mtime)
            throws IOException {
        act(
                new Call(Operation.SET_ATTRIBUTES, path, null, null),
                () -> real.setAttributes(stored(path), mode, mtime));
    }

    @Override
    public Found statStaged(String stagedName) throws IOException {
        return run(
                Operation.STAT, Place.STAGING, stagedName, () -> seen(real.statStaged(stagedName)));
    }

    @Override
    public void place(String stagedName, RelativePath path) throws IOException {
        act(
                new Call(Operation.PLACE, path, Place.STAGING, stagedName),
                () -> real.place(stagedName, stored(path)));
    }

    @Override
    public void rename(RelativePath from, RelativePath to) throws IOException {
        act(
                new Call(Operation.RENAME, to, null, null),
                () -> {
                    if (!disk.exchanges()) {
                        throw new DiskException("rename", to.toString(), Fault.UNSUPPORTED, 0);
                    }
                    real.rename(stored(from), stored(to));
                });
    }

    @Override
    public void exchange(String stagedName, RelativePath path) throws IOException {
        act(
                new Call(Operation.EXCHANGE, path, Place.STAGING, stagedName),
                () -> {
                    if (!disk.exchanges()) {
                        throw new DiskException("exchange", path.toString(), Fault.UNSUPPORTED, 0);
                    }
                    real.exchange(stagedName, stored(path));
                });
    }

    @Override
    public void replace(String stagedName, RelativePath path) throws IOException {
        act(
                new Call(Operation.REPLACE, path, Place.STAGING, stagedName),
                () -> real.replace(stagedName, stored(path)));
    }

    @Override
    public void link(RelativePath path, String stagedName) throws IOException {
        act(
                new Call(Operation.LINK, path, Place.STAGING, stagedName),
                () -> real.link(stored(path), stagedName));
    }

    @Override
    public void take(RelativePath path, String stagedName) throws IOException {
        act(
                new Call(Operation.TAKE, path, Place.STAGING, stagedName),
                () -> real.take(stored(path), stagedName));
    }

    @Override
    public void removeDirectory(RelativePath path) throws IOException {
        act(
                new Call(Operation.REMOVE_DIRECTORY, path, null, null),
                () -> real.removeDirectory(stored(path)));
    }

    @Override
    public void respell(RelativePath from, RelativePath to) throws IOException {
        act(
                new Call(Operation.RENAME, to, null, null),
                () -> real.rename(stored(from), spelled(to)));
    }

    @Override
    public void archive(String stagedName, String versionName) throws IOException {
        act(
                new Call(Operation.ARCHIVE, null, Place.STAGING, stagedName),
                () -> real.archive(stagedName, versionName));
    }

    @Override
    public List<String> names(Place place) throws IOException {
        return disk.run(new Call(Operation.NAMES, null, place, null), () -> real.names(place));
    }

    @Override
    public @Nullable Found stat(Place place, String name) throws IOException {
        return this.<@Nullable Found>run(
                Operation.STAT,
                place,
                name,
                () -> seenOrNull(real.stat(place, storedName(place, name))));
    }

    @Override
    public void delete(Place place, String name) throws IOException {
        act(
                new Call(Operation.DELETE, null, place, name),
                () -> real.delete(place, storedName(place, name)));
    }

    @Override
    public void write(Place place, String name, ByteBuffer content) throws IOException {
        act(
                new Call(Operation.WRITE, null, place, name),
                () -> real.write(place, storedName(place, name), content));
    }

    @Override
    public void writeDurably(Place place, String name, ByteBuffer content) throws IOException {
        act(
                new Call(Operation.WRITE, null, place, name),
                () -> real.writeDurably(place, storedName(place, name), content));
    }

    @Override
    public boolean isQuiet(RelativePath path) throws IOException {
        Call call = new Call(Operation.IS_QUIET, path, null, null);
        return disk.run(call, () -> disk.isQuiet(call) && real.isQuiet(stored(path)));
    }

    @Override
    public boolean isQuietStaged(String stagedName) throws IOException {
        Call call = new Call(Operation.IS_QUIET, null, Place.STAGING, stagedName);
        return disk.run(call, () -> disk.isQuiet(call) && real.isQuietStaged(stagedName));
    }

    @Override
    public boolean flushAll() throws IOException {
        return disk.run(
                new Call(Operation.FLUSH_ALL, null, null, null),
                () -> disk.flushesWhole() && real.flushAll());
    }

    @Override
    public void flush(RelativePath path) throws IOException {
        act(new Call(Operation.FLUSH, path, null, null), () -> real.flush(stored(path)));
    }

    @Override
    public void flush(Place place, String name) throws IOException {
        act(
                new Call(Operation.FLUSH, null, place, name),
                () -> real.flush(place, storedName(place, name)));
    }

    @Override
    public void flush(Place place) throws IOException {
        act(new Call(Operation.FLUSH, null, place, null), () -> real.flush(place));
    }

    @Override
    public void close() {
        real.close();
    }

    private <T extends @Nullable Object> T run(Operation operation, RelativePath path, Body<T> body)
            throws IOException {
        return disk.run(new Call(operation, path, null, null), body);
    }

    private <T extends @Nullable Object> T run(
            Operation operation, Place place, String name, Body<T> body) throws IOException {
        return disk.run(new Call(operation, null, place, name), body);
    }

    private void act(Call call, FaultyDisk.Act act) throws IOException {
        disk.run(
                call,
                () -> {
                    act.run();
                    return call;
                });
    }

    /** The path as this file system has it: each name as it is there, or as it would be stored. */
    private RelativePath stored(RelativePath path) throws IOException {
        NameHabit habit = disk.nameHabit();
        if (habit.equals(NameHabit.EXACT)) {
            return path;
        }
        RelativePath parent = path.parent().orElse(null);
        RelativePath directory = parent == null ? null : stored(parent);
        byte[] name = storedName(habit, directory, path.name());
        return directory == null ? RelativePath.of(name) : directory.child(name);
    }

    /** As it would be spelled anew. */
    private RelativePath spelled(RelativePath path) throws IOException {
        byte[] name = disk.nameHabit().store(path.name());
        RelativePath parent = path.parent().orElse(null);
        return parent == null ? RelativePath.of(name) : stored(parent).child(name);
    }

    private String storedName(Place place, String name) throws IOException {
        NameHabit habit = disk.nameHabit();
        if (habit.equals(NameHabit.EXACT)) {
            return name;
        }
        byte[] wanted = name.getBytes(ISO_8859_1);
        for (String there : real.names(place)) {
            if (habit.same(there.getBytes(ISO_8859_1), wanted)) {
                return there;
            }
        }
        return new String(habit.store(wanted), ISO_8859_1);
    }

    private byte[] storedName(NameHabit habit, @Nullable RelativePath directory, byte[] name)
            throws IOException {
        Found parent = directory == null ? null : real.stat(directory);
        if (directory == null || (parent != null && parent.kind() == Kind.DIRECTORY)) {
            for (Name there : real.list(directory)) {
                if (habit.same(there.bytes(), name)) {
                    return there.bytes();
                }
            }
        }
        return habit.store(name);
    }

    private @Nullable Found seenOrNull(@Nullable Found found) {
        return found == null ? null : seen(found);
    }

    private Found seen(Found found) {
        return new Found(found.kind(), disk.seen(found.stat()), found.linkCount());
    }

    /** A file open for reading, whose reads go through the rules. */
    private final class FaultyContent implements Content {
        private final Call read;
        private final Content content;

        FaultyContent(
                @Nullable RelativePath path,
                @Nullable Place place,
                @Nullable String name,
                Content content) {
            this.read = new Call(Operation.READ_BYTES, path, place, name);
            this.content = content;
        }

        @Override
        public Found stat() throws IOException {
            return disk.run(
                    new Call(Operation.STAT, read.path(), read.place(), read.name()),
                    () -> seen(content.stat()));
        }

        @Override
        public int read(ByteBuffer to, long offset) throws IOException {
            return disk.run(read, () -> content.read(to, offset));
        }

        @Override
        public long nextData(long offset) throws IOException {
            return content.nextData(offset);
        }

        @Override
        public void forget() {
            content.forget();
        }

        @Override
        public void forget(long offset, long lengthBytes) {
            content.forget(offset, lengthBytes);
        }

        @Override
        public void close() {
            content.close();
        }
    }

    /** A staged file, whose writes go through the rules. */
    private final class FaultySink implements Sink {
        private final String name;
        private final Sink sink;

        FaultySink(String name, Sink sink) {
            this.name = name;
            this.sink = sink;
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            act(call(Operation.WRITE_BYTES), () -> sink.write(from, offset));
        }

        @Override
        public long copy(Content from, long fromOffset, long offset, long lengthBytes)
                throws IOException {
            Content real = from instanceof FaultyContent faulty ? faulty.content : from;
            return disk.run(
                    call(Operation.WRITE_BYTES),
                    () -> sink.copy(real, fromOffset, offset, lengthBytes));
        }

        @Override
        public void size(long sizeBytes) throws IOException {
            act(call(Operation.WRITE_BYTES), () -> sink.size(sizeBytes));
        }

        @Override
        public void flush() throws IOException {
            act(call(Operation.FLUSH_BYTES), sink::flush);
        }

        /** Also what fails here, or after a crash, gives the descriptor back. */
        @Override
        public void close() throws IOException {
            try {
                act(call(Operation.CLOSE_SINK), () -> {});
            } finally {
                sink.close();
            }
        }

        private Call call(Operation operation) {
            return new Call(operation, null, Place.STAGING, name);
        }
    }
}
