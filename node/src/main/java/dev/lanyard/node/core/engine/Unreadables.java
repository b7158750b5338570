package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Observation.SeenDirectory;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;

import org.jspecify.annotations.Nullable;

/**
 * Finds out when what could not be read may be readable again. No event tells that of what is in a
 * directory: only the directory itself has changed.
 */
final class Unreadables {
    private Unreadables() {}

    /** Whether all below a directory is worth a look, since it has another mode or owner now. */
    static boolean mayHeal(ProblemList problems, @Nullable Held held, Observation observation) {
        return observation instanceof SeenDirectory seen
                && problems.has(Problem.Kind.UNREADABLE)
                && held != null
                && held.stat() != null
                && isOtherwiseGuarded(held.stat(), seen.stat())
                && problems.hasWithin(Problem.Kind.UNREADABLE, seen.path());
    }

    /** What is made or deleted in a directory changes both of its times; a new owner only one. */
    private static boolean isOtherwiseGuarded(FileStat before, FileStat now) {
        return before.mode() != now.mode()
                || (!before.ctime().equals(now.ctime()) && before.mtime().equals(now.mtime()));
    }
}
