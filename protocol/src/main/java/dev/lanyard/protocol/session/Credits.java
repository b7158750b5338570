package dev.lanyard.protocol.session;

/**
 * The account of content in both directions: what we may still send, and what the peer may.
 *
 * <p>Each side begins with {@link Session#CREDIT_BYTES}; whoever receives content grants as much
 * again when it has dealt with it. So what one side may have under way without anyone having taken
 * care of it is bounded, whatever the other does.
 */
final class Credits {
    /** Small grants wait until they are worth a frame. */
    private static final long STEP_BYTES = Session.CREDIT_BYTES / 8;

    private long sendable = Session.CREDIT_BYTES;
    private long receivable = Session.CREDIT_BYTES;
    private long unreleased;
    private long ungranted;

    /** How much we may send. */
    long sendable() {
        return sendable;
    }

    /** We send. @throws IllegalStateException beyond what we may */
    void send(long bytes) {
        if (bytes > sendable) {
            throw new IllegalStateException(
                    "%d bytes of content sent (expected at most %d)".formatted(bytes, sendable));
        }
        sendable -= bytes;
    }

    /** The peer lets us send more; false if it grants what it never received. */
    boolean grant(long bytes) {
        if (bytes <= 0 || bytes > Session.CREDIT_BYTES - sendable) {
            return false;
        }
        sendable += bytes;
        return true;
    }

    /** How much the peer may send. */
    long receivable() {
        return receivable;
    }

    /** The peer sent; false if it sent more than it may. */
    boolean receive(long bytes) {
        if (bytes > receivable) {
            return false;
        }
        receivable -= bytes;
        unreleased += bytes;
        return true;
    }

    /**
     * What was received is dealt with. What was never received is not granted either: a receiver
     * that counts wrongly does not lift the bound.
     *
     * @return what to grant the peer now, or 0
     */
    long release(long bytes) {
        long released = Math.min(bytes, unreleased);
        unreleased -= released;
        ungranted += released;
        if (ungranted < STEP_BYTES) {
            return 0;
        }
        long granted = ungranted;
        ungranted = 0;
        receivable += granted;
        return granted;
    }
}
