package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.protocol.RelativePath;

/**
 * What recovery found out about one path that was being changed when the node stopped. The index
 * may say something else, since it did not hear how the step ended, or heard it and the disk lost
 * it: whoever owns the index writes this into it before anything is scanned.
 */
public sealed interface Finding {
    /** Which path. */
    RelativePath path();

    /** The disk has this version, in full: it is what is held. */
    record Holds(Held held) implements Finding {
        @Override
        public RelativePath path() {
            return held.entry().path();
        }
    }

    /**
     * This version was put there, or what was there was removed, and a user has done something to
     * that since: it is what is held, unless the index holds a later one. The disk does not look
     * like it, so the scan finds what was done.
     */
    record HeldBefore(Held held) implements Finding {
        @Override
        public RelativePath path() {
            return held.entry().path();
        }
    }

    /**
     * Nothing is there, and no user made it so: nothing is held, and what is known must be fetched
     * again. If this is not written into the index, the absence looks like a deletion.
     */
    record Nothing(RelativePath path) implements Finding {}

    /** What is held stays as the index says; what a user has made of it since is to be scanned. */
    record Edited(RelativePath path) implements Finding {}
}
