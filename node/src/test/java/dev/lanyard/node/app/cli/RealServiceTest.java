package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.cli.Desk.Ran;
import dev.lanyard.node.app.service.UserManager;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * Services kept by a real user manager of systemd, which is started for the test alone. In the
 * place of lanyard is a script that writes down what it was started with.
 */
class RealServiceTest {
    private static final String PROGRAM =
            """
            #!/bin/sh
            printf '%s\\0' "$@" >'HERE/started.new' && mv 'HERE/started.new' 'HERE/started'
            printf '%s' "$JAVA_HOME" >'HERE/java'
            [ -f 'HERE/exit' ] && exit "$(cat 'HERE/exit')"
            exec sleep 600
            """;

    @TempDir private Path temporary;
    private Desk desk;
    private Path machine;
    private UserManager manager;

    @BeforeEach
    void boot() throws Exception {
        desk = new Desk(temporary);
        machine = Files.createDirectory(temporary.toRealPath().resolve("machine"));
        Path program = machine.resolve("lanyard");
        Files.writeString(program, PROGRAM.replace("HERE", machine.toString()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        desk.launchedBy(program);
        desk.export("PATH", System.getenv("PATH"));
        manager = new UserManager(machine, desk.home.resolve(".config"));
        desk.export("XDG_RUNTIME_DIR", manager.runtime().toString());
        manager.startOrSkip();
    }

    @AfterEach
    void shutDown() throws Exception {
        if (manager != null) { // Before it can be made there may be a failure.
            desk.run("service", "remove", "--all");
            manager.shutDown();
        }
    }

    private String status() {
        return desk.run("service", "status").out();
    }

    private void awaitStatus(String words) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(status()).contains(words));
    }

    /** What the program was started with. */
    private List<String> started() throws IOException {
        Path file = machine.resolve("started");
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file));
        String words = Files.readString(file, StandardCharsets.UTF_8);
        Files.delete(file);
        return List.of(words.split("\0"));
    }

    @Test
    @DisplayName("P9: a service is started, survives the end of its manager, and is removed")
    void p09_survivesARestartOfTheManager() throws Exception {
        Ran installed = desk.run("service", "install", "start", "photos", "--name", "attic");

        assertThat(installed.exit()).as(installed.err()).isZero();
        assertThat(started()).containsExactly("start", desk.folder.toString(), "--name=attic");
        assertThat(desk.run("service", "status").exit()).isZero();

        manager.shutDown();
        assertThat(status()).contains("unknown, since no user manager");
        manager.restart();

        assertThat(started()).containsExactly("start", desk.folder.toString(), "--name=attic");
        awaitStatus("running as");
        desk.run("service", "install", "start", "photos", "--name", "cellar");
        assertThat(started()).contains("--name=cellar");

        Ran removed = desk.run("service", "remove", "photos");
        assertThat(removed.exit()).as(removed.err()).isZero();
        assertThat(manager.kept().map(ProcessHandle::info).toList())
                .noneMatch(info -> info.command().orElse("").endsWith("/sleep"));
    }

    @Test
    @DisplayName("P9: the words of the command line arrive as they were typed")
    void p09_wordsArriveToTheLetter() throws Exception {
        List<String> ugly =
                List.of(
                        "$HOME ${HOME} $$ %h %% %",
                        "\"a\" 'b' \\ \\n \\x41 \\\\",
                        " two  spaces ",
                        ";",
                        "a=b=c",
                        "-x",
                        "日本 é",
                        "[!a-z]*?",
                        "ends in \\");
        for (String each : ugly) {
            Path folder = Files.createDirectory(desk.home.resolve(each));

            Ran ran =
                    desk.run(
                            "service",
                            "install",
                            "mirror",
                            folder.toString(),
                            "copy of " + each,
                            "--watch",
                            "--exclude",
                            each);

            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(started())
                    .containsExactly(
                            "mirror",
                            folder.toString(),
                            desk.home.resolve("copy of " + each).toString(),
                            "--watch",
                            "--exclude=" + each);
        }
        assertThat(machine.resolve("java")).hasContent(System.getProperty("java.home"));
        assertThat(status().lines().filter(line -> line.contains("running as")))
                .hasSize(ugly.size());
    }

    @Test
    @Tag("long")
    @DisplayName("P9: what was killed is started again, what refuses is not")
    void p09_startsAgainWhatFailsAndNotWhatRefuses() throws Exception {
        desk.run("service", "install", "start", "photos");
        started();
        ProcessHandle process =
                manager.kept()
                        .filter(each -> each.info().command().orElse("").endsWith("/sleep"))
                        .findFirst()
                        .orElseThrow();

        assertThat(process.destroyForcibly()).isTrue();

        awaitStatus("ended (signal) and tried again soon");
        Files.writeString(machine.resolve("exit"), "3");
        desk.run("service", "install", "start", "photos");
        awaitStatus("failed (exit code 3)");
        assertThat(desk.run("service", "status").exit()).isEqualTo(1);
        Files.writeString(machine.resolve("exit"), "2");
        desk.run("service", "install", "start", "photos");
        awaitStatus("ended (exit code 2) and tried again soon");
        assertThat(desk.run("service", "remove", "photos").exit()).isZero();
    }
}
