package dev.lanyard.node.io.apply;

import dev.lanyard.protocol.RelativePath;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Chooses what has to be put back so that a directory is as it was. Pure. */
public final class AsItWas {
    /*
     * What was at a path at a time is the first content that was displaced from it after that time,
     * if it was there already: its mtime is not later. If it is, a user changed the file in between,
     * and what was there before that is not kept here: the path is left as it is, as is one from
     * which nothing was displaced since. Nothing is deleted: that a file was not there yet cannot be
     * told from its earlier content not being kept.
     */
    private AsItWas() {}

    /**
     * One content for each path that has to be put back.
     *
     * @param keptSince what was kept since {@code time}, in any order
     */
    public static List<Kept> at(Instant time, List<Kept> keptSince) {
        Map<RelativePath, Kept> first = new LinkedHashMap<>();
        for (Kept kept : keptSince) {
            if (kept.path() != null && kept.when().isAfter(time)) {
                first.merge(
                        kept.path(),
                        kept,
                        (one, other) -> one.when().isAfter(other.when()) ? other : one);
            }
        }
        List<Kept> chosen = new ArrayList<>();
        for (Kept kept : first.values()) {
            if (!kept.mtime().isAfter(time)) {
                chosen.add(kept);
            }
        }
        return chosen;
    }
}
