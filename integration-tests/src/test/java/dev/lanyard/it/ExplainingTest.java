package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A node explains what it decided, pauses and forgets: the real program, asked as users ask. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // To start a pair of nodes takes seconds.
class ExplainingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String UP = "\u001bOA";
    private static final String CTRL_C = "\u0003";

    /** Starts a node on a terminal of its own. */
    private static final String TERMINAL =
            """
            import fcntl, os, pty, select, signal, struct, sys, termios, time

            program, folder, state, *typed = sys.argv[1:]
            out, seen = b"", 0

            def start(neighbour=None):
                global pid, fd
                pid, fd = pty.fork()
                if pid == 0:
                    os.environ["TERM"] = "xterm"
                    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
                    if neighbour and os.fork() == 0:
                        neighbour()
                        os._exit(0)
                    os.execv(program, [program, "start", folder, "--state-dir", state, "--no-discovery", "--no-ui",
                                       "--listen", "127.0.0.1:0"])

            def until(*texts):
                global out, seen
                deadline = time.time() + 25
                while all(out.find(text, seen) < 0 for text in texts):
                    if time.time() > deadline:
                        os.kill(pid, 9)
                        sys.exit("nothing of %s in %s" % (texts, out[seen:]))
                    if select.select([fd], [], [], 0.1)[0]:
                        try:
                            out += os.read(fd, 65536)
                        except OSError:
                            sys.exit("ended without %s: %s" % (texts, out[seen:]))
                seen = max(out.find(text, seen) + len(text) for text in texts)

            def end():
                print("ends with", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """;

    /** Types the last arguments there, each when the one before is answered. */
    private static final String CONSOLE =
            TERMINAL
                    + """

                    start()
                    before = termios.tcgetattr(fd)
                    if typed:
                        until(b"ready: ")
                    for keys in typed:
                        until(b"> ")
                        os.write(fd, keys.encode())
                        if keys not in ("quit\\r", "\\x03"):
                            until(b"on record", b"problems", b"stopped")
                    if b"stopped" not in out:
                        until(b"stopped")
                    after = termios.tcgetattr(fd)
                    print(out.decode(errors="replace"))
                    print("the terminal is", "as it was" if before == after else "changed")
                    end()
                    """;

    /** Another group of processes takes the terminal. */
    private static final String BACKGROUND =
            TERMINAL
                    + """

                    waits, goes = os.pipe()

                    def take_the_terminal():
                        os.read(waits, 1)
                        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
                        os.setpgid(0, 0)
                        os.tcsetpgrp(0, os.getpgrp())
                        os.read(waits, 1)

                    def console_ends():
                        with open(os.path.join(state, "log", "lanyard.log")) as log:
                            return "console ends" in log.read()

                    start(take_the_terminal)
                    until(b"ready: ")
                    until(b"> ")
                    os.write(goes, b"x")
                    deadline = time.time() + 25
                    while time.time() < deadline and not console_ends():
                        os.write(fd, b"status\\r")
                        time.sleep(0.1)
                    os.kill(pid, signal.SIGTERM)
                    print("console ends" if console_ends() else "console goes on")
                    end()
                    os.write(goes, b"x")
                    """;

    /** The program that sets a terminal; at one of its calls somebody types Ctrl-C. */
    private static final String STTY =
            """
            #!/bin/sh
            number=$(cat 'COUNTER')
            echo $((number + 1)) >'COUNTER'
            [ $number -ne DEADLY ] || { kill -INT 0; sleep 9; }
            PATH=/usr/bin:/bin exec stty "$@"
            """;

    /**
     * How often this JLine calls it before it waits for the first line; to be counted again with
     * another one.
     */
    private static final int CALLS_TO_PROMPT = 9;

    /** And until it waits for the second one. */
    private static final int CALLS_TO_SECOND_PROMPT = 15;

    /** And until it is closed after the first line. */
    private static final int CALLS_TO_END = 15;

    /** A name with what a terminal takes for a command, of the folder of a. */
    private static final String A = "a\n\u001b[2J";

    private final List<Program> programs = new ArrayList<>();
    private Path base;
    private int port;
    private String key = "";
    private Program a;
    private Program b;

    /** Two nodes for all tests; b dials a. */
    @SuppressWarnings("NullAway.Init") // startPair makes a and b.
    @BeforeAll
    void startPair(@TempDir Path temp) throws Exception {
        base = temp;
        port = Ports.free();
        Files.createDirectories(folder(A));
        key = Program.key(folder(A), state(A));
        a = start(A, "127.0.0.1:" + port);
        b = startB();
        await().atMost(PATIENCE).until(() -> a.ask("peers").out().contains("in sync"));
    }

    @AfterAll
    void close() {
        programs.forEach(Program::close);
    }

    private Path folder(String name) {
        return base.resolve(name);
    }

    private Path state(String name) {
        return base.resolve(name + ".state");
    }

    private Program start(String name, String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of("--name", name.substring(0, 1), "--no-discovery", "--listen"));
        all.addAll(Arrays.asList(arguments));
        Program program =
                Program.start(folder(name), state(name), Map.of(), all.toArray(String[]::new));
        programs.add(program);
        return program.ready();
    }

    private Program startB() {
        return start("b", "127.0.0.1:0", "--key", key, "--peer", "127.0.0.1:" + port);
    }

    private static Trees.Ran why(Program program, Path state, String path, String... more) {
        List<String> all = new ArrayList<>(List.of("why", path, "--state-dir", state.toString()));
        all.addAll(Arrays.asList(more));
        return Program.lanyard(program.folder(), all.toArray(String[]::new));
    }

    /** The lines of the log without their times. */
    private static List<String> log(Program program) {
        Trees.Ran ran = program.ask("log", "-n", "10000");
        assertThat(ran.exit()).as(ran.out()).isZero();
        return ran.out().lines().map(line -> line.substring(21)).toList();
    }

    @Test
    @DisplayName("P8: the log names every file of a deleted directory, and who deleted it")
    void theLogNamesEveryFileOfADeletedDirectoryAndWhoDeletedIt() throws Exception {
        Trees.sh(a.folder(), "mkdir -p d/e; for i in 1 2 3; do echo $i > d/e/f$i; done");
        a.settle();
        Trees.sh(b.folder(), "rm -r d");
        b.settle();

        assertThat(log(a))
                .contains(
                        "deleted    d/e/f1, by b: it is kept in versions",
                        "deleted    d/e/f2, by b: it is kept in versions",
                        "deleted    d/e/f3, by b: it is kept in versions",
                        "deleted    d/e, by b: directory",
                        "deleted    d, by b: directory");
        assertThat(log(b)).contains("made       d/e/f1, by this machine: deleted");

        Trees.Ran why = why(a, state(A), "d/e/f1");
        assertThat(why.exit()).isZero();
        assertThat(why.out())
                .contains("  made, by this machine: new")
                .contains("  deleted, by b: it is kept in versions")
                .contains("here   deleted, by b,");
        assertThat(why(a, state(A), "d/e/f1", "--json").out())
                .contains("\"what\":\"DELETED\",\"peer\":\"b\"");
        assertThat(why(a, state(A), "never/heard").exit()).isEqualTo(1);
    }

    @Test
    void theLogTellsOfRenamesAndOutlivesARestart() throws Exception {
        Files.writeString(folder(A).resolve("old"), "some text");
        a.settle();
        Files.move(folder(A).resolve("old"), folder(A).resolve("new"));
        a.settle();

        assertThat(log(a)).contains("renamed    old, by this machine: to new");
        assertThat(log(b))
                .contains("renamed    old, by a: to new", "applied    new, by a: renamed from old");
        List<String> before = log(b);
        assertThat(b.terminate()).isZero();
        b = startB();
        assertThat(log(b)).startsWith(before.toArray(String[]::new));
    }

    @Test
    @DisplayName("S1: what is held back of deletions, confirmed and taken back is in the log")
    void theLogTellsOfDeletionsThatAreHeldBack() throws Exception {
        Trees.sh(a.folder(), "mkdir d; for i in $(seq 80); do echo $i > d/f$i; done");
        a.settle();

        Trees.sh(a.folder(), "rm -r d");
        untilHeldBack();
        assertThat(log(a))
                .contains(
                        "held back  d/f7, by this machine: it is gone here, with so much else that"
                                + " others are not told");
        assertThat(a.ask("confirm-deletes", "--restore").exit()).isZero();
        await().atMost(PATIENCE).until(() -> Files.exists(folder(A).resolve("d/f80")));
        a.settle();
        assertThat(log(a))
                .contains(
                        "taken back d/f7, by this machine: a user has said that it shall come back");
        assertThat(log(b)).noneMatch(line -> line.startsWith("deleted"));

        Trees.sh(a.folder(), "rm -r d");
        untilHeldBack();
        assertThat(a.ask("confirm-deletes").exit()).isZero();
        a.settle();
        assertThat(log(a))
                .contains(
                        "confirmed  d/f7, by this machine: a user has said that its deletion was"
                                + " meant",
                        "made       d/f7, by this machine: deleted");
        assertThat(log(b)).contains("deleted    d/f7, by a: it is kept in versions");
        assertThat(a.ask("confirm-deletes").out()).isEqualTo("nothing is held back\n");
    }

    private void untilHeldBack() {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                a.ask("problems")
                                        .out()
                                        .matches("(?s).*81 of \\d+ entries are gone here.*"));
    }

    @Test
    void aPausedNodeHearsAndDoesNothingAlsoAfterARestart() throws Exception {
        assertThat(b.ask("pause").out()).isEqualTo("paused; go on with: lanyard resume\n");
        Files.writeString(folder(A).resolve("first"), "of a");
        untilHeard("first");
        assertThat(folder("b").resolve("first")).doesNotExist();
        assertThat(a.ask("wait", "--timeout", "1s").exit()).isEqualTo(1);

        assertThat(b.terminate()).isZero();
        b = startB();
        Files.writeString(folder("b").resolve("mine"), "of b");
        Files.writeString(folder(A).resolve("second"), "of a");
        untilHeard("second");
        assertThat(b.ask("status").out()).contains("state     paused");
        assertThat(b.ask("wait", "--timeout", "20s").out()).contains("this node is paused");
        assertThat(b.ask("rescan").exit()).isEqualTo(1);
        assertThat(folder("b").resolve("first")).doesNotExist();
        assertThat(folder("b").resolve("second")).doesNotExist();
        assertThat(folder(A).resolve("mine")).doesNotExist();

        assertThat(b.ask("resume").out()).isEqualTo("going on\n");
        b.settle();
        a.settle();
        assertThat(Trees.difference(folder(A), folder("b"))).isEmpty();
        assertThat(folder(A).resolve("mine")).hasContent("of b");
        assertThat(folder("b").resolve("second")).hasContent("of a");
        assertThat(b.ask("rescan").exit()).isZero();
    }

    private void untilHeard(String path) {
        await().atMost(PATIENCE).until(() -> why(b, state("b"), path).exit() == 0);
    }

    private Trees.Ran forgetB() {
        return Program.lanyard(
                base, "forget", "b", folder(A).toString(), "--state-dir", state(A).toString());
    }

    @Test
    void aPeerThatIsGoneForGoodIsForgotten() throws Exception {
        Trees.Ran connected = forgetB();
        assertThat(connected.exit()).isEqualTo(1);
        assertThat(connected.out()).contains("b is connected; stop its node first");

        assertThat(b.terminate()).isZero();
        await().atMost(PATIENCE).until(() -> a.ask("peers").out().contains("not connected"));
        assertThat(a.ask("peers").out()).startsWith("b (").contains("last seen");
        Trees.Ran forgotten = forgetB();
        assertThat(forgotten.out()).isEqualTo("forgotten: b\n");
        assertThat(forgotten.exit()).isZero();
        assertThat(a.ask("peers").out()).startsWith("no other node has been heard of; why: ");
        assertThat(forgetB().out()).isEqualTo("not forgotten: no peer is known as b\n");

        b = startB();
        await().atMost(PATIENCE).until(() -> a.ask("peers").out().contains("in sync"));
    }

    @Test
    @DisplayName(
            "D50: names with newlines and escape sequences are escaped wherever they are shown")
    void d50_namesAreEscapedWhereTheyAreShown() throws Exception {
        Trees.sh(
                a.folder(),
                "printf x > \"$(printf 'up\\033[1A\\nready: no')\"; mkfifo \"$(printf 'fi\\033c')\"");
        a.settle();
        Trees.sh(b.folder(), "mv up* \"$(printf 'to\\rb')\"");
        b.settle();
        await().atMost(PATIENCE).until(() -> a.ask("problems").out().contains("fi%1Bc"));

        for (String form : List.of("", "--json")) {
            String[] more = form.isEmpty() ? new String[0] : new String[] {form};
            String status = a.ask("status", more).out();
            assertIsPlain(status);
            String log = a.ask("log", more).out();
            assertIsPlain(log);
            assertThat(log).contains("up%1B[1A%0Aready: no", "to to%0Db").doesNotContain("%25");
            String why = why(a, state(A), "up%1B[1A%0Aready: no", more).out();
            assertIsPlain(why);
            assertThat(why).contains("to to%0Db");
            assertIsPlain(a.ask("problems", more).out());
            assertIsPlain(b.ask("log", more).out());
        }
        Trees.sh(a.folder(), "rm fi*"); // A pipe is on one machine only.
        assertThat(a.ask("status").out()).contains("/a%0A%1B[2J");
        assertThat(a.lines()).filteredOn(line -> line.startsWith("ready")).hasSize(1);
        a.lines().forEach(ExplainingTest::assertIsPlain);
    }

    private static void assertIsPlain(String shown) {
        assertThat(shown.replace("\n", ""))
                .as("what is shown")
                .isNotEmpty()
                .doesNotContainPattern("\\p{Cntrl}");
        assertThat(shown.lines()).noneMatch(line -> line.startsWith("ready: no"));
    }

    @Test
    @DisplayName("A terminal is a console with history, and is left as it was")
    void aTerminalIsAConsoleWithHistory() throws Exception {
        Path folder = Files.createDirectories(folder("c"));

        List<String> said = console(folder, "why x\r", UP + "\r", "status\r", "quit\r");
        assertThat(said).contains("ends with 0", "the terminal is as it was");
        assertThat(said.toString().split("no decision about it is on record", -1))
                .as("said twice, the second time at a key that brings the line back: %s", said)
                .hasSize(3);

        assertThat(console(folder, UP + UP + "\r", "quit\r").toString())
                .as("also after a restart")
                .contains("holds     0 files");
        assertThat(console(folder, CTRL_C)).contains("ends with 0", "the terminal is as it was");
    }

    @Test
    @DisplayName("Ctrl-C ends a node also when it meets the program that sets the terminal")
    void ctrlCWhileTheTerminalIsSet() throws Exception {
        assertCtrlCAtCalls(5);
    }

    @Test
    @Tag("long")
    @DisplayName("The same at each of its calls")
    void ctrlCAtEachCallThatSetsTheTerminal() throws Exception {
        assertCtrlCAtCalls(1);
    }

    private void assertCtrlCAtCalls(int step) throws Exception {
        Path folder = Files.createDirectories(folder("c"));
        for (int call = 1; call <= CALLS_TO_SECOND_PROMPT; call += step) {
            String[] typed = call <= CALLS_TO_PROMPT ? new String[0] : new String[] {"status\r"};
            assertCtrlCAtCall(call, folder, typed);
        }
        for (int call = CALLS_TO_PROMPT + 1; call <= CALLS_TO_END; call += step) {
            assertCtrlCAtCall(call, folder, "quit\r");
        }
    }

    private void assertCtrlCAtCall(int call, Path folder, String... typed) throws Exception {
        Path count = base.resolve("stty.count");
        Path programs = Files.createDirectories(base.resolve("programs"));
        Path stty = programs.resolve("stty");
        Map<String, String> path =
                Map.of("PATH", "%s:%s".formatted(programs, System.getenv("PATH")));
        Files.writeString(count, "1");
        Files.writeString(
                stty, STTY.replace("COUNTER", count.toString()).replace("DEADLY", "" + call));
        Files.setPosixFilePermissions(stty, PosixFilePermissions.fromString("rwx------"));

        assertThat(console(path, folder, typed))
                .as("at call %s of %s", call, List.of(typed))
                .contains("ends with 0", "the terminal is as it was");
        assertThat(Integer.parseInt(Files.readString(count).strip()))
                .as("calls of stty")
                .isGreaterThan(call);
    }

    @Test
    @DisplayName("A node that is sent to the background loses its console and goes on")
    void aNodeInTheBackground() throws Exception {
        Path folder = Files.createDirectories(folder("background"));

        assertThat(python(BACKGROUND, Map.of(), folder))
                .containsExactly("console ends", "ends with 0");
    }

    /** Starts a node on a terminal and types; returns what is on it, and how that ended. */
    private List<String> console(Path folder, String... typed) {
        return console(Map.of(), folder, typed);
    }

    private List<String> console(Map<String, String> environment, Path folder, String... typed) {
        return python(CONSOLE, environment, folder, typed);
    }

    /** Runs one of the scripts above; returns what it says. */
    private List<String> python(
            String script, Map<String, String> environment, Path folder, String... typed) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "python3",
                                "-c",
                                script,
                                Program.launcher().toString(),
                                folder.toString(),
                                state(folder.getFileName().toString()).toString()));
        command.addAll(List.of(typed));
        return Trees.run(base, environment, command).out().lines().toList();
    }

    @Test
    void wrongUsageIsOneSentence() throws IOException {
        Files.createDirectories(folder("c"));
        for (String[] usage :
                new String[][] {
                    {"why"},
                    {"why", "c"},
                    {"forget"},
                    {"log", "c", "-n", "0"},
                    {"pause", "c", "b"},
                    {"resume", "--nonsense"},
                    {"rescan", "missing"}
                }) {
            Trees.Ran ran = Program.lanyard(base, usage);
            assertThat(ran.exit()).as("%s: %s", List.of(usage), ran.out()).isEqualTo(2);
            assertThat(ran.out()).startsWith("lanyard").hasLineCount(1);
        }
    }
}
