package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * State directories that are older than they seem, or copies, under the real program. Whatever a
 * node believes to be, nothing is lost by it and all end equal.
 */
class SameIdTest {
    @TempDir private Path base;
    private final List<Program> programs = new ArrayList<>();
    private int port;
    private String key = "";

    @BeforeEach
    void choosePort() throws Exception {
        port = Ports.free();
        Files.createDirectories(base.resolve("b"));
        key = Program.key(base.resolve("b"), state("b"));
    }

    @AfterEach
    void close() {
        programs.forEach(Program::close);
    }

    private Path state(String name) {
        return base.resolve(name + ".state");
    }

    private Program start(String name, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--name", name, "--no-discovery"));
        all.addAll(Arrays.asList(arguments));
        Program program =
                Program.start(
                        base.resolve(name), state(name), Map.of(), all.toArray(String[]::new));
        programs.add(program);
        return program;
    }

    /** The node that all dial. */
    private Program startMiddle() {
        return start("b", "--listen", "127.0.0.1:" + port).ready();
    }

    private Program startDialler(String name) {
        return start(name, "--key", key, "--listen", "127.0.0.1:0", "--peer", "127.0.0.1:" + port)
                .ready();
    }

    private void write(String node, String path, String text) throws Exception {
        Files.writeString(base.resolve(node).resolve(path), text);
    }

    private String read(String node, String path) throws Exception {
        return Files.readString(base.resolve(node).resolve(path));
    }

    private void keepState(String name, String as) {
        Trees.sh(base, "cp -a %s.state %s".formatted(name, as));
    }

    /** As a copy of a whole file system has it: files of their own, which are still the same. */
    private void putBackInPlace(String backup, String name) {
        Trees.sh(
                base,
                """
                rm -f %2$s.state/index.db-wal %2$s.state/index.db-shm
                cat %1$s/index.db > %2$s.state/index.db
                """
                        .formatted(backup, name));
    }

    /** Why it has drawn new ids so far, in order. */
    private List<String> reasons(String name) {
        return Trees.sh(base, "cat $(ls -tr %s.state/log/*)".formatted(name))
                .lines()
                .filter(line -> line.contains("new identity"))
                .toList();
    }

    private void assertEqual(String one, String other) {
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(
                        () ->
                                assertThat(Trees.difference(base.resolve(one), base.resolve(other)))
                                        .isEmpty());
    }

    /** Whether a text is in the folder or kept in its versions. */
    private boolean has(String node, String text) {
        return Trees.sh(base, "grep -rqxF '%s' %s && echo yes || true".formatted(text, node))
                .contains("yes");
    }

    private void isEqualAndNew(String reason) {
        assertEqual("a", "b");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(reasons("a")).last().asString().contains(reason));
    }

    @Test
    @DisplayName("D5: a state that is behind the folder, or behind a peer")
    void d05_anOldStateShowsItself() throws Exception {
        startMiddle();
        Program a = startDialler("a");
        write("a", "edited", "first");
        write("a", "deleted", "first");
        assertEqual("a", "b");
        a.terminate();
        keepState("a", "backup");
        String mark = read("a", ".lanyard/mark");
        a = startDialler("a");
        write("a", "edited", "second");
        Files.delete(base.resolve("a/deleted"));
        write("a", "made", "second");
        for (int i = 0; i < 5; i++) {
            write("a", "passing" + i, "only for a while");
        }
        assertEqual("a", "b");
        Trees.sh(base, "rm a/passing*");
        assertEqual("a", "b");
        a.terminate();

        putBackInPlace("backup", "a");
        write("b", "edited", "third, of b");
        a = startDialler("a");
        isEqualAndNew("STATE_BEHIND_FOLDER");
        assertThat(read("a", "edited")).isEqualTo("third, of b");
        a.terminate();

        putBackInPlace("backup", "a");
        Files.writeString(base.resolve("a/.lanyard/mark"), mark);
        write("a", "made", "fourth, of the old state");
        write("b", "other", "other");
        startDialler("a");
        isEqualAndNew("STATE_BEHIND_PEER");
        assertThat(read("b", "made")).isEqualTo("fourth, of the old state");
        assertThat(read("a", "other")).isEqualTo("other");
        assertThat(has("b", "third, of b")).as("it is still there").isTrue();
    }

    @Test
    @DisplayName("two nodes with one id meet: both draw a new one, and what loses is kept")
    void twoNodesWithOneIdMeet() throws Exception {
        Program b = startMiddle();
        write("b", "both", "first");
        write("b", "still", "still");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> b.ask("status").out().contains("2 files"));
        copyMachine("b", "c");
        write("b", "both", "of b");
        write("b", "onlyB", "only b");
        write("c", "onlyC", "only c");
        write("c", "both", "of c, later");
        Files.setLastModifiedTime(
                base.resolve("c/both"), FileTime.from(Instant.now().plusSeconds(1)));
        Program c = startDialler("c");

        assertEqual("b", "c");
        assertThat(read("b", "both")).isEqualTo("of c, later");
        assertThat(has("c", "of b") || has("b", "of b")).as("what lost is kept").isTrue();
        assertThat(read("c", "onlyB")).isEqualTo("only b");
        assertThat(read("b", "onlyC")).isEqualTo("only c");
        await().atMost(Duration.ofSeconds(30)) // What lost is kept before it is listed.
                .untilAsserted(() -> assertThat(b.ask("conflicts").out()).contains("both"));
        assertThat(b.ask("problems").out() + c.ask("problems").out()).contains("same id");
        assertThat(reasons("b")).hasSize(2);
        assertThat(reasons("c")).hasSize(2);
    }

    /**
     * A copy of the machine of {@code from} under another name, as one of a whole disk is: what the
     * state says of the place that it is in, and of the inodes there, holds for the copy too. Its
     * certificate is its own, or the two would take each other for themselves.
     */
    private void copyMachine(String from, String to) {
        Trees.sh(
                base,
                """
                cp -a %1$s %2$s
                cp -a %1$s.state %2$s.state
                cd %2$s.state
                rm -f identity control.json lock lock.holder
                echo '%3$s/%2$s' > folder
                { sed -n 1p root; stat -c %%i ../%2$s/.lanyard; sed -n 3p root; } > root.new
                mv root.new root
                python3 - <<'END'
                import os, sqlite3
                index = sqlite3.connect("index.db")
                inode = str(os.stat("index.db").st_ino)
                index.execute("UPDATE named_text SET text = ? WHERE name = 'identity.inode'", (inode,))
                index.commit()
                END
                """
                        .formatted(from, to, base));
    }
}
