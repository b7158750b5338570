package dev.lanyard.node.app.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hears that the process shall end (SIGTERM, SIGINT, SIGHUP), so that it can end by itself, with
 * exit code 0.
 *
 * <p>A shutdown hook would not do: then the exit code is the signal's, and other hooks run at the
 * same time as ours. {@code sun.misc.Signal} is supported in every JDK, but javac warns whoever
 * names it; hence reflection.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    /** What a shell reports of a process that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    private Signals() {}

    /**
     * Calls {@code act} on a thread of the JVM at the first such signal that is not ignored.
     * Whoever sends a second one does not want to wait for a clean end, which a node does not need.
     */
    static void onEnd(Runnable act) {
        AtomicBoolean asked = new AtomicBoolean();
        Runnable once =
                () -> {
                    if (asked.compareAndSet(false, true)) {
                        act.run();
                    } else {
                        Runtime.getRuntime().halt(INTERRUPTED);
                    }
                };
        for (String name : List.of("TERM", "INT", "HUP")) {
            handle(name, handler -> proxy(handler, once));
        }
        // Reading from the terminal in the background would stop the process; ignored, the read
        // fails instead.
        ignore("TTIN");
    }

    /**
     * Lets nothing happen at this signal, here and in the processes that are started from now on.
     */
    static void ignore(String name) {
        handle(name, handler -> handler.getField("SIG_IGN").get(null));
    }

    private static void handle(String name, Handling handling) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object previous =
                    signal.getMethod("handle", signal, handler)
                            .invoke(
                                    null,
                                    signal.getConstructor(String.class).newInstance(name),
                                    handling.by(handler));
            LOG.atDebug()
                    .addKeyValue("signal", name)
                    .addKeyValue("previous", previous)
                    .log("signal handled");
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // The signal then does what it always does; a crash loses nothing.
            LOG.atWarn().addKeyValue("signal", name).setCause(e).log("signal not handled");
        }
    }

    private static Object proxy(Class<?> handler, Runnable act) {
        return Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {handler},
                (_, method, _) -> {
                    if (!method.getName().equals("handle")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    act.run();
                    return null;
                });
    }

    /** What to do at a signal, given the class of handlers. */
    @FunctionalInterface
    private interface Handling {
        Object by(Class<?> handler) throws ReflectiveOperationException;
    }
}
