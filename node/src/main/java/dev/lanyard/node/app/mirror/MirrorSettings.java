package dev.lanyard.node.app.mirror;

import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.mirror.Deleting;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a mirror is to do.
 *
 * @param source the folder that is copied, with links followed
 * @param destinations each claimed by this process
 * @param every how much later a pass begins than the one before; null for no further one
 * @param watch whether changes are followed at once
 * @param deleting what becomes of what the source does not have; null if nobody has said it
 * @param confirmed whether deletions are done whatever the guard says
 * @param anew whether a destination may be another folder than it was
 * @param dry whether nothing is done, only told
 * @param verify whether all contents are compared
 * @param threads how many walk and copy for each destination
 */
public record MirrorSettings(
        Path source,
        List<MirrorFolder> destinations,
        @Nullable Duration every,
        boolean watch,
        IgnoreRules rules,
        @Nullable Deleting deleting,
        boolean confirmed,
        boolean anew,
        boolean dry,
        boolean verify,
        int threads) {
    /** Whether it ends by itself. */
    boolean isOnce() {
        return every == null && !watch;
    }
}
