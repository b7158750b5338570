package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Side;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What is kept of contents that were displaced, between real nodes, and how it comes back. */
class KeepingTest extends ShareFixture {
    private static String sidecar(Share.Node node, Version version) throws IOException {
        return Files.readString(node.folder.resolve(".lanyard/versions/" + version.id() + ".json"));
    }

    /** A conflict on {@code a}, whose content loses, with the later one of {@code b} in place. */
    private void quarrel(Share.Node a, Share.Node b, String path) throws Exception {
        a.write(path, "first");
        share.settle();
        a.stop();
        b.write(path, "of b");
        Files.setLastModifiedTime(b.path(path), FileTime.from(Instant.now()));
        share.settle();
        a.write(path, "of a");
        Files.setLastModifiedTime(a.path(path), FileTime.from(Instant.now().minusSeconds(600)));
        a.start();
        share.settle();
        assertThat(a.read(path)).isEqualTo("of b");
        await().atMost(Share.PATIENCE).until(() -> a.conflicts().size() == 1);
    }

    @Test
    void everyCauseHasAVersionWithASidecar() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("edited", "edited 1").write("deleted", "deleted 1");
        share.settle();
        b.write("edited", "edited 2");
        b.delete("deleted");
        share.settle();

        assertThat(a.versions("edited")).extracting(Version::why).containsExactly(Keep.REPLACED);
        assertThat(a.versions("deleted")).extracting(Version::why).containsExactly(Keep.DELETED);
        Version edited = a.versions("edited").getFirst();
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(sidecar(a, edited))
                                        .contains("\"path\":\"edited\"")
                                        .contains("\"reason\":\"REPLACED\"")
                                        .contains("\"stamp\":\""));

        assertThat(a.control().restore(RelativePath.of("edited"), null).done()).isTrue();
        share.settle();
        assertThat(b.read("edited")).isEqualTo("edited 1");
        assertThat(a.keeps("edited 2")).as("what the restore displaced").isTrue();
        assertThat(sidecar(a, a.versions("edited").getFirst())).contains("\"path\":\"edited\"");
        quarrel(a, b, "quarrel");
        assertThat(a.versions("quarrel")).extracting(Version::why).startsWith(Keep.CONFLICT);
        assertThat(a.control().restore(RelativePath.of("deleted"), null).done()).isTrue();
        share.settle();
        assertThat(b.read("deleted")).isEqualTo("deleted 1");
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void aResolvedConflictIsResolvedEverywhere(Side keep) throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        quarrel(a, b, "notes.txt");

        Result result = a.control().resolve(RelativePath.of("notes.txt"), keep);

        assertThat(result.done()).as(result.detail()).isTrue();
        assertThat(a.conflicts()).isEmpty();
        share.settle();
        String expected = keep == Side.MINE ? "of a" : "of b";
        assertThat(b.read("notes.txt")).isEqualTo(expected);
        assertThat(a.read("notes.txt")).isEqualTo(expected);
        try (Stream<Path> files = Files.list(b.folder)) {
            List<String> beside =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.contains("(conflict"))
                            .toList();
            assertThat(beside).hasSize(keep == Side.BOTH ? 1 : 0);
            if (keep == Side.BOTH) {
                assertThat(beside.getFirst())
                        .matches("notes \\(conflict \\d{4}-\\d\\d-\\d\\d a\\)\\.txt");
                assertThat(b.read(beside.getFirst())).isEqualTo("of a");
            }
        }
        assertThat(b.conflicts()).as("its author had seen both").isEmpty();
        assertThat(a.keeps("of a")).isTrue();
        assertThat(a.control().resolve(RelativePath.of("notes.txt"), keep).done()).isFalse();
    }

    @Test
    void whatLostCountsAsListedOnceAPersonWasShownIt() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        quarrel(a, b, "notes");

        Version lost = a.conflicts().getFirst();
        assertThat(a.versions("notes")).contains(lost);
        assertThat(sidecar(a, lost)).as("a program has read it").contains("\"listed\":null");

        assertThat(a.control().shown(List.of("not there", lost.id())).done()).isTrue();
        assertThat(sidecar(a, lost)).contains("\"listed\":\"").contains("\"seen\":false");
        assertThat(a.conflicts()).containsExactly(lost);
    }

    @Test
    void aReplicaThatReturnsWithTheLoserFindsTheConflictResolved() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        var c = share.node("c").start();
        a.write("notes", "first");
        share.settle();
        b.stop();
        a.write("notes", "of a");
        Files.setLastModifiedTime(a.path("notes"), FileTime.from(Instant.now().minusSeconds(600)));
        share.settle();
        c.stop();
        b.write("notes", "of b");
        b.start();
        share.settle();
        await().atMost(Share.PATIENCE).until(() -> a.conflicts().size() == 1);

        assertThat(a.control().resolve(RelativePath.of("notes"), Side.THEIRS).done()).isTrue();
        share.settle();
        c.start();
        share.settle();

        assertThat(c.read("notes")).isEqualTo("of b");
        assertThat(c.conflicts()).as("the winner has seen what was here").isEmpty();
        assertThat(c.keeps("of a")).isTrue();
    }

    @Test
    void aDirectoryComesBackAsItWas() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        for (int i = 0; i < 300; i++) {
            a.write("work/d%d/f%d".formatted(i % 3, i), "old " + i);
        }
        a.write("other", "old");
        share.settle();
        Instant before = Instant.now();

        Trees.sh(b.folder, "rm -r work/d0; for f in work/d1/*; do echo new > $f; done");
        b.write("work/added", "added").write("other", "new");
        share.settle();
        b.write("work/d1/f1", "newer still");
        share.settle();

        Result result = a.control().restoreBefore(RelativePath.of("work"), before);

        assertThat(result.done()).as(result.detail()).isTrue();
        assertThat(result.detail()).contains("200 of 200");
        share.settle();
        for (int i = 0; i < 300; i++) {
            assertThat(b.read("work/d%d/f%d".formatted(i % 3, i))).isEqualTo("old " + i);
        }
        assertThat(b.read("work/added")).isEqualTo("added");
        assertThat(b.read("other")).isEqualTo("new");
        assertThat(a.keeps("newer still")).isTrue();
        assertThat(a.versions("work")).hasSize(301);
        assertThat(a.control().restoreBefore(RelativePath.of("work"), Instant.now()).done())
                .isFalse();
    }

    @Test
    @DisplayName("a content that is in versions is copied there and never sent")
    void aContentInVersionsIsNotSent() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("large", "x".repeat(3_000_000)).write("small", "y".repeat(5_000));
        share.settle();
        Files.move(a.path("large"), base.resolve("large"));
        Files.move(a.path("small"), base.resolve("small"));
        share.settle();
        assertThat(b.has("large")).isFalse();
        b.stop();
        b.start();
        share.settle();

        Files.move(base.resolve("large"), a.path("returned"));
        share.settle();
        Files.move(base.resolve("small"), a.path("returned too"));
        share.settle();

        assertThat(b.read("returned")).isEqualTo("x".repeat(3_000_000));
        assertThat(b.read("returned too")).isEqualTo("y".repeat(5_000));
        assertThat(b.status().bytesReceived()).isLessThan(10_000);
    }

    @Test
    void nobodyElseReadsTheStateDirectory() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "1");
        share.settle();

        try (Stream<Path> files = Files.walk(b.state)) {
            assertThat(files.toList())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(
                            file ->
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(file)))
                                            .as("%s", file)
                                            .endsWith("------"));
        }
    }
}
