package dev.lanyard.node.io.apply;

import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Under which name a content is in versions, for the contents that were kept last. Thread-safe, in
 * bounded memory.
 */
final class KeptNames {
    /** Each takes about 150 bytes. */
    static final int COUNT_MAX = 65_536;

    /** By the beginning of the content's hash; the earliest taken first. */
    private final Map<Long, VersionName> byContent =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, VersionName> eldest) {
                    return size() > COUNT_MAX;
                }
            };

    /** Takes a name; one without a content is passed over. */
    synchronized void add(VersionName name) {
        VersionName.Content content = name.content();
        if (content == null) {
            return;
        }
        @Nullable VersionName other = byContent.get(content.start());
        if (other == null || other.compareTo(name) < 0) {
            byContent.remove(content.start()); // So that it goes to the end.
            byContent.put(content.start(), name);
        }
    }

    /** Forgets a name that is not there any more. */
    synchronized void remove(VersionName name) {
        VersionName.Content content = name.content();
        if (content != null) {
            byContent.remove(content.start(), name);
        }
    }

    /** The latest name of something whose hash begins like {@code content}, of its size. */
    synchronized Optional<VersionName> find(ContentHash content) {
        return Optional.ofNullable(byContent.get(VersionName.Content.of(content, 0).start()));
    }
}
