package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.names.Naming;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The file system that holds a share. Thread-safe. Tests put a decorator around it that injects
 * faults and behaviours.
 */
public interface Disk {
    /** The folder, absolute. */
    Path folder();

    /**
     * Opens the root for one batch of work, after checking that it is the root that was recorded:
     * marker, device and inode.
     *
     * @throws RootLostException if the folder is absent, empty, another one, or cannot be checked
     * @throws IOException if opening fails for another reason
     */
    Root open() throws IOException;

    /**
     * Makes {@code .lanyard/} with its marker, {@code staging/} and {@code versions/} where they
     * are not there yet, and records (in memory) which root this is. Called once at start, before
     * {@link #open}.
     *
     * @param recorded the identity that this node's state has of the root, or null when it has none
     * @return the identity to record
     * @throws RootLostException if there is a recorded identity and the folder does not carry it
     */
    RootIdentity adopt(@org.jspecify.annotations.Nullable RootIdentity recorded) throws IOException;

    /** Which names are one to the file system; to be asked after {@link #adopt}. */
    default Naming naming() {
        return Naming.EXACT;
    }
}
