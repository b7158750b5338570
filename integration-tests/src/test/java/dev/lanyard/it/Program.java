package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The real program, started through the launcher as a user starts it. */
final class Program implements AutoCloseable {
    private final Path folder;
    private final Path state;
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Program(Path folder, Path state, Process process) {
        this.folder = folder;
        this.state = state;
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    static Path launcher() {
        return Path.of(System.getProperty("lanyard.root"), "lanyard");
    }

    /** Runs a command of the program to its end. */
    static Trees.Ran lanyard(Path directory, String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        return Trees.run(directory, Map.of(), command);
    }

    /** The share key of a folder, made if there is none. */
    static String key(Path folder, Path state) {
        Trees.Ran ran = lanyard(folder, "key", folder.toString(), "--state-dir", state.toString());
        assertThat(ran.exit()).as(ran.out()).isZero();
        return ran.out().strip().lines().reduce((_, last) -> last).orElseThrow();
    }

    /** Starts a node; {@link #ready} waits until it is. */
    static Program start(
            Path folder, Path state, Map<String, String> environment, String... arguments) {
        return start(List.of(), folder, state, environment, arguments);
    }

    /** The same by another program, to which the command line of the node is given at the end. */
    static Program start(
            List<String> by,
            Path folder,
            Path state,
            Map<String, String> environment,
            String... arguments) {
        List<String> command = new ArrayList<>(by);
        command.addAll(
                List.of(
                        launcher().toString(),
                        "start",
                        folder.toString(),
                        "--state-dir",
                        state.toString(),
                        "--no-ui"));
        command.addAll(List.of(arguments));
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            return new Program(folder, state, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(" + e.getMessage() + ")"); // The process was killed.
        }
    }

    Program ready() {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .failFast(
                        () -> {
                            if (!process.isAlive() && !isReady()) {
                                throw new IllegalStateException("it ended: " + lines);
                            }
                        })
                .until(this::isReady);
        return this;
    }

    private boolean isReady() {
        return lines.stream().anyMatch(line -> line.startsWith("ready"));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    Path folder() {
        return folder;
    }

    /** Asks this node something. */
    Trees.Ran ask(String command, String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(command, folder.toString(), "--state-dir", state.toString()));
        all.addAll(List.of(arguments));
        return lanyard(folder, all.toArray(String[]::new));
    }

    /** Returns once all that was written to this folder is durable on every connected peer. */
    void settle() {
        Trees.Ran ran = ask("wait", "--timeout", "55s");
        assertThat(ran.exit()).as("wait said: %s", ran.out()).isZero();
    }

    /** The process of the node itself. */
    ProcessHandle process() {
        return process.descendants().reduce((_, last) -> last).orElse(process.toHandle());
    }

    /** As the kernel does it to a process that must go at once. */
    void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Ends it as Ctrl-C does, and returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as("ends within 30 s: %s", lines)
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
