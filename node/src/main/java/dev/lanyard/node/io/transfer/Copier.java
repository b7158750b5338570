package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Effect.CopySource;
import dev.lanyard.node.core.engine.Effect.LocalCopy;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Brings contents into staging from files of this disk. Runs on the lanes for copies. */
final class Copier {
    private static final int READ_BYTES = 256 << 10;

    private Copier() {}

    /** Copies for {@code wanted}, and answers. */
    static void copy(Bench bench, Ticket ticket, LocalCopy copy) {
        if (ticket.isCancelled()) {
            return;
        }
        Wanted wanted = new Wanted(ticket, copy.entry(), 0);
        String name = bench.shared().names().next();
        try {
            if (isCopied(bench, copy, name)) {
                bench.shared().tally().filesCopied.increment();
                bench.shared().tally().savedByCopy.add(wanted.sizeBytes());
                bench.shared().deltas().note(wanted, "", "a copy of what is here already");
                bench.answer(ticket, wanted.ready(name));
            } else {
                bench.answer(ticket, wanted.missing());
            }
        } catch (IOException e) {
            bench.delete(name);
            bench.answer(ticket, outcomeOf(e, wanted));
        }
    }

    private static FetchOutcome outcomeOf(IOException cause, Wanted wanted) {
        if (!(cause instanceof DiskException disk)) {
            return wanted.failed(cause);
        }
        return switch (disk.fault()) {
            // Of the source, which is not what it was: another source may do.
            case NO_SUCH_FILE, NOT_A_DIRECTORY, IS_A_DIRECTORY, CONFINED, NOT_PERMITTED, SHRANK ->
                    wanted.missing();
            case EXISTS,
                    NOT_EMPTY,
                    READ_ONLY,
                    DISK_FULL,
                    NAME_IMPOSSIBLE,
                    BUSY,
                    OTHER_DEVICE,
                    UNSUPPORTED,
                    IO ->
                    wanted.failed(cause);
        };
    }

    private static boolean isCopied(Bench bench, LocalCopy copy, String name) throws IOException {
        return switch (copy.source()) {
            case CopySource.InTree source -> isCopied(bench, copy.entry(), source.path(), name);
            case CopySource.InVersions _ -> isCopiedFromVersions(bench, copy.entry(), name);
        };
    }

    private static boolean isCopied(Bench bench, Entry.File entry, RelativePath source, String name)
            throws IOException {
        Root root = bench.root();
        long size = entry.sizeBytes();
        FileStat before = fileStat(root, source);
        if (before == null || before.sizeBytes() != size) {
            return false;
        }
        root.copy(source, size, name);
        return isUntouched(bench, entry, source, before, name) || isHashed(bench, entry, name);
    }

    /** Always hashed: nothing tells what became of it since it was displaced. */
    private static boolean isCopiedFromVersions(Bench bench, Entry.File entry, String name)
            throws IOException {
        Optional<String> kept = bench.shared().kept().apply(entry.content());
        if (kept.isEmpty()) {
            return false;
        }
        bench.root().copy(Place.VERSIONS, kept.get(), entry.sizeBytes(), name);
        return isHashed(bench, entry, name);
    }

    private static boolean isHashed(Bench bench, Entry.File entry, String name) throws IOException {
        if (hash(bench.root(), name, entry.sizeBytes()).equals(entry.content())) {
            return true;
        }
        bench.delete(name);
        return false;
    }

    private static @Nullable FileStat fileStat(Root root, RelativePath path) throws IOException {
        Found found = root.stat(path);
        return found != null && found.kind() == Root.Kind.FILE ? found.stat() : null;
    }

    /** A file that apply put in place has another ctime than it was held with: never. */
    private static boolean isUntouched(
            Bench bench, Entry.File entry, RelativePath source, FileStat before, String stagedName)
            throws IOException {
        FileStat held = held(bench.reader().row(source), entry.content());
        FileStat after = fileStat(bench.root(), source);
        return held != null
                && Untouched.isSame(held, before)
                && after != null
                && Untouched.isSame(held, after)
                && Untouched.isOlder(after, bench.root().statStaged(stagedName).stat());
    }

    private static @Nullable FileStat held(@Nullable Row row, ContentHash content) {
        Held held = row == null ? null : row.held();
        return held != null
                        && held.entry() instanceof Entry.File file
                        && file.content().equals(content)
                ? held.stat()
                : null;
    }

    private static ContentHash hash(Root root, String name, long size) throws IOException {
        TreeHash hash = new TreeHash();
        try (Content content = root.read(Place.STAGING, name)) {
            ByteBuffer part = ByteBuffer.allocate(READ_BYTES);
            for (long offset = 0; offset < size; offset += READ_BYTES) {
                part.clear().limit((int) Math.min(READ_BYTES, size - offset));
                if (!Reading.fill(content, part, offset)) {
                    throw new DiskException("read", name, DiskException.Fault.SHRANK, 0);
                }
                hash.update(part.flip());
            }
        }
        return ContentHash.of(hash.finish());
    }
}
