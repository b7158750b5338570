package dev.lanyard.node.app.control;

import java.io.IOException;

/** Nobody is where a node said that it can be reached: it ended without saying so. */
public final class NotRunningException extends IOException {
    /**
     * @param cause how that was found out
     */
    public NotRunningException(IOException cause) {
        super("no node is running there", cause);
    }
}
