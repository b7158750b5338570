package dev.lanyard.it.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs as many seeds as one likes, on all cores: {@code Simulator COUNT [FIRST]}; or one of them,
 * told step by step: {@code Simulator seed SEED}. Prints seeds per second and the first failure,
 * shortened.
 */
final class Simulator {
    private static final int TRIES_MAX = 3_000;

    /** How much of what it says tells one kind of failure from another. */
    private static final int BEGINNING = 20;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private Simulator() {}

    /** Runs it. Ends with 1 if something failed. */
    public static void main(String[] arguments) throws InterruptedException {
        beQuiet();
        boolean isFine;
        if (arguments[0].equals("seed")) {
            isFine = tell(Long.parseLong(arguments[1]), System.out);
        } else {
            long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
            isFine = runAll(Long.parseLong(arguments[0]), first, System.out) == null;
        }
        System.exit(isFine ? 0 : 1);
    }

    /** What nodes log is of no use here, and much. */
    static void beQuiet() {
        ((Logger) LoggerFactory.getLogger("dev.lanyard")).setLevel(Level.OFF);
    }

    /** What {@code history} fails with, or null. */
    static @Nullable Throwable failure(History history) {
        try {
            Simulation.run(history);
            return null;
        } catch (RuntimeException | Error failed) {
            return failed;
        }
    }

    /** The shortest history that was found to fail like that of {@code seed}. */
    static History shortest(long seed, Throwable failure) {
        Shrinker shrinker =
                new Shrinker(
                        history -> {
                            Throwable other = failure(history);
                            return other != null && isLike(other, failure);
                        },
                        TRIES_MAX);
        return shrinker.shrink(History.of(seed));
    }

    private static boolean isLike(Throwable one, Throwable other) {
        return one.getClass() == other.getClass() && beginning(one).equals(beginning(other));
    }

    private static String beginning(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String same = message.replaceAll("[0-9]+", "0");
        return same.substring(0, Math.min(BEGINNING, same.length()));
    }

    /**
     * Runs {@code count} seeds from {@code first} on, until one fails.
     *
     * @return the first that failed, or null
     */
    static @Nullable Long runAll(long count, long first, PrintStream out)
            throws InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        AtomicLong next = new AtomicLong(first);
        AtomicReference<@Nullable Long> failed = new AtomicReference<>();
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(cores)) {
            for (int core = 0; core < cores; core++) {
                threads.execute(
                        () -> {
                            long seed = next.getAndIncrement();
                            while (seed < first + count && failed.get() == null) {
                                if (failure(History.of(seed)) != null) {
                                    failed.accumulateAndGet(seed, Simulator::lesser);
                                }
                                seed = next.getAndIncrement();
                            }
                        });
            }
        }
        long done = Math.min(next.get() - first, count);
        double seconds = (System.nanoTime() - begun) / (double) NANOS;
        out.printf("%d seeds in %.1f s: %.0f a second%n", done, seconds, done / seconds);
        Long seed = failed.get();
        if (seed != null) {
            report(seed, out);
        }
        return seed;
    }

    private static @Nullable Long lesser(@Nullable Long one, @Nullable Long other) {
        return one == null || (other != null && other < one) ? other : one;
    }

    private static void report(long seed, PrintStream out) {
        Throwable failure = failure(History.of(seed));
        if (failure == null) {
            out.printf("seed %d fails, and not when it is run again%n", seed);
            return;
        }
        out.printf("seed %d: %s%n", seed, failure);
        out.flush(); // Shortening it may take long.
        History shortest = shortest(seed, failure);
        out.println(Shrinker.asSource(shortest));
        List<String> trace = new ArrayList<>();
        try {
            Simulation.run(shortest, trace::add);
        } catch (RuntimeException | Error failed) {
            trace.forEach(out::println);
            failed.printStackTrace(out);
        }
    }

    private static boolean tell(long seed, PrintStream out) {
        try {
            Simulation.run(History.of(seed), out::println);
            return true;
        } catch (RuntimeException | Error failed) {
            failed.printStackTrace(out);
            return false;
        }
    }
}
