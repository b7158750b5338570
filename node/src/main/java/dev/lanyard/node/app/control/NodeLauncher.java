package dev.lanyard.node.app.control;

import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.StartFailure;

/** Starts nodes; {@code app.runtime} does it, and tests put a fake in its place. */
@FunctionalInterface
public interface NodeLauncher {
    /**
     * Claims the state directory, listens and begins to scan. Returns as soon as the node listens;
     * the first scan is over when {@link NodeControl#status} shows another phase than {@code
     * SCANNING}.
     *
     * @throws StartFailure if the node cannot start; nothing is left behind
     */
    RunningNode launch(Settings settings) throws StartFailure;
}
