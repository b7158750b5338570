package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lanyard.node.app.cli.Desk.Ran;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a unit can say, and what systemd itself says of those that are written. */
@EnabledOnOs(OS.LINUX)
class ServiceUnitTest extends AtServices {
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a'b", "a\\b", "a\nb"})
    void aLauncherThatSystemdWouldNotRunIsRefused(String name) throws Exception {
        desk.launchedBy(script(machine.resolve(name), "#!/bin/sh\n"));

        install().failed(2);
        assertThat(unitFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new\nline", "bell\u0007"})
    void namesThatNoUnitCanSayAreRefused(String name) throws Exception {
        Files.createDirectory(desk.home.resolve(name));

        service("install", "start", name).failed(2, "cannot stand in a unit file");
        service("install", "mirror", "photos", "c", "--watch", "--exclude", name)
                .failed(2, "cannot stand in a unit file");
        assertThat(unitFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with spaces  and 100%",
                "%h $HOME ${HOME} %%",
                "\"double\" 'single'",
                "back\\slash \\x41 \\",
                "; # comment",
                "-dash",
                "Fête 日本"
            })
    @DisplayName("P9: systemd-analyze finds nothing wrong with the units, whatever the names are")
    void p09_unitsPassSystemdsOwnCheck(String name) throws Exception {
        skipWithoutAnalyze();
        Files.createDirectory(desk.home.resolve(name));
        Path elsewhere = Files.createDirectory(machine.resolve(name.replaceAll("[\"'\\\\]", "")));
        desk.launchedBy(script(elsewhere.resolve("lanyard"), "#!/bin/sh\n"));

        Ran node = service("install", "start", "./" + name, "--name", "x");
        Ran mirror = service("install", "mirror", "./" + name, "c", "--watch", "--exclude", name);

        assertThat(node.exit()).as(node.err()).isZero();
        assertThat(mirror.exit()).as(mirror.err()).isZero();
        assertThat(unitFiles()).hasSize(2);
        for (Path unit : unitFiles()) {
            assertThat(verified(unit)).isEmpty();
        }
        assertThat(service("status", "./" + name).exit()).isZero();
        assertThat(service("remove", "./" + name).exit()).isZero();
        assertThat(service("remove", "c").exit()).isZero();
    }

    @Test
    void systemdsOwnCheckWouldFindWhatIsWrong() throws Exception {
        skipWithoutAnalyze();
        install();
        Files.delete(program);

        assertThat(verified(onlyUnit())).anyMatch(line -> line.contains("is not executable"));
    }

    /** Skips where there is none, or it finds fault with what has none. */
    private void skipWithoutAnalyze() throws Exception {
        assumeThat(ANALYZE).exists();
        Path control = machine.resolve("control.service");
        Files.writeString(control, "[Service]\nExecStart=/bin/true\n");
        assumeThat(analyze(control).waitFor()).isZero();
    }

    /** What systemd-analyze says of a unit; what it says of those of the machine is not ours. */
    private List<String> verified(Path unit) throws Exception {
        Process process = analyze(unit);
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            return said.lines().filter(line -> line.contains(name(unit))).toList();
        } finally {
            process.waitFor();
        }
    }

    private Process analyze(Path unit) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(ANALYZE.toString(), "verify", "--user", unit.toString())
                        .redirectErrorStream(true);
        builder.environment()
                .put("XDG_RUNTIME_DIR", Files.createDirectories(machine.resolve("run")).toString());
        return builder.start();
    }
}
