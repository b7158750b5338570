package dev.lanyard.node.core.mirror;

import dev.lanyard.protocol.RelativePath;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what is new in the source among what is gone there. */
public final class Renames {
    private Renames() {}

    /** What the source had and has not any more, and the destination still has. */
    public record Gone(RelativePath path, Row row) {}

    /** What the source has and the destination has not. */
    public record New(RelativePath path, Sight source) {}

    /**
     * Perhaps one file under two names: it has the inode, or else the size and mtime. Its bytes are
     * to be compared, since inodes are used again and old times put back.
     */
    public record Pair(Gone from, New to) {}

    /** Pairs, each path in one at most, in the order of {@code made}. */
    public static List<Pair> pair(Collection<Gone> gone, Collection<New> made) {
        Map<Long, Gone> byInode = new HashMap<>();
        Map<Look, Deque<Gone>> byLook = new HashMap<>();
        List<Gone> others = new ArrayList<>();
        for (Gone each : gone) {
            long inode = each.row().source().inode();
            if (inode == 0 || byInode.putIfAbsent(inode, each) != null) {
                others.add(each); // Files do not keep theirs, or it is another name of one.
            }
        }
        List<Pair> pairs = new ArrayList<>();
        List<New> left = new ArrayList<>();
        for (New each : made) {
            Gone from = byInode.get(each.source().stat().inode());
            if (from != null && from.row().isMoved(each.source())) {
                byInode.remove(each.source().stat().inode());
                pairs.add(new Pair(from, each));
            } else {
                left.add(each);
            }
        }
        others.addAll(byInode.values());
        for (Gone each : others) {
            if (each.row().kind() == Sight.Kind.FILE && each.row().source().sizeBytes() > 0) {
                byLook.computeIfAbsent(
                                new Look(
                                        each.row().source().sizeBytes(),
                                        each.row().source().mtime()),
                                _ -> new ArrayDeque<>())
                        .add(each);
            }
        }
        for (New each : left) {
            Deque<Gone> alike =
                    each.source().kind() == Sight.Kind.FILE
                            ? byLook.get(
                                    new Look(
                                            each.source().stat().sizeBytes(),
                                            each.source().stat().mtime()))
                            : null;
            Gone from = alike == null ? null : alike.poll();
            if (from != null) {
                pairs.add(new Pair(from, each));
            }
        }
        return pairs;
    }

    private record Look(long sizeBytes, Instant mtime) {}
}
