package dev.lanyard.node.core.counterexample;

import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.protocol.transport.Transport;

import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.function.Supplier;

/** Each class does what nothing in core may do. */
public final class Impure {
    private Impure() {}

    public static final class OpensFiles {
        boolean isThere(Path path) {
            return Files.exists(path);
        }
    }

    public static final class StartsThreads {
        Thread start(Runnable work) {
            return Thread.ofVirtual().start(work);
        }
    }

    public static final class Logs {
        void log() {
            LoggerFactory.getLogger(Logs.class).info("decided");
        }
    }

    public static final class TakesClocks {
        Instant read(Clock clock) {
            return clock.instant();
        }
    }

    public static final class ReadsTime {
        Supplier<Instant> time() {
            return Instant::now;
        }
    }

    public static final class MeasuresTime {
        long now() {
            return System.nanoTime();
        }
    }

    public static final class DrawsNumbers {
        int draw() {
            return new Random().nextInt();
        }
    }

    /** Knows io. */
    public abstract static class KnowsDisk {
        abstract Disk disk();
    }

    /** Knows a verb of protocol. */
    public abstract static class KnowsTransport {
        abstract Transport transport();
    }
}
