package dev.lanyard.node.app.mirror;

import dev.lanyard.node.core.mirror.Guard;
import dev.lanyard.node.io.mirror.Report.Verb;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Hears what happens to each destination. Called by many threads. */
public interface Teller {
    /** Something was done, or would be. */
    void did(Path destination, Verb verb, RelativePath path, @Nullable RelativePath from);

    /** Something was not done; null for all of the folder. */
    void skipped(Path destination, @Nullable RelativePath path, String why);

    /** A pass is over. */
    void passed(Path destination, Summary summary);

    /** So many modes are not as in the source: the destination cannot store them. */
    void modesUnstored(Path destination, long count);

    /** Deletions were not done. */
    void heldBack(Path destination, Guard.Verdict verdict, long count);

    /** The destination is not there. */
    void waiting(Path destination, String why);

    /** The destination is there again. */
    void found(Path destination);

    /** The destination must not be mirrored to. */
    void refused(Path destination, Refusal why);

    /** Nothing more can be done for the destination now. */
    void failed(Path destination, String why);

    /** The source is not there any more. */
    void sourceLost(String why);

    /** From now on changes are followed at once. */
    void watching(int directoryCount);

    /** Nothing else is told for a while. */
    void pause();

    /** Why a destination is refused. */
    enum Refusal {
        /** Nodes keep it identical on several machines. */
        SHARE,
        /** There is more in it than in the source, and nobody has said what becomes of that. */
        FOREIGN,
        /** It is no folder. */
        NO_FOLDER,
        /** Another mirror is writing to it now. */
        BUSY,
        /** The folder that it would be in is not there. */
        NOWHERE
    }

    /**
     * What a pass did.
     *
     * @param counts how often
     * @param bytes how much was copied
     * @param skipped what was not done
     * @param whole whether it went over everything
     */
    record Summary(Map<Verb, Long> counts, long bytes, long skipped, Duration took, boolean whole) {
        /** How often. */
        public long count(Verb verb) {
            return counts.getOrDefault(verb, 0L);
        }

        /** Whether nothing was there to do. */
        public boolean isIdle() {
            return skipped == 0 && counts.values().stream().allMatch(each -> each == 0);
        }
    }
}
