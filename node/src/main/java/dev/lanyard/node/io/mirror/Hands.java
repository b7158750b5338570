package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Both ends of a mirror, open for one thread, with room for pieces of two files. */
final class Hands implements AutoCloseable {
    static final int PIECE_BYTES = 256 * 1024;

    final Root source;
    final Root copy;
    final Batch batch;
    private final Naming naming;
    final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    final ByteBuffer other = ByteBuffer.allocateDirect(PIECE_BYTES);

    /**
     * Opens both.
     *
     * @param isOrdered whether contents are written out before they get their places
     */
    Hands(Disk source, Disk copy, boolean isOrdered) throws IOException {
        this.source = source.open();
        try {
            this.copy = copy.open();
        } catch (IOException | RuntimeException e) {
            this.source.close();
            throw e;
        }
        this.naming = copy.naming();
        this.batch = new Batch(this.copy, isOrdered);
    }

    /** The destination takes the name for one that is there: until that has gone. */
    static final class ClashException extends IOException {
        private static final long serialVersionUID = 1;

        ClashException(RelativePath other) {
            super("the destination takes its name for that of %s".formatted(other));
        }
    }

    /**
     * Checks that the destination can have the name {@code path} beside what it has. What cannot be
     * named at last is not to be copied at first, each time anew.
     */
    void checkName(RelativePath path) throws IOException {
        if (naming.isExact()) {
            return;
        }
        Optional<String> fault = naming.fault(path);
        if (fault.isPresent()) {
            throw new IOException("the destination cannot have it: " + fault.get());
        }
        RelativePath other = copy.spelling(path);
        if (other != null) {
            throw new ClashException(other);
        }
    }

    @Override
    public void close() {
        source.close();
        copy.close();
    }
}
