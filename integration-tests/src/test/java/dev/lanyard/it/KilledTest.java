package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Real nodes that are killed while they do what takes more than a moment. */
class KilledTest {
    private static final int FILES = 500;

    @TempDir private Path base;

    private static String numbered(String command) {
        return "for i in $(seq %d); do %s; done".formatted(FILES, command);
    }

    @Test
    @Tag("long")
    @DisplayName("D53: a node that is killed while rules change deletes nothing, anywhere")
    void d53_killedWhileRulesChange() throws Exception {
        try (Pair pair = new Pair(base)) {
            Trees.sh(pair.a, numbered("echo $i > f$i"));
            Program a = pair.startA(List.of());
            pair.startB();
            Pair.awaitText(pair.b.resolve("f" + FILES), FILES + "\n");

            for (String rules : List.of("f*\n", "\n")) {
                Files.writeString(pair.a.resolve(".lanyardignore"), rules);
                a.kill();
                a = pair.startA(List.of());
                Pair.awaitText(pair.b.resolve(".lanyardignore"), rules);
                a.kill();
                a = pair.startA(List.of());
            }
            Pair.awaitInSync(a);
            a.settle();

            assertThat(Trees.listing(pair.a)).hasSize(FILES + 1);
            assertThat(Trees.difference(pair.a, pair.b)).isEmpty();
        }
    }

    @Test
    @Tag("long")
    @DisplayName("P10: a node that is killed while it puts back what a peer keeps does so again")
    void p10_killedWhileItPutsBackFromAPeer() throws Exception {
        try (Pair pair = new Pair(base)) {
            Program a = pair.startA(List.of());
            pair.startB();
            Pair.awaitInSync(a);
            Trees.sh(pair.a, "head -c 60000000 /dev/urandom > large; sha256sum < large > sum");
            a.settle();
            Trees.sh(pair.a, "rm large");
            await().atMost(Pair.PATIENCE).until(() -> !Files.exists(pair.b.resolve("large")));
            Process asked =
                    new ProcessBuilder(
                                    Program.launcher().toString(),
                                    "restore",
                                    "large",
                                    "--state-dir",
                                    base.resolve("a.state").toString())
                            .directory(pair.a.toFile())
                            .redirectErrorStream(true)
                            .start();
            await().atMost(Pair.PATIENCE)
                    .until(() -> !Trees.staged(pair.a).isEmpty() || !asked.isAlive());
            a.kill();
            assertThat(asked.waitFor()).as("the order fails, or was done").isBetween(0, 1);

            a = pair.startA(List.of());
            Pair.awaitInSync(a);
            if (!Files.exists(pair.a.resolve("large"))) {
                Trees.Ran again =
                        Program.lanyard(
                                pair.a,
                                "restore",
                                "large",
                                "--state-dir",
                                base.resolve("a.state").toString());
                assertThat(again.exit()).as(again.out()).isZero();
            }
            a.settle();

            for (Path folder : List.of(pair.a, pair.b)) {
                assertThat(Trees.sh(folder, "sha256sum < large"))
                        .isEqualTo(Files.readString(folder.resolve("sum")));
            }
            assertThat(Trees.staged(pair.a)).as("nothing is left of it").isEmpty();
        }
    }
}
