package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.mirror.Deleting;

/**
 * What a pass may do.
 *
 * @param rules which paths are left alone on both sides
 * @param deleting what becomes of what the source does not have
 * @param confirmed whether deletions are done whatever the guard says
 * @param dry whether nothing is done, only told
 * @param doubting whether contents are compared even where the record vouches for them
 * @param patient whether what somebody is writing to is left for later
 * @param ordered whether contents are on the medium before they get their places
 * @param deletedLately how many files and links were deleted a short time ago
 * @param threads how many walk and copy
 */
public record Choice(
        IgnoreRules rules,
        Deleting deleting,
        boolean confirmed,
        boolean dry,
        boolean doubting,
        boolean patient,
        boolean ordered,
        long deletedLately,
        int threads) {}
