package dev.lanyard.protocol.codec;

/**
 * A peer sent what the protocol does not allow. The message says what was found and what was
 * expected; nothing that comes from this peer afterwards can be understood.
 */
public final class ProtocolViolation extends Exception {
    /** A violation that {@code message} describes. */
    public ProtocolViolation(String message) {
        super(message);
    }

    /** A violation that was found by {@code cause}. */
    public ProtocolViolation(String message, Throwable cause) {
        super(message, cause);
    }
}
