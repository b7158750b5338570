package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Elsewhere;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What only other machines keep, between real nodes: it is listed here, and comes back here. */
class PeerVersionsTest extends ShareFixture {
    private static Elsewhere elsewhere(Share.Node node, String path) throws Exception {
        return node.control().versionsElsewhere(RelativePath.of(path));
    }

    /** A moment after something was displaced, what it was is not written down yet. */
    private static List<Version> awaitElsewhere(Share.Node node, String path, int count) {
        return await().atMost(Share.PATIENCE)
                .until(() -> elsewhere(node, path).versions(), told -> told.size() == count);
    }

    private static void assertDone(Result result) {
        assertThat(result.done()).as(result.detail()).isTrue();
    }

    private static void makeExecutable(Path file) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 100_000, 700_000, 5_000_000})
    void whoOverwroteAFileGetsItBackFromWhoKeptIt(int bytes) throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        byte[] first = new byte[bytes];
        new Random(bytes).nextBytes(first);
        Files.write(a.path("tool"), first);
        makeExecutable(a.path("tool"));
        Instant modified = Instant.parse("2025-05-05T05:05:05.123456789Z");
        Files.setLastModifiedTime(a.path("tool"), FileTime.from(modified));
        share.settle();
        a.write("tool", "overwritten");
        Files.setPosixFilePermissions(a.path("tool"), PosixFilePermissions.fromString("rw-r-----"));
        share.settle();
        assertThat(a.versions("tool")).as("nothing displaced it on a").isEmpty();

        Version kept = awaitElsewhere(a, "tool", 1).getFirst();
        Result result = a.control().restore(kept.path(), kept.id());

        assertThat(kept.machine()).isEqualTo("b");
        assertThat(kept.id()).endsWith("@b");
        assertThat(kept.sizeBytes()).isEqualTo(bytes);
        assertThat(kept.mtime()).isEqualTo(modified);
        assertThat(kept.why()).isEqualTo(Keep.REPLACED);
        assertDone(result);
        share.settle();
        for (Share.Node node : List.of(a, b)) {
            assertThat(Files.readAllBytes(node.path("tool"))).isEqualTo(first);
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(node.path("tool"))))
                    .isEqualTo("rwxr-x---");
            assertThat(Files.getLastModifiedTime(node.path("tool")).toInstant())
                    .isEqualTo(modified);
        }
        assertThat(a.keeps("overwritten")).as("what the restore displaced").isTrue();
    }

    @Test
    void withoutAVersionTheMostRecentOfAllPeersComesBack() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("notes", "first");
        share.settle();
        a.write("notes", "second");
        share.settle();
        var c = share.node("c").start();
        share.settle();
        a.delete("notes");
        share.settle();
        awaitElsewhere(a, "notes", 2);

        assertDone(a.control().restore(RelativePath.of("notes"), null));

        share.settle();
        for (Share.Node node : List.of(a, b, c)) {
            assertThat(node.read("notes")).isEqualTo("second");
        }
    }

    @Test
    void eachContentIsListedOnceAndNotIfItIsKeptHere() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        var c = share.node("c").start();
        a.write("notes", "first");
        share.settle();
        a.write("notes", "second");
        share.settle();

        awaitElsewhere(a, "notes", 1);
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(elsewhere(b, "notes").versions()).isEmpty());
        assertThat(b.versions("notes")).hasSize(1);
        assertThat(elsewhere(c, "never")).isEqualTo(new Elsewhere(List.of(), List.of(), List.of()));
    }

    @Test
    void ofADirectoryAllThatWasBelowItIsListed() throws Exception {
        var a = share.node("a").start();
        share.node("b").start();
        a.write("d/x", "x").write("d/e/y", "y").write("other", "z");
        share.settle();
        Trees.sh(a.folder, "rm -r d other");
        share.settle();

        List<Version> kept = awaitElsewhere(a, "d", 2);

        assertThat(kept).extracting(it -> it.path().toString()).containsOnly("d/x", "d/e/y");
        for (Version version : kept) {
            assertDone(a.control().restore(version.path(), version.id()));
        }
        share.settle();
        assertThat(a.read("d/x") + a.read("d/e/y")).isEqualTo("xy");
    }

    @Test
    void aLinkComesBack() throws Exception {
        var a = share.node("a").start();
        share.node("b").start();
        Files.createSymbolicLink(a.path("link"), Path.of("target"));
        share.settle();
        Files.delete(a.path("link"));
        share.settle();
        awaitElsewhere(a, "link", 1);

        assertDone(a.control().restore(RelativePath.of("link"), null));

        share.settle();
        assertThat(Files.readSymbolicLink(a.path("link"))).isEqualTo(Path.of("target"));
    }

    @Test
    void aLongListSaysThatThereIsMore() throws Exception {
        var a = share.node("a").start();
        share.node("b").start();
        for (int i = 0; i < 230; i++) {
            a.write("d/" + i, "content " + i);
        }
        share.settle();
        Trees.sh(a.folder, "for f in d/*; do echo new > $f; done");
        share.settle();

        awaitElsewhere(a, "d", 200);

        assertThat(elsewhere(a, "d").more()).containsExactly("b");
    }

    @Test
    void whatCannotBeHadIsSaid() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("notes", "first");
        share.settle();
        a.write("notes", "second");
        share.settle();
        Version kept = awaitElsewhere(a, "notes", 1).getFirst();

        assertThat(a.control().restore(kept.path(), "17-R@b").detail())
                .isEqualTo("notes: no such version; lanyard versions lists those that there are");
        assertThat(a.control().restore(kept.path(), "17-R@\u001b[2J").detail())
                .isEqualTo("notes: no peer that is connected is called %1B[2J");
        assertThat(a.control().restore(RelativePath.of("never"), null).detail())
                .isEqualTo("never: no version is kept here, nor on a machine that is connected");
        try (Stream<Path> files = Files.list(b.folder.resolve(".lanyard/versions"))) {
            for (Path file : files.filter(it -> !it.toString().endsWith(".json")).toList()) {
                Files.writeString(file, "other"); // Of the same length.
            }
        }
        assertThat(a.control().restore(kept.path(), kept.id()).detail())
                .startsWith("notes: b does not have it any more");
        assertThat(a.read("notes")).isEqualTo("second");
        b.stop();
        await().atMost(Share.PATIENCE).until(() -> a.status().peersConnected() == 0);
        assertThat(a.control().restore(kept.path(), kept.id()).detail())
                .isEqualTo("notes: no peer that is connected is called b");
        assertThat(a.folder.resolve(".lanyard/staging")).isEmptyDirectory();
    }
}
