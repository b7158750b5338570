package dev.lanyard.node.app.service;

import dev.lanyard.node.app.config.Environment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The user's systemd, as its program {@code systemctl} speaks for it. Every call blocks. */
public final class Systemctl {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /** A unit may take all of its {@code TimeoutStopSec} to end. */
    private static final Duration END_MAX = Duration.ofSeconds(90);

    /** Until what a program said is read, once it has ended. */
    private static final Duration READING_MAX = Duration.ofSeconds(1);

    private static final Executor READERS =
            task -> Thread.ofVirtual().name("systemctl").start(task);

    private final Path program;
    private final Map<String, String> variables;
    private final Duration answerMax;

    Systemctl(Path program, Map<String, String> variables, Duration answerMax) {
        this.program = program;
        this.variables = Map.copyOf(variables);
        this.answerMax = answerMax;
    }

    /** The {@code systemctl} at {@code program}, called in {@code environment}. */
    public static Systemctl at(Path program, Environment environment) {
        return new Systemctl(program, environment.variables(), ANSWER_MAX);
    }

    /** Has all unit files read again. */
    public Answer reload() throws InterruptedException {
        return call(answerMax, "daemon-reload");
    }

    /** Starts a unit that does not run; one that ended by failures too often may try again. */
    public Answer start(String unit) throws InterruptedException {
        return afterReset("start", unit);
    }

    /** Ends a unit if it runs, and starts it. */
    public Answer restart(String unit) throws InterruptedException {
        return afterReset("restart", unit);
    }

    private Answer afterReset(String verb, String unit) throws InterruptedException {
        forget(unit); // It fails where there is nothing to forget.
        return call(answerMax.plus(END_MAX), verb, unit);
    }

    /** Ends a unit; returns when it has ended. */
    public Answer stop(String unit) throws InterruptedException {
        return call(answerMax.plus(END_MAX), "stop", unit);
    }

    /** Has it forgotten that a unit has failed; one without a file is gone then. */
    public Answer forget(String unit) throws InterruptedException {
        return call(answerMax, "reset-failed", unit);
    }

    /** Whether the files of a unit have changed since they were read last. */
    public boolean isOutdated(String unit) throws InterruptedException {
        return call(answerMax, "show", unit, "--property=NeedDaemonReload")
                        instanceof Answer.Done(String output)
                && output.equals("NeedDaemonReload=yes");
    }

    /** How a unit is doing. */
    public State state(String unit) throws InterruptedException {
        return State.of(call(answerMax, "show", unit, "--property=" + State.PROPERTIES));
    }

    private Answer call(Duration patience, String... words) throws InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(program.toString(), "--user", "--no-pager", "--no-ask-password"));
        command.addAll(List.of(words));
        return run(command, variables, patience);
    }

    /** Runs a program to its end, or to the end of our patience. */
    static Answer run(List<String> command, Map<String, String> variables, Duration patience)
            throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.environment().put("LC_ALL", "C.UTF-8"); // Its words are looked at below.
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Answer.Failed(String.valueOf(e.getMessage()));
        }
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        CompletableFuture<Void> end =
                CompletableFuture.runAsync(() -> collect(process.getInputStream(), words), READERS);
        try {
            process.getOutputStream().close();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Answer.Late(patience);
            }
            // Something that it started may keep its output open; what it said itself is heard.
            end.completeOnTimeout(null, READING_MAX.toMillis(), TimeUnit.MILLISECONDS).get();
            return answer(process.exitValue(), words.toString(StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return new Answer.Failed(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading what a program says does not fail", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Answer answer(int exit, String output) {
        if (exit == 0) {
            return new Answer.Done(output);
        }
        String last = output.lines().reduce((_, line) -> line).orElse("exit code " + exit);
        return output.contains("Failed to connect to") || output.contains("not been booted with")
                ? new Answer.Nobody(last)
                : new Answer.Failed(last);
    }

    private static void collect(InputStream output, ByteArrayOutputStream words) {
        try (output) {
            output.transferTo(words);
        } catch (IOException e) {
            // It was ended; what it said until then stands.
        }
    }
}
