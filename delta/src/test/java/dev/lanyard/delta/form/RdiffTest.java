package dev.lanyard.delta.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** {@code rdiff} judges: it applies our deltas, and we apply its. */
final class RdiffTest {
    @TempDir Path temporary;

    @BeforeEach
    void isInstalled() {
        boolean found =
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "rdiff")));
        assumeTrue(found, "rdiff is not installed");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    void patchesAreTheSameOnBothSides(long seed) throws Exception {
        RandomGenerator random = Seeds.of(seed);
        byte[] basis = Contents.any(random, random.nextInt(1 << random.nextInt(18)));
        byte[] target = Contents.edited(random, basis);

        judge(basis, target);
    }

    @Test
    void filesOfTheJavaRuntime() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of(System.getProperty("java.home")))) {
            files =
                    all.filter(Files::isRegularFile)
                            .filter(
                                    file ->
                                            file.toFile().length() > 10_000
                                                    && file.toFile().length() < 3_000_000)
                            .sorted()
                            .limit(24)
                            .toList();
        }
        assumeTrue(files.size() > 1, "this runtime has no files to try with");
        for (int i = 0; i + 1 < files.size(); i += 2) {
            byte[] one = Files.readAllBytes(files.get(i));
            byte[] other = Files.readAllBytes(files.get(i + 1));
            judge(one, Contents.edited(Seeds.of(i), one));
            judge(one, Contents.joined(Contents.part(other, 0, 1000), one, other));
        }
    }

    private void judge(byte[] basis, byte[] target) throws Exception {
        Path old = Files.write(temporary.resolve("old"), basis);
        Path now = Files.write(temporary.resolve("new"), target);
        List<Instruction> found = Deltas.instructions(Deltas.signature(basis), target);

        Path ours = Files.write(temporary.resolve("ours"), Deltas.written(Form.RDIFF, found));
        rdiff("patch", old, ours, temporary.resolve("made"));
        assertThat(Files.mismatch(temporary.resolve("made"), now)).isEqualTo(-1);

        rdiff("signature", old, temporary.resolve("signature"));
        rdiff("delta", temporary.resolve("signature"), now, temporary.resolve("theirs"));
        byte[] theirs = Files.readAllBytes(temporary.resolve("theirs"));
        assertThat(Deltas.patched(basis, theirs, target.length)).isEqualTo(target);
    }

    private void rdiff(String verb, Path... files) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("rdiff", "-f", verb);
        Stream.of(files).map(Path::toString).forEach(builder.command()::add);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
        assertThat(process.waitFor()).as(said).isZero();
    }
}
