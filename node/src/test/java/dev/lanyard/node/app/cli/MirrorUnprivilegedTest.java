package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A mirror that runs as a user whom modes and owners keep from things. */
@EnabledOnOs(OS.LINUX)
class MirrorUnprivilegedTest {
    /** Root without what makes it different: modes and owners hold for it as for everybody. */
    private static final String[] AS_ANYBODY = {
        "setpriv", "--bounding-set", "-all", "--inh-caps", "-all"
    };

    /** What failed is tried again after 2 s, then after 4 and 8. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    @TempDir private Path home;
    private Path source;
    private Path copy;
    private Path said;
    private @Nullable Process process;

    @SuppressWarnings("NullAway.Init") // startMirror makes them.
    @BeforeEach
    void startMirror() throws Exception {
        assumeThat((int) Files.getAttribute(home, "unix:uid"))
                .as("the user, of whom only root can be kept from things")
                .isZero();
        List<String> command = new ArrayList<>(List.of(AS_ANYBODY));
        command.add("true");
        assumeThat(Drive.run(command.toArray(String[]::new))).as("how setpriv ended").isZero();
        source = Files.createDirectories(home.resolve("src"));
        copy = home.resolve("dst");
        said = home.resolve("said");
        command.removeLast();
        command.addAll(Desk.process(Desk.mirroring(source, copy, "--watch")));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("XDG_STATE_HOME", home.resolve("xdg").toString());
        sh("mkdir closed foreign; for i in closed/f foreign/f secret; do echo kept > $i; done");
        process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        await().atMost(PATIENCE).until(() -> Files.exists(said) && says("5 created"));
    }

    @AfterEach
    void end() throws Exception {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
            Drive.run("chmod", "-R", "u+rwX", home.toString());
        }
    }

    private void sh(String script) throws Exception {
        Drive.ran("sh", "-ec", "cd '" + source + "'; " + script);
    }

    private boolean says(String line) throws IOException {
        return Files.readString(said).contains(line);
    }

    private void awaitSaid(String... lines) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(said).content().contains(lines));
    }

    private void awaitText(String path, String text) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(copy.resolve(path)).hasContent(text));
    }

    @Test
    @DisplayName("P3: what may not be read or written is told with the reason, and heals by itself")
    void p03_whatMayNotBeReadOrWritten() throws Exception {
        Drive.ran("chown", "1:1", copy.resolve("foreign").toString());
        sh("chmod 000 secret closed; echo more | tee -a secret >> closed/f");
        sh("echo new > foreign/new; echo changed > foreign/f; echo goes on > other");

        awaitText("other", "goes on");
        awaitSaid(
                "skipped secret: permission denied",
                "skipped closed",
                "skipped foreign/new: permission denied",
                "skipped foreign/f: permission denied");
        assertThat(copy.resolve("closed/f")).hasContent("kept");
        assertThat(copy.resolve("secret")).hasContent("kept");
        assertThat(copy.resolve("foreign/f")).hasContent("kept");
        assertThat(copy.resolve(".lanyard/staging")).isEmptyDirectory();

        sh("chmod 644 secret; chmod 755 closed");
        awaitText("secret", "kept\nmore");
        awaitText("closed/f", "kept\nmore");
        Drive.ran("chown", "0:0", copy.resolve("foreign").toString());
        awaitText("foreign/new", "new");
        awaitText("foreign/f", "changed");
        assertThat(Files.readString(said).lines().filter(line -> line.startsWith("skipped ")))
                .as("each is told once")
                .doesNotHaveDuplicates();
        assertThat(process).returns(true, Process::isAlive);
    }
}
