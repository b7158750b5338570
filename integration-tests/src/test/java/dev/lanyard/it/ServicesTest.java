package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.service.UserManager;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real program, kept by a real user manager of systemd. */
class ServicesTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir private Path base;

    @Test
    @DisplayName("P9: a node and a mirror survive a reboot, and go on from where they stopped")
    void p09_aNodeAndAMirrorSurviveAReboot() throws Exception {
        Path folder = Files.createDirectory(base.resolve("our photos"));
        Path copy = base.resolve("100% copy");
        Files.writeString(folder.resolve("a"), "a");
        try (UserManager manager = new UserManager(base, base.resolve("config"))) {
            manager.startOrSkip();
            Map<String, String> environment = environment(manager);

            assertThat(
                            service(
                                    environment,
                                    "install",
                                    "start",
                                    "our photos",
                                    "--no-discovery",
                                    "--listen",
                                    "127.0.0.1:0"))
                    .contains("installed", "started");
            assertThat(
                            service(
                                    environment,
                                    "install",
                                    "mirror",
                                    "our photos",
                                    "100% copy",
                                    "--watch",
                                    "--exclude=.lanyard"))
                    .contains("installed", "started");
            awaitStatus(environment, "1 file, ");
            await().atMost(LONG).until(() -> Files.exists(copy.resolve("a")));
            assertThat(service(environment, "status").lines().limit(2))
                    .allMatch(line -> line.contains(": running as "));

            manager.shutDown();
            Files.writeString(folder.resolve("b"), "b");
            assertThat(lanyard(environment, "status", "our photos").exit()).isEqualTo(1);
            manager.restart();

            await().atMost(LONG).until(() -> Files.exists(copy.resolve("b")));
            awaitStatus(environment, "2 files");
            assertThat(service(environment, "remove", "--all").lines())
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("removed"));
            assertThat(lanyard(environment, "status", "our photos").exit()).isEqualTo(1);
            assertThat(copy.resolve("b")).hasContent("b");
        }
    }

    private Map<String, String> environment(UserManager manager) {
        return Map.of(
                "XDG_RUNTIME_DIR", manager.runtime().toString(),
                "XDG_CONFIG_HOME", base.resolve("config").toString(),
                "XDG_STATE_HOME", base.resolve("state").toString());
    }

    private Trees.Ran lanyard(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Program.launcher().toString()));
        command.addAll(List.of(arguments));
        return Trees.run(base, environment, command);
    }

    private String service(Map<String, String> environment, String... arguments) {
        List<String> words = new ArrayList<>(List.of("service"));
        words.addAll(List.of(arguments));
        Trees.Ran ran = lanyard(environment, words.toArray(String[]::new));
        assertThat(ran.exit()).as(ran.out()).isZero();
        return ran.out();
    }

    private void awaitStatus(Map<String, String> environment, String words) {
        await().atMost(LONG)
                .untilAsserted(
                        () ->
                                assertThat(lanyard(environment, "status", "our photos").out())
                                        .contains(words));
    }
}
