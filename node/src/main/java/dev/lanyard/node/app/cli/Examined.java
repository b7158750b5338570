package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.FolderVolume;
import dev.lanyard.node.app.config.Limits;
import dev.lanyard.node.app.config.Network;
import dev.lanyard.node.app.control.NodeControl.Diagnosis;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.core.engine.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * All that {@code lanyard doctor} knows before it judges.
 *
 * @param folder the folder; null if none is meant
 * @param node what was found of the node
 * @param version of the program that asks; empty if it is not known
 * @param networks the network interfaces of this machine
 * @param volume the file system of the folder; null if that cannot be told
 * @param limits of the node's process, or of one that would be started here
 */
record Examined(
        @Nullable Path folder,
        Node node,
        String version,
        List<Network> networks,
        @Nullable FolderVolume volume,
        Limits limits) {

    /** What was found of the node that keeps the folder. */
    sealed interface Node {}

    /** None runs. */
    record Absent() implements Node {}

    /**
     * One seems to run, and answered nothing.
     *
     * @param reason why it did not
     */
    record Silent(String reason) implements Node {}

    /** One runs and answered at least how it stands with its machine and network. */
    sealed interface Reached extends Node {
        /** How it stands with its machine and network. */
        Diagnosis diagnosis();

        /** The number of peers that it said are connected. */
        long connectedCount();

        /** Whether it said that it knows no peer. */
        boolean isAlone();
    }

    /**
     * One runs, and did not answer what it was asked next.
     *
     * @param reason why it did not
     */
    record Stuck(Diagnosis diagnosis, String reason) implements Reached {
        @Override
        public long connectedCount() {
            return 0;
        }

        @Override
        public boolean isAlone() {
            return false;
        }
    }

    /** One runs and answered all. */
    record Answering(Diagnosis diagnosis, Status status, List<Problem> problems, List<Peer> peers)
            implements Reached {
        @Override
        public long connectedCount() {
            return peers.stream().filter(Peer::connected).count();
        }

        @Override
        public boolean isAlone() {
            return peers.isEmpty();
        }
    }
}
