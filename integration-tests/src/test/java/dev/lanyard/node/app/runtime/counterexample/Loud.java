package dev.lanyard.node.app.runtime.counterexample;

import dev.lanyard.node.app.cli.counterexample.Talkative;
import dev.lanyard.node.app.config.counterexample.Curious;

import java.time.Duration;
import java.util.function.Consumer;

/** Each class does what only cli may do, or nobody. */
public final class Loud {
    private Loud() {}

    public static final class Prints {
        void print() {
            System.err.println("ready");
        }
    }

    public static final class Exits {
        void exit() {
            Runtime.getRuntime().halt(1);
        }
    }

    public static final class ShowsStack {
        Consumer<Throwable> handler() {
            return Throwable::printStackTrace;
        }
    }

    public static final class Sleeps {
        void pause() throws InterruptedException {
            Thread.sleep(Duration.ofMillis(1));
        }
    }

    public static final class Waits {
        private final Object lock = new Object();

        @SuppressWarnings({"WaitNotInLoop", "NakedNotify"}) // Nobody runs it.
        void pause() throws InterruptedException {
            synchronized (lock) {
                lock.wait(1);
            }
        }
    }

    public static final class Remembers {
        @SuppressWarnings({"NonFinalStaticField", "unused"}) // That is what is wrong with it.
        private static int count;
    }

    public static final class LoudManager {}

    public abstract static class KnowsConfig {
        abstract Curious settings();
    }

    public abstract static class KnowsCli {
        abstract Talkative cli();
    }
}
