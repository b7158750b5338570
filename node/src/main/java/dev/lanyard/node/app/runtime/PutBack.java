package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Event.Command;
import dev.lanyard.node.core.engine.Event.Restoration;
import dev.lanyard.node.core.engine.Event.Seen;
import dev.lanyard.node.io.apply.Kept;
import dev.lanyard.node.io.apply.Versions.Restored;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * Tells the engine before something is put back, and what it is afterwards: the watcher may see it
 * in place long before it is durable, and no scan shall take it for an edit.
 */
final class PutBack {
    private final ToEngine engine;

    /** Tells the engine, and returns when it has taken note. */
    @FunctionalInterface
    interface ToEngine {
        void tell(Command command) throws IOException, InterruptedException;
    }

    /** Puts something back. */
    @FunctionalInterface
    interface Act {
        List<Restored> run() throws IOException;
    }

    PutBack(ToEngine engine) {
        this.engine = engine;
    }

    /** {@code act} puts a version back at {@code path}. */
    Restored at(RelativePath path, Function<Kept, Seen> seen, One act)
            throws IOException, InterruptedException {
        return at(List.of(path), seen, () -> List.of(act.run())).getFirst();
    }

    /** Puts one version back. */
    @FunctionalInterface
    interface One {
        Restored run() throws IOException;
    }

    /**
     * {@code act} puts versions back at some of {@code paths}, if any.
     *
     * @param seen what whoever decides this has seen
     */
    List<Restored> at(List<RelativePath> paths, Function<Kept, Seen> seen, Act act)
            throws IOException, InterruptedException {
        List<Restored> done = List.of();
        try {
            engine.tell(new Command.Restoring(paths));
            done = act.run();
            return done;
        } finally { // Whatever happens, its scans go on.
            engine.tell(
                    new Command.Restored(
                            paths,
                            done.stream()
                                    .map(
                                            it ->
                                                    new Restoration(
                                                            it.observation(),
                                                            seen.apply(it.kept())))
                                    .toList()));
        }
    }
}
