package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.Event.Seen;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One content in versions.
 *
 * @param name names it, for {@link Versions#restore}
 * @param path where it was; null only for what was found without any trace of its path
 * @param target where it points to, if it is a symbolic link; null for a file
 * @param content null where nobody hashed it
 * @param version the version that it was; null where it was none that anybody knew
 * @param stamp the stamp of that version; null with it
 * @param author who made that version
 * @param replacedBy the author of what took its place
 * @param listed when a list that had it in it was first shown to a user; null until then
 * @param seen whether a user has dealt with it, so that it is no open conflict any more
 */
public record Kept(
        String name,
        @Nullable RelativePath path,
        @Nullable LinkTarget target,
        long sizeBytes,
        Instant mtime,
        int mode,
        @Nullable ContentHash content,
        @Nullable VersionVector version,
        @Nullable Stamp stamp,
        @Nullable ReplicaId author,
        @Nullable ReplicaId replacedBy,
        Keep reason,
        Instant when,
        @Nullable Instant listed,
        boolean seen) {

    /**
     * Whether a user should look at it: it lost against a version that had not seen it, or was
     * found after an unclean stop.
     */
    public boolean isConflict() {
        return !seen
                && switch (reason) {
                    case CONFLICT, UNCLEAN -> true;
                    case REPLACED, DELETED -> false;
                };
    }

    /** What whoever looks at it has seen. */
    public Seen asVersion() {
        return version == null || stamp == null ? Seen.NOTHING : new Seen(version, stamp);
    }

    Kept asSeen() {
        return with(listed, true);
    }

    Kept asListed(Instant at) {
        return with(listed == null ? at : listed, seen);
    }

    private Kept with(@Nullable Instant firstListed, boolean dealtWith) {
        return new Kept(
                name,
                path,
                target,
                sizeBytes,
                mtime,
                mode,
                content,
                version,
                stamp,
                author,
                replacedBy,
                reason,
                when,
                firstListed,
                dealtWith);
    }

    /** What was found at {@code path} and is no version that anybody knows. */
    static Kept unknown(
            VersionName name,
            @Nullable RelativePath path,
            @Nullable LinkTarget target,
            FileStat stat,
            @Nullable ReplicaId replacedBy) {
        return new Kept(
                name.toString(),
                path,
                target,
                stat.sizeBytes(),
                stat.mtime(),
                stat.mode(),
                null,
                null,
                null,
                null,
                replacedBy,
                name.reason(),
                name.when(),
                null,
                false);
    }

    /** What was held until {@code replacedBy} took its place. */
    static Kept held(VersionName name, Held held, ReplicaId replacedBy) {
        Entry entry = held.entry();
        FileStat stat = Intent.statOf(held);
        if (held.isDecayed()) {
            return unknown(name, entry.path(), null, stat, replacedBy);
        }
        return new Kept(
                name.toString(),
                entry.path(),
                entry instanceof Entry.Symlink link ? link.target() : null,
                stat.sizeBytes(),
                stat.mtime(),
                stat.mode(),
                entry instanceof Entry.File file ? file.content() : null,
                entry.version(),
                entry.stamp(),
                entry.author(),
                replacedBy,
                name.reason(),
                name.when(),
                null,
                false);
    }
}
