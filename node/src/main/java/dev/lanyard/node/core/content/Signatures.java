package dev.lanyard.node.core.content;

import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

/**
 * The signatures of contents that are or were held. A memory that may forget: what it does not find
 * costs bytes on the wire, and nothing else. Thread-safe; may block for a moment.
 */
public interface Signatures {
    /** Remembers nothing. */
    Signatures NONE =
            new Signatures() {
                @Override
                public @Nullable Signed find(ContentHash content) {
                    return null;
                }

                @Override
                public void keep(Signed signed) {}
            };

    /** What is remembered of {@code content}, or null. */
    @Nullable Signed find(ContentHash content);

    /** Remembers {@code signed} for as long as its content is held. */
    void keep(Signed signed);
}
