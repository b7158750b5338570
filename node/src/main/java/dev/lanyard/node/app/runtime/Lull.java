package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.control.NodeControl.Status;

import org.jspecify.annotations.Nullable;

/**
 * Tells from one look at a node to the next whether it has nothing to do, or can do nothing of it.
 * Used by one thread.
 */
final class Lull {
    /*
     * What cannot be placed keeps a node catching up for ever: a name that is impossible here, or a
     * disk that is full. A full disk above all must not keep versions from being pruned.
     */
    private @Nullable Status before;

    /** Whether nothing has moved since the look before. */
    boolean isNow(Status status) {
        Status last = before;
        before = status;
        return switch (status.phase()) {
            case IDLE -> true;
            case SYNCING -> last != null && hasNotMoved(last, status);
            case SCANNING, ROOT_LOST, PAUSED -> false;
        };
    }

    private static boolean hasNotMoved(Status last, Status status) {
        return last.phase() == status.phase()
                && last.bytesReceived() == status.bytesReceived()
                && last.files() == status.files()
                && last.bytes() == status.bytes()
                && last.toFetchFiles() == status.toFetchFiles()
                && last.toFetchBytes() == status.toFetchBytes()
                && last.toDelete() == status.toDelete();
    }
}
