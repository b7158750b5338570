package dev.lanyard.node.io.scan.counterexample;

import dev.lanyard.node.app.config.counterexample.Curious;
import dev.lanyard.node.io.store.SqliteIndex;

import java.io.File;

/** Knows more than its share of the house. */
public final class Sociable {
    private Sociable() {}

    public abstract static class KnowsStore {
        abstract SqliteIndex index();
    }

    public abstract static class KnowsApp {
        abstract Curious settings();
    }

    public static final class OpensFiles {
        long length(File file) {
            return file.length();
        }
    }
}
