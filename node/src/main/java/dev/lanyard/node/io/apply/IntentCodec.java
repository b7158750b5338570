package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.core.plan.Step.MakeDirectory;
import dev.lanyard.node.core.plan.Step.PlaceFile;
import dev.lanyard.node.core.plan.Step.PlaceLink;
import dev.lanyard.node.core.plan.Step.Remove;
import dev.lanyard.node.core.plan.Step.Rename;
import dev.lanyard.node.core.plan.Step.RenameDirectory;
import dev.lanyard.node.core.plan.Step.SetAttributes;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.CanonicalEntry;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of an {@link Intent} in the journal.
 *
 * <pre>
 * intent = step u8 | keep name | entry u32 + canonical bytes | [held] | [staged name] | [found] | [version name] | [renamed]
 * renamed = tombstone of the old path | held there; only in step 5
 * held   = entry | [stat]
 * found  = kind name | stat | link count i32
 * stat   = size i64 | mtime i64 s, i32 ns | ctime i64 s, i32 ns | mode i32 | inode i64 | device i64
 * [x]    = 0 u8, or 1 u8 and x; names as Java's modified UTF-8
 * </pre>
 */
final class IntentCodec {
    private static final int MAKE_DIRECTORY = 0;
    private static final int PLACE_FILE = 1;
    private static final int PLACE_LINK = 2;
    private static final int SET_ATTRIBUTES = 3;
    private static final int REMOVE = 4;
    private static final int RENAME = 5;
    private static final int RENAME_DIRECTORY = 6;

    /** More bytes than any entry has: a bound for the decoder. */
    private static final int ENTRY_BYTES_MAX = 1 << 20;

    private IntentCodec() {}

    static void write(DataOutput out, Intent intent) throws IOException {
        Step step = intent.step();
        out.writeByte(kind(step));
        out.writeUTF(Intent.keep(step).name());
        writeEntry(out, step.entry());
        Held expected = step.expected();
        out.writeBoolean(expected != null);
        if (expected != null) {
            writeHeld(out, expected);
        }
        writeName(out, intent.stagedName());
        Found prepared = intent.prepared();
        out.writeBoolean(prepared != null);
        if (prepared != null) {
            out.writeUTF(prepared.kind().name());
            writeStat(out, prepared.stat());
            out.writeInt(prepared.linkCount());
        }
        VersionName version = intent.versionName();
        writeName(out, version == null ? null : version.toString());
        if (step instanceof Rename rename) {
            writeEntry(out, rename.gone());
            writeHeld(out, rename.moved());
        } else if (step instanceof RenameDirectory rename) {
            writeEntry(out, rename.gone());
            writeHeld(out, rename.moved());
            out.writeInt(rename.children().size());
            for (Step.Moved child : rename.children()) {
                writeEntry(out, child.entry());
                writeEntry(out, child.gone());
                writeHeld(out, child.held());
            }
        }
    }

    static Intent read(DataInput in) throws IOException {
        int kind = in.readUnsignedByte();
        Keep keep = Keep.valueOf(in.readUTF());
        Entry entry = readEntry(in);
        Held expected = in.readBoolean() ? readHeld(in) : null;
        String stagedName = readName(in);
        Found prepared =
                in.readBoolean()
                        ? new Found(Kind.valueOf(in.readUTF()), readStat(in), in.readInt())
                        : null;
        String version = readName(in);
        return new Intent(
                switch (kind) {
                    case RENAME ->
                            new Rename(
                                    (Entry.File) entry,
                                    (Entry.Tombstone) readEntry(in),
                                    readHeld(in),
                                    expected,
                                    keep);
                    case RENAME_DIRECTORY ->
                            new RenameDirectory(
                                    (Entry.Directory) entry,
                                    (Entry.Tombstone) readEntry(in),
                                    readHeld(in),
                                    readChildren(in));
                    default -> step(kind, entry, expected, keep, stagedName);
                },
                stagedName,
                prepared,
                version == null ? null : VersionName.parse(version).orElseThrow());
    }

    private static List<Step.Moved> readChildren(DataInput in) throws IOException {
        int count = in.readInt();
        List<Step.Moved> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            children.add(
                    new Step.Moved(readEntry(in), (Entry.Tombstone) readEntry(in), readHeld(in)));
        }
        return children;
    }

    private static int kind(Step step) {
        return switch (step) {
            case MakeDirectory _ -> MAKE_DIRECTORY;
            case PlaceFile _ -> PLACE_FILE;
            case PlaceLink _ -> PLACE_LINK;
            case SetAttributes _ -> SET_ATTRIBUTES;
            case Remove _ -> REMOVE;
            case Rename _ -> RENAME;
            case RenameDirectory _ -> RENAME_DIRECTORY;
        };
    }

    private static Step step(
            int kind,
            Entry entry,
            @Nullable Held expected,
            Keep keep,
            @Nullable String stagedName) {
        return switch (kind) {
            case MAKE_DIRECTORY -> new MakeDirectory((Entry.Directory) entry, expected, keep);
            case PLACE_FILE ->
                    new PlaceFile(
                            (Entry.File) entry,
                            new Staged(present(kind, stagedName)),
                            expected,
                            keep);
            case PLACE_LINK -> new PlaceLink((Entry.Symlink) entry, expected, keep);
            case SET_ATTRIBUTES -> new SetAttributes(entry, present(kind, expected));
            case REMOVE -> new Remove((Entry.Tombstone) entry, present(kind, expected), keep);
            default -> throw new IllegalArgumentException("step %d (expected 0-6)".formatted(kind));
        };
    }

    private static <T> T present(int kind, @Nullable T part) {
        if (part == null) {
            throw new IllegalArgumentException("step %d lacks a part".formatted(kind));
        }
        return part;
    }

    private static void writeHeld(DataOutput out, Held held) throws IOException {
        writeEntry(out, held.entry());
        FileStat stat = held.stat();
        out.writeBoolean(stat != null);
        if (stat != null) {
            writeStat(out, stat);
        }
    }

    private static Held readHeld(DataInput in) throws IOException {
        Entry entry = readEntry(in);
        return new Held(entry, in.readBoolean() ? readStat(in) : null);
    }

    private static void writeEntry(DataOutput out, Entry entry) throws IOException {
        byte[] bytes = CanonicalEntry.encode(entry);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static Entry readEntry(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > ENTRY_BYTES_MAX) {
            throw new IllegalArgumentException("entry of %d bytes".formatted(length));
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return CanonicalEntry.decode(bytes);
    }

    private static void writeStat(DataOutput out, FileStat stat) throws IOException {
        out.writeLong(stat.sizeBytes());
        writeTime(out, stat.mtime());
        writeTime(out, stat.ctime());
        out.writeInt(stat.mode());
        out.writeLong(stat.inode());
        out.writeLong(stat.device());
    }

    private static FileStat readStat(DataInput in) throws IOException {
        return new FileStat(
                in.readLong(),
                readTime(in),
                readTime(in),
                in.readInt(),
                in.readLong(),
                in.readLong());
    }

    private static void writeTime(DataOutput out, Instant time) throws IOException {
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    private static Instant readTime(DataInput in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    private static void writeName(DataOutput out, @Nullable String name) throws IOException {
        out.writeBoolean(name != null);
        if (name != null) {
            out.writeUTF(name);
        }
    }

    private static @Nullable String readName(DataInput in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }
}
