package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * A file of the tree that a delta is carried out on, open. If it was touched it may still be what
 * it is taken for, which the hash of the result tells. Used by one thread.
 */
final class BasisFile implements AutoCloseable {
    private static final int HOLDERS_MAX = 4;

    private final Holding holding;
    private final Content content;
    private final FileStat opened;

    private BasisFile(Holding holding, Content content, FileStat opened) {
        this.holding = holding;
        this.content = content;
        this.opened = opened;
    }

    /** Where a content is held, and what its file looked like then. */
    record Holding(RelativePath path, ContentHash content, FileStat held) {
        long sizeBytes() {
            return held.sizeBytes();
        }
    }

    /** What is held at {@code path}, or null if it is no file or its bytes are others. */
    static @Nullable Holding heldAt(Bench bench, RelativePath path) {
        Row row = bench.reader().row(path);
        Held held = row == null ? null : row.held();
        if (held == null || (bench.shared().decayed().test(path) && !held.isDecayed())) {
            return null; // One that is to be repaired is held as what it is.
        }
        return held.stat() != null && held.entry() instanceof Entry.File file
                ? new Holding(path, file.content(), held.stat())
                : null;
    }

    /** Where {@code basis} is held, at {@code path} if possible; null if nowhere. */
    static @Nullable Holding find(Bench bench, RelativePath path, ContentHash basis) {
        Holding there = heldAt(bench, path);
        if (there != null && there.content().equals(basis)) {
            return there;
        }
        for (RelativePath holder : bench.reader().holders(basis, HOLDERS_MAX)) {
            Holding holding = heldAt(bench, holder);
            if (holding != null && holding.content().equals(basis)) {
                return holding;
            }
        }
        return null;
    }

    /** Opens the file; null if it has another size or mtime by now. */
    static @Nullable BasisFile open(Root root, Holding holding) throws IOException {
        Content content = root.read(holding.path());
        BasisFile file = null;
        try {
            Found found = content.stat();
            FileStat held = holding.held();
            if (found.kind() == Root.Kind.FILE
                    && found.stat().sizeBytes() == held.sizeBytes()
                    && found.stat().mtime().equals(held.mtime())) {
                file = new BasisFile(holding, content, found.stat());
            }
            return file;
        } finally {
            if (file == null) {
                content.close();
            }
        }
    }

    Holding holding() {
        return holding;
    }

    Content content() {
        return content;
    }

    /**
     * Whether it is what was held, as it was, up to the last change of a copy at {@code copied}.
     */
    boolean isUntouched(FileStat copied) throws IOException {
        FileStat now = content.stat().stat();
        return Untouched.isSame(holding.held(), opened)
                && Untouched.isSame(holding.held(), now)
                && Untouched.isOlder(now, copied);
    }

    @Override
    public void close() {
        content.close();
    }
}
