package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.config.Environment;
import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.config.StateDirectory;
import dev.lanyard.node.app.control.ControlServer;
import dev.lanyard.node.app.control.FakeNode;
import dev.lanyard.node.app.control.RunningNode;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where somebody sits and types commands: a home, a working directory, a screen. Nodes that are
 * started here are fakes with a real state directory.
 */
final class Desk {
    final Path home;
    final Path folder;
    final Path state;
    final FakeNode node = new FakeNode();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CopyOnWriteArrayList<Runnable> signals = new CopyOnWriteArrayList<>();
    private final PipedWriter keyboard = new PipedWriter();
    private final BufferedReader in;
    private boolean terminal;
    private Path workingDirectory;
    private @Nullable Path program;
    private Path toldHome;
    private final Map<String, String> variables = new HashMap<>();

    Desk(Path temporary) throws IOException {
        this(Files.createDirectory(temporary.toRealPath().resolve("home")), "photos");
        Files.createDirectory(folder);
    }

    private Desk(Path home, String folder) throws IOException {
        this.in = new BufferedReader(new PipedReader(keyboard));
        this.home = home;
        this.toldHome = home;
        this.folder = home.resolve(folder);
        this.state = home.resolve("state");
        this.workingDirectory = home;
    }

    /** Another terminal of the same user. */
    Desk another() throws IOException {
        return new Desk(home, "photos");
    }

    Environment environment() {
        Map<String, String> all = new HashMap<>(variables);
        all.putIfAbsent("XDG_STATE_HOME", home.resolve("xdg").toString());
        return new Environment(all, toldHome, home, "ann", "annsbox");
    }

    Desk terminal() {
        terminal = true;
        return this;
    }

    void changeTo(Path directory) {
        workingDirectory = directory;
    }

    /** The launcher of the program, which only a service starts again. */
    void launchedBy(@Nullable Path launcher) {
        program = launcher;
    }

    /** Has a home directory that {@link #home} is not. */
    void liveAt(Path told) {
        toldHome = told;
    }

    /** Sets a variable of the environment. */
    void export(String variable, String value) {
        variables.put(variable, value);
    }

    /** Runs a command to its end. */
    Ran run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int exit = Lanyard.run(surroundings(), arguments);
        return new Ran(exit, out.toString(), err.toString());
    }

    /** The words of {@code lanyard mirror} from one folder to another, with options. */
    static String[] mirroring(Path source, Path copy, String... options) {
        return Stream.concat(
                        Stream.of("mirror", source.toString(), copy.toString()), Stream.of(options))
                .toArray(String[]::new);
    }

    /** What runs the program in a process of its own. */
    static List<String> process(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a command that goes on. */
    Running begin(String... arguments) {
        return new Running(CompletableFuture.supplyAsync(() -> run(arguments)));
    }

    private Surroundings surroundings() {
        return new Surroundings(
                in,
                terminal,
                new PrintWriter(out, true),
                terminal,
                new PrintWriter(err, true),
                environment(),
                workingDirectory,
                Optional.ofNullable(program),
                this::launch,
                signals::add,
                (_, _, _) -> Optional.empty());
    }

    private RunningNode launch(Settings settings) throws StartFailure {
        StateDirectory claimed = StateDirectory.claim(settings);
        try {
            ControlServer server = ControlServer.start(node, claimed.path(), new SecureRandom());
            return node.releasing(
                    () -> {
                        server.close();
                        claimed.close();
                    });
        } catch (IOException e) {
            claimed.close();
            throw new UncheckedIOException(e);
        }
    }

    /** As the system does it when a process is asked to end. */
    void signal() {
        signals.forEach(Runnable::run);
    }

    /** What was said on standard output so far. */
    String out() {
        return out.toString();
    }

    /** What was said on standard error so far. */
    String err() {
        return err.toString();
    }

    void type(String line) throws IOException {
        keyboard.write(line + "\n");
        keyboard.flush();
    }

    /** How a command ended. */
    record Ran(int exit, String out, String err) {
        /** It failed in one sentence on standard error, and said nothing else. */
        void failed(int code, String... words) {
            assertThat(err).startsWith("lanyard");
            for (String each : words) {
                assertThat(err).contains(each);
            }
            assertThat(err.lines()).hasSize(1);
            assertThat(out).isEmpty();
            assertThat(exit).isEqualTo(code);
        }
    }

    /** A command that goes on. */
    final class Running {
        private final CompletableFuture<Ran> end;

        private Running(CompletableFuture<Ran> end) {
            this.end = end;
        }

        Running shows(String words) {
            await().failFast("it ended", () -> end.isDone() && !out.toString().contains(words))
                    .untilAsserted(() -> assertThat(out.toString()).contains(words));
            return this;
        }

        Ran end() throws Exception {
            return end.get(20, TimeUnit.SECONDS);
        }
    }
}
