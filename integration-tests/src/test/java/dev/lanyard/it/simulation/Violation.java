package dev.lanyard.it.simulation;

/** Something went wrong that must never go wrong. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    Violation(String what) {
        super(what);
    }
}
