package dev.lanyard.node.io.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Step;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Steps on paths below a directory that has become a link to a folder outside. */
class BehindLinksTest {
    @TempDir Path home;
    private Bench bench;
    private Path outside;
    private Held held;

    @BeforeEach
    void linkDirectoryToOutside() throws IOException {
        bench = new Bench(home);
        outside = home.resolve("outside");
        held = bench.write("d/x", "precious");
        Files.move(bench.folder.resolve("d"), outside); // The very file that was expected.
        Files.createSymbolicLink(bench.folder.resolve("d"), outside);
    }

    private void assertNothingHappens(Step step) throws IOException {
        Outcome outcome = bench.applyOne(step);

        assertThat(outcome).isInstanceOfAny(Outcome.Blocked.class, Outcome.Unexpected.class);
        assertThat(outside.resolve("x")).hasContent("precious");
        assertThat(outside.toFile().list()).containsExactly("x");
        assertThat(bench.versionCount()).isZero();
    }

    @Test
    @DisplayName("S9: a deletion moves nothing from behind a link to versions")
    void s09_removesNothing() throws IOException {
        assertNothingHappens(new Step.Remove(bench.tombstone("d/x"), held, Keep.DELETED));
    }

    @Test
    @DisplayName("S9: an edit replaces nothing behind a link, and keeps nothing from there")
    void s09_replacesNothing() throws IOException {
        assertNothingHappens(bench.placeFile("d/x", "hostile", held));
    }

    @Test
    @DisplayName("S9: a new file, directory or link is not made behind a link")
    void s09_makesNothing() throws IOException {
        assertNothingHappens(bench.placeFile("d/y", "hostile", null));
        assertNothingHappens(
                new Step.MakeDirectory(bench.directory("d/e", 0755), null, Keep.REPLACED));
        assertNothingHappens(new Step.PlaceLink(bench.link("d/l", "/etc"), null, Keep.REPLACED));
    }

    @Test
    @DisplayName("S9: modes and times behind a link stay")
    void s09_changesNoAttributes() throws IOException {
        var before = Files.getLastModifiedTime(outside.resolve("x"));

        assertNothingHappens(new Step.SetAttributes(bench.file("d/x", "precious", 0777), held));

        assertThat(Files.getLastModifiedTime(outside.resolve("x"))).isEqualTo(before);
        assertThat(Files.isExecutable(outside.resolve("x"))).isFalse();
    }
}
