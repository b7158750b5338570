package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.apply.Kept;
import dev.lanyard.protocol.CanonicalEntry;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message.KeptVersion;
import dev.lanyard.protocol.message.Message.VersionsTell;
import dev.lanyard.protocol.message.Message.Why;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What is kept here as peers are told of it, and back. */
final class Telling {
    private static final int PERMISSIONS = 0777;

    /** What the entries of one answer take at most, about: far from what a frame can hold. */
    private static final long BYTES_MAX = 1 << 20;

    private Telling() {}

    /**
     * Answers {@code question} with as many of {@code all}, latest first, as one answer may have.
     */
    static VersionsTell tell(long question, List<Kept> all) {
        List<KeptVersion> told = new ArrayList<>();
        long bytes = 0;
        for (Kept kept : all) {
            KeptVersion version = told(kept);
            if (version == null) {
                continue;
            }
            bytes += CanonicalEntry.lengthBytes(version.entry());
            if (told.size() == VersionsTell.VERSIONS_MAX || bytes > BYTES_MAX) {
                return new VersionsTell(question, told, true);
            }
            told.add(version);
        }
        return new VersionsTell(question, told, false);
    }

    /** Null for what was no version that anybody knew: nobody could ask for it by its hash. */
    private static @Nullable KeptVersion told(Kept kept) {
        try {
            Entry entry = entry(kept);
            if (entry == null) {
                return null;
            }
            // A sidecar can be edited: what a peer would refuse is not told.
            Entry heard = CanonicalEntry.decode(CanonicalEntry.encode(entry));
            return new KeptVersion(kept.name(), heard, kept.when(), why(kept.reason()));
        } catch (IllegalArgumentException edited) {
            return null;
        }
    }

    private static @Nullable Entry entry(Kept kept) {
        RelativePath path = kept.path();
        VersionVector version = kept.version();
        Stamp stamp = kept.stamp();
        ReplicaId author = kept.author();
        if (path == null || version == null || stamp == null || author == null) {
            return null;
        }
        LinkTarget target = kept.target();
        if (target != null) {
            return new Entry.Symlink(path, target, version, stamp, author);
        }
        ContentHash content = kept.content();
        return content == null
                ? null
                : new Entry.File(
                        path,
                        kept.sizeBytes(),
                        kept.mtime(),
                        kept.mode() & PERMISSIONS,
                        content,
                        version,
                        stamp,
                        author);
    }

    /** What a peer told, as if it were kept here. */
    static Kept heard(KeptVersion told) {
        return switch (told.entry()) {
            case Entry.File file ->
                    kept(told, null, file.sizeBytes(), file.mtime(), file.mode(), file.content());
            case Entry.Symlink link ->
                    kept(
                            told,
                            link.target(),
                            link.target().bytes().length,
                            told.kept(),
                            PERMISSIONS,
                            null);
            case Entry.Directory _, Entry.Tombstone _ ->
                    throw new IllegalStateException("only files and links are kept");
        };
    }

    private static Kept kept(
            KeptVersion told,
            @Nullable LinkTarget target,
            long sizeBytes,
            Instant mtime,
            int mode,
            @Nullable ContentHash content) {
        Entry entry = told.entry();
        return new Kept(
                told.name(),
                entry.path(),
                target,
                sizeBytes,
                mtime,
                mode,
                content,
                entry.version(),
                entry.stamp(),
                entry.author(),
                null,
                keep(told.why()),
                told.kept(),
                null,
                true);
    }

    private static Why why(Keep keep) {
        return switch (keep) {
            case REPLACED -> Why.REPLACED;
            case DELETED -> Why.DELETED;
            case CONFLICT -> Why.CONFLICT;
            case UNCLEAN -> Why.UNCLEAN;
        };
    }

    private static Keep keep(Why why) {
        return switch (why) {
            case REPLACED -> Keep.REPLACED;
            case DELETED -> Keep.DELETED;
            case CONFLICT -> Keep.CONFLICT;
            case UNCLEAN -> Keep.UNCLEAN;
        };
    }
}
