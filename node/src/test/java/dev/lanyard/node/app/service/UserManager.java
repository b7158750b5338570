package dev.lanyard.node.app.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real user manager of systemd, for one test alone: it sees another configuration and another
 * {@code /run} than the machine has, and can be ended and started again as by a reboot.
 */
public final class UserManager implements AutoCloseable {
    private static final Path SYSTEMD = Path.of("/usr/lib/systemd/systemd");

    /** It takes a machine for one of systemd's by this directory; only it sees that. */
    private static final String BOOT =
            "mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec "
                    + SYSTEMD
                    + " --user";

    private final Path runtime;
    private final Path configuration;
    private @Nullable Process process;

    /**
     * One whose directories are below {@code directory}; it does not run yet.
     *
     * @param configuration what is {@code XDG_CONFIG_HOME} for it
     */
    public UserManager(Path directory, Path configuration) throws IOException {
        this.runtime = Files.createDirectories(directory.resolve("run"));
        this.configuration = configuration;
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
    }

    /** What {@code XDG_RUNTIME_DIR} has to be for who wants to speak to it. */
    public Path runtime() {
        return runtime;
    }

    /** Starts it; the test is left out where that cannot be. */
    public void startOrSkip() throws IOException {
        assumeThat(SYSTEMD).exists();
        assumeThat(System.getProperty("user.name")).isEqualTo("root"); // May make namespaces.
        assumeThat(start()).as("a user manager can run here").isTrue();
    }

    /** Starts it again. */
    public void restart() throws IOException {
        assertThat(start()).isTrue();
    }

    /** False if it ends, or nobody can speak to it in time. */
    private boolean start() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("unshare", "--mount", "sh", "-c", BOOT)
                        .redirectErrorStream(true)
                        .redirectOutput(runtime.resolve("log").toFile());
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        builder.environment().put("XDG_CONFIG_HOME", configuration.toString());
        Process started = builder.start();
        process = started;
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> !started.isAlive() || isUp());
        } catch (ConditionTimeoutException e) {
            return false;
        }
        return isUp();
    }

    private boolean isUp() {
        return process != null && process.isAlive() && Files.exists(socket());
    }

    private Path socket() {
        return runtime.resolve("systemd").resolve("private");
    }

    /** The processes that it keeps. */
    public Stream<ProcessHandle> kept() {
        return process == null ? Stream.empty() : process.descendants();
    }

    @Override
    public void close() throws IOException {
        shutDown();
    }

    /** Ends it, and all that it keeps. */
    public void shutDown() throws IOException {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(socket());
    }
}
