package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;

/**
 * The work that brings one path to what is known: fetching its content if it needs one, then a
 * step.
 */
final class Job {
    final Entry target;

    /** What is on this disk and will be replaced; null when nothing is. */
    final @Nullable Held expected;

    /** Sessions that do not have the content. */
    final Set<SessionId> tried = new HashSet<>();

    /** Whether a local copy of the content was tried already. */
    boolean triedLocally;

    /** The old path of a file that is renamed, which has a job of its own; null otherwise. */
    @Nullable RelativePath movedFrom;

    /** Whether renaming a file that has the content was tried already. */
    boolean triedRename;

    /** From whom the content comes now; null while it comes from nobody. */
    @Nullable SessionId source;

    /** The fetch that brings the content, 0 while there is none. */
    long fetch;

    @Nullable Staged staged;

    Job(Entry target, @Nullable Held expected) {
        this.target = target;
        this.expected = expected;
    }

    /** How many bytes have to be brought. */
    long bytes() {
        return target instanceof Entry.File file ? file.sizeBytes() : 0;
    }
}
