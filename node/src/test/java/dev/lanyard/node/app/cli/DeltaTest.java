package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.SplittableRandom;

/** {@code lanyard delta} on files. */
final class DeltaTest {
    @TempDir Path temporary;

    private Desk desk;
    private Path old;
    private Path now;

    @BeforeEach
    void filesToCompare() throws IOException {
        desk = new Desk(temporary);
        byte[] content = new byte[300_000];
        new SplittableRandom(1).nextBytes(content);
        old = Files.write(desk.home.resolve("old"), content);
        now = desk.home.resolve("new");
        Files.write(now, new byte[] {1, 2, 3});
        Files.write(now, content, StandardOpenOption.APPEND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--form=rdiff", "--form=lanyard"})
    void aPatchedFileIsTheNewOne(String form) throws IOException {
        succeeds("signature", "old", "sig");
        succeeds("delta", form, "sig", "new", "delta");
        succeeds("patch", "old", "delta", "out");

        assertThat(desk.home.resolve("out")).hasSameBinaryContentAs(now);
        assertThat(Files.size(desk.home.resolve("delta"))).isLessThan(40);
        assertThat(desk.home.toFile().list()).noneMatch(name -> name.startsWith(".lanyard"));
    }

    @Test
    void theOldFileMayBeReplaced() throws IOException {
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r-----"));
        succeeds("signature", "old", "sig");
        succeeds("delta", "sig", "new", "delta");

        succeeds("patch", "old", "delta", "old");

        assertThat(old).hasSameBinaryContentAs(now);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void whatIsBrokenReplacesNothing() throws IOException {
        succeeds("signature", "old", "sig");
        succeeds("delta", "sig", "new", "delta");
        Path delta = desk.home.resolve("delta");
        byte[] whole = Files.readAllBytes(delta);
        Path out = Files.writeString(desk.home.resolve("out"), "good");
        for (int length = 0; length < whole.length; length++) {
            Files.write(delta, Arrays.copyOf(whole, length));
            desk.run("delta", "patch", "old", "delta", "out").failed(1, "'delta'", "'old'");
        }
        Files.writeString(desk.home.resolve("sig"), "no signature at all, but long enough");
        desk.run("delta", "delta", "sig", "new", "out").failed(1, "no signature of lanyard");

        assertThat(out).hasContent("good");
        assertThat(desk.home.toFile().list()).noneMatch(name -> name.startsWith(".lanyard"));
    }

    @Test
    void aDeltaForAnotherFileIsRefusedWhereItShows() throws IOException {
        succeeds("signature", "old", "sig");
        succeeds("delta", "sig", "new", "delta");
        Files.writeString(desk.home.resolve("short"), "short");

        desk.run("delta", "patch", "short", "delta", "out")
                .failed(1, "cannot be applied to 'short'", "copy of 300000 bytes at 0 of 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "signature old",
                "signature missing sig",
                "signature photos sig",
                "signature old photos",
                "delta missing new delta",
                "delta --form=nonsense old new delta",
                "patch old missing out",
                "patch old new out more"
            })
    void wrongUsageIsOneSentence(String line) {
        desk.run(("delta " + line).strip().split(" ")).failed(2);
    }

    @Test
    void whereNothingCanBeWrittenThatIsSaid() {
        desk.run("delta", "signature", "old", "missing/sig")
                .failed(1, "missing/sig' cannot be written");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "signature", "delta", "patch"})
    void itExplainsItself(String command) {
        Desk.Ran ran = desk.run(("delta " + command + " -h").replace("  ", " ").split(" "));

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).startsWith("Usage: lanyard " + ("delta " + command).strip());
    }

    private void succeeds(String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = "delta";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        Desk.Ran ran = desk.run(line);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exit()).isZero();
    }
}
