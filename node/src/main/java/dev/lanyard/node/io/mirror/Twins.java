package dev.lanyard.node.io.mirror;

import dev.lanyard.protocol.RelativePath;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which large files the destination has, by their size: what has the size of a new file may be the
 * same. Thread-safe.
 */
final class Twins {
    /** Of more files of one size the first are known only... */
    private static final int OF_A_SIZE_MAX = 16;

    /** ...and of more files than these no others. */
    private static final int FILES_MAX = 200_000;

    private final MirrorRecord record;
    private final Map<Long, List<RelativePath>> bySize = new HashMap<>();
    private int count;
    private boolean isRead;

    /** Those that {@code record} tells of; it is asked when somebody asks here. */
    Twins(MirrorRecord record) {
        this.record = record;
    }

    /** Where there are files of this size; those with the same name come first. */
    synchronized List<RelativePath> of(RelativePath path, long sizeBytes) {
        if (!isRead) {
            isRead = true;
            record.eachFile(Patcher.BYTES_MIN, this::add);
        }
        List<RelativePath> first = new ArrayList<>();
        List<RelativePath> others = new ArrayList<>();
        for (RelativePath each : bySize.getOrDefault(sizeBytes, List.of())) {
            if (!each.equals(path)) {
                (Arrays.equals(each.name(), path.name()) ? first : others).add(each);
            }
        }
        first.addAll(others);
        return first;
    }

    /** A file of this size is at {@code path} now. */
    synchronized void add(RelativePath path, long sizeBytes) {
        if (sizeBytes < Patcher.BYTES_MIN || count >= FILES_MAX) {
            return;
        }
        List<RelativePath> alike = bySize.computeIfAbsent(sizeBytes, _ -> new ArrayList<>(1));
        if (alike.size() < OF_A_SIZE_MAX) {
            alike.add(path);
            count++;
        }
    }
}
