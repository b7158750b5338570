package dev.lanyard.it.onefile;

/** Something was observed that nothing explains. */
public final class Unexplained extends AssertionError {
    private static final long serialVersionUID = 1;

    Unexplained(String what) {
        super(what);
    }
}
