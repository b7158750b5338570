package dev.lanyard.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;

import java.time.Clock;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** The parts of the world that the laws speak of. */
final class Things {
    /** Files, networks, threads, logs: whatever is not a value. */
    static final DescribedPredicate<JavaClass> THE_WORLD =
            resideInAnyPackage(
                            "java.io..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net..",
                            "java.sql..",
                            "java.util.concurrent..",
                            "java.util.logging..",
                            "java.lang.foreign..",
                            "org.slf4j..",
                            "ch.qos.logback..",
                            "org.sqlite..",
                            "io.netty..",
                            "tools.jackson..",
                            "io.methvin..")
                    .or(
                            anyOf(
                                    Thread.class,
                                    ThreadLocal.class,
                                    Process.class,
                                    ProcessBuilder.class,
                                    System.Logger.class))
                    .as("the world");

    /** Clocks and dice. A {@code RandomGenerator} that is handed in is neither. */
    static final DescribedPredicate<JavaClass> CLOCKS_AND_DICE =
            anyOf(
                            Clock.class,
                            InstantSource.class,
                            Random.class,
                            SplittableRandom.class,
                            java.security.SecureRandom.class)
                    .as("clocks and dice");

    /** Reading the time or drawing a number without being handed the means. */
    static final DescribedPredicate<JavaAccess<?>> READING_TIME_OR_CHANCE =
            describe(
                    "time or chance",
                    access -> {
                        JavaClass owner = access.getTargetOwner();
                        String name = access.getName();
                        return (owner.getPackageName().equals("java.time") && name.equals("now"))
                                || isOneOf(access, System.class, "nanoTime", "currentTimeMillis")
                                || isOneOf(access, Math.class, "random")
                                || isOneOf(access, java.util.UUID.class, "randomUUID");
                    });

    /** Writing to the terminal, reading from it, or ending the process. */
    static final DescribedPredicate<JavaAccess<?>> USING_THE_TERMINAL =
            describe(
                    "the terminal",
                    access ->
                            isOneOf(access, System.class, "out", "err", "in", "console", "exit")
                                    || isOneOf(access, Runtime.class, "exit", "halt")
                                    || access.getName().equals("printStackTrace"));

    /** Waiting in ways that no test can hurry. */
    static final DescribedPredicate<JavaAccess<?>> SLEEPING =
            describe(
                    "sleep or wait",
                    access ->
                            isOneOf(access, Thread.class, "sleep")
                                    || isOneOf(
                                            access, Object.class, "wait", "notify", "notifyAll"));

    /** What opens, renames or deletes files. */
    static final DescribedPredicate<JavaClass> FILES =
            anyOf(
                            java.nio.file.Files.class,
                            java.nio.channels.FileChannel.class,
                            java.nio.channels.AsynchronousFileChannel.class,
                            java.io.File.class,
                            java.io.FileInputStream.class,
                            java.io.FileOutputStream.class,
                            java.io.FileReader.class,
                            java.io.FileWriter.class,
                            java.io.RandomAccessFile.class)
                    .as("files");

    /**
     * What {@code delta} may name of the world: its caller's failures, and its caller's threads.
     */
    static final DescribedPredicate<JavaClass> LENT_TO_DELTA =
            anyOf(
                            java.io.IOException.class,
                            Executor.class,
                            ExecutorService.class,
                            Callable.class,
                            Future.class,
                            CompletableFuture.class,
                            CompletionStage.class,
                            CompletionException.class,
                            ExecutionException.class)
                    .as("what delta is lent");

    private Things() {}

    private static DescribedPredicate<JavaClass> anyOf(Class<?>... types) {
        Set<Class<?>> wanted = Set.of(types);
        return describe(
                "any of " + wanted, found -> wanted.stream().anyMatch(found::isEquivalentTo));
    }

    private static boolean isOneOf(JavaAccess<?> access, Class<?> owner, String... names) {
        return access.getTargetOwner().isEquivalentTo(owner)
                && Set.of(names).contains(access.getName());
    }
}
