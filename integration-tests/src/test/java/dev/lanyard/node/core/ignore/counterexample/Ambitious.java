package dev.lanyard.node.core.ignore.counterexample;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.plan.Step;

/** Knows what stands above it. */
public final class Ambitious {
    private Ambitious() {}

    public abstract static class KnowsEngine {
        abstract Event event();
    }

    public abstract static class KnowsPlan {
        abstract Step step();
    }

    public abstract static class KnowsIndex {
        abstract Index index();
    }
}
