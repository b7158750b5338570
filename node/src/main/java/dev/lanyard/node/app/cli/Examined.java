package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.FolderVolume;
import dev.lanyard.node.app.config.Limits;
import dev.lanyard.node.app.config.NetworkPlace;
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
 * @param node what the node answered; null if none runs, or it does not answer
 * @param silence why a node that seems to run did not answer all; empty if it did, or none runs
 * @param version of the program that asks; empty if it is not known
 * @param networks the network interfaces of this machine
 * @param volume the file system of the folder; null if that cannot be told
 * @param limits of the node's process, or of one that would be started here
 */
record Examined(
        @Nullable Path folder,
        @Nullable Answers node,
        String silence,
        String version,
        List<NetworkPlace> networks,
        @Nullable FolderVolume volume,
        Limits limits) {

    /**
     * What a node answered.
     *
     * @param status null if that part of it did not answer; then there are no problems and peers
     */
    record Answers(
            Diagnosis diagnosis,
            @Nullable Status status,
            List<Problem> problems,
            List<Peer> peers) {
        long connected() {
            return peers.stream().filter(Peer::connected).count();
        }
    }
}
