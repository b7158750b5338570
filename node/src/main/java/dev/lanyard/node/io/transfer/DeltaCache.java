package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.content.Delta;
import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deltas by what they make. Thread-safe; bounded, and forgets what was not asked for longest when
 * it is full.
 */
final class DeltaCache {
    private static final boolean BY_ACCESS = true;

    /** What one costs beside its bytes, so that a million tiny ones are bounded too. */
    private static final int OVERHEAD_BYTES = 256;

    /** More ways than these to make one content are not worth their room. */
    private static final int BASES_MAX = 4;

    private final long bytesMax;
    private final Map<ContentHash, Map<ContentHash, Known>> contents =
            new LinkedHashMap<>(64, 0.75f, BY_ACCESS);
    private long bytes;

    DeltaCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * A delta.
     *
     * @param deltaBytes how long it is
     * @param bytes all of it; or empty: a peer has told of it
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    record Known(ContentHash basis, long deltaBytes, byte[] bytes) {
        boolean isHere() {
            return bytes.length > 0;
        }

        private long room() {
            return (long) bytes.length + OVERHEAD_BYTES;
        }
    }

    /** Keeps a delta. */
    void put(Delta delta) {
        put(delta.content(), new Known(delta.basis(), delta.bytes().length, delta.bytes()));
    }

    /** Keeps a delta, or that there is one, which makes {@code content}. */
    void put(ContentHash content, Known known) {
        synchronized (contents) {
            Map<ContentHash, Known> bases =
                    contents.computeIfAbsent(content, _ -> new LinkedHashMap<>());
            Known before = bases.remove(known.basis());
            bytes += known.room() - (before == null ? 0 : before.room());
            bases.put(known.basis(), known);
            if (bases.size() > BASES_MAX) {
                bytes -= removeFirst(bases).room();
            }
            Iterator<Map<ContentHash, Known>> oldest = contents.values().iterator();
            while (bytes > bytesMax && oldest.hasNext()) {
                bytes -= oldest.next().values().stream().mapToLong(Known::room).sum();
                oldest.remove();
            }
        }
    }

    private static Known removeFirst(Map<ContentHash, Known> bases) {
        Iterator<Known> first = bases.values().iterator();
        Known removed = first.next();
        first.remove();
        return removed;
    }

    /** All that make {@code content}. */
    List<Known> making(ContentHash content) {
        synchronized (contents) {
            Map<ContentHash, Known> bases = contents.get(content);
            return bases == null ? List.of() : List.copyOf(bases.values());
        }
    }

    /** The one that makes {@code content} of {@code basis}, or null. */
    @Nullable Known making(ContentHash content, ContentHash basis) {
        synchronized (contents) {
            Map<ContentHash, Known> bases = contents.get(content);
            return bases == null ? null : bases.get(basis);
        }
    }

    /** Forgets one that is of no use. */
    void remove(ContentHash content, ContentHash basis) {
        synchronized (contents) {
            Map<ContentHash, Known> bases = contents.get(content);
            Known removed = bases == null ? null : bases.remove(basis);
            if (removed != null) {
                bytes -= removed.room();
            }
            if (bases != null && bases.isEmpty()) {
                contents.remove(content);
            }
        }
    }
}
