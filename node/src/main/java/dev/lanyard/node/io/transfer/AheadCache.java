package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Small contents that peers sent ahead of their announcement, by what they hash to. Thread-safe;
 * forgets what was not asked for longest when it is full.
 */
final class AheadCache {
    private static final boolean BY_ACCESS = true;

    /** What a content costs beside its bytes, so that a million tiny ones are bounded too. */
    private static final int OVERHEAD_BYTES = 128;

    private final long bytesMax;
    private final Map<ContentHash, byte[]> contents = new LinkedHashMap<>(64, 0.75f, BY_ACCESS);
    private long bytes;

    AheadCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Keeps {@code content}, which nobody changes any more, unless it is too large to be small. */
    void put(byte[] content) {
        if (content.length > SizeClass.BUNDLED_BYTES_MAX) {
            return; // Nobody sends that ahead; it would push out what can be of use.
        }
        ContentHash hash = ContentHash.of(TreeHash.of(content));
        synchronized (contents) {
            if (contents.put(hash, content) == null) {
                bytes += content.length + OVERHEAD_BYTES;
            }
            Iterator<byte[]> oldest = contents.values().iterator();
            while (bytes > bytesMax && oldest.hasNext()) {
                bytes -= oldest.next().length + OVERHEAD_BYTES;
                oldest.remove();
            }
        }
    }

    /** The content of that name, or null. */
    byte @Nullable [] get(ContentHash hash) {
        synchronized (contents) {
            return contents.get(hash);
        }
    }
}
