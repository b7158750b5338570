package dev.lanyard.node.io.disk;

import java.io.IOException;

/**
 * The folder is not the folder any more. Nothing may be concluded from what it shows, least of all
 * a deletion.
 */
public final class RootLostException extends IOException {
    /**
     * @param message what was found, for people
     */
    public RootLostException(String message) {
        super(message);
    }
}
