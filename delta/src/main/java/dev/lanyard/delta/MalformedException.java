package dev.lanyard.delta;

import java.io.IOException;
import java.io.Serial;

/**
 * A signature or a delta that nobody could have made from a content: it is damaged, cut off, of
 * another format, or somebody means harm. The message says what was found and what was expected.
 */
public final class MalformedException extends IOException {
    @Serial private static final long serialVersionUID = 1;

    /** What was found, and what was expected. */
    public MalformedException(String message) {
        super(message);
    }
}
