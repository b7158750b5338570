package dev.lanyard.node.io.transfer;

/** A peer broke a rule of the protocol; the message says which, with what was found. */
final class Violation extends Exception {
    Violation(String message) {
        super(message);
    }
}
