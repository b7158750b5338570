package dev.lanyard.node.app.control;

import org.jspecify.annotations.Nullable;

/** A node that was started in this process. Thread-safe. */
public interface RunningNode extends NodeControl, AutoCloseable {
    /**
     * Waits until the node was asked to {@link #stop}, or failed.
     *
     * @return why it failed, or null if it was asked
     */
    @Nullable Throwable awaitEnd() throws InterruptedException;

    @Override
    void stop();

    /**
     * Stops the node, waits until what is being applied is finished, and gives back all that it
     * holds, its state directory too. Nothing happens when it is closed already.
     */
    @Override
    void close();
}
