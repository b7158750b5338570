package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Everything that a tree holds, and bursts of it: rows D33-D36 and P of the scenarios. */
class TreesOfAllKindsTest extends ShareFixture {
    @Test
    void modesTimesLinksAndEmptyDirectoriesArrive() throws Exception {
        var a = share.node("a").start();
        share.node("b").start();
        Trees.sh(
                a.folder,
                """
                mkdir -p empty deep/er
                echo text > plain; chmod 600 plain; touch -d '2020-02-29 12:34:56.123456789' plain
                echo '#!/bin/sh' > tool; chmod 755 tool
                : > nothing
                ln -s plain relative; ln -s /etc/hostname absolute; ln -s nowhere dangling; ln -s loop loop
                chmod 750 deep; chmod 700 deep/er
                """);

        share.settle();
    }

    @Test
    @DisplayName("P2: links arrive as links; fifos and sockets are listed and never opened")
    void p02_linksAndSpecialFiles() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(
                a.folder,
                """
                ln -s ../outside up; ln -s /etc/hostname absolute; ln -s nowhere dangling
                ln -s a b; ln -s b a
                mkfifo pipe; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
                mknod device c 1 3 || mkfifo device
                echo 1 > after
                """);
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(a.problems())
                                        .filteredOn(it -> it.kind() == Problem.Kind.UNSUPPORTED)
                                        .extracting(Problem::subject)
                                        .containsExactlyInAnyOrder("pipe", "socket", "device"));
        List<String> links = List.of("up", "absolute", "dangling", "a", "b");
        await().atMost(Share.PATIENCE)
                .until(() -> b.has("after") && links.stream().allMatch(b::has));

        for (String link : links) {
            assertThat(Files.readSymbolicLink(b.path(link)))
                    .isEqualTo(Files.readSymbolicLink(a.path(link)));
        }
        assertThat(b.folder.toFile().list()).hasSize(1 + 5 + 1);

        Trees.sh(a.folder, "rm pipe socket device");
        await().atMost(Share.PATIENCE).until(() -> !a.hasProblem(Problem.Kind.UNSUPPORTED));
        share.settle();
    }

    @Test
    @Tag("long")
    @DisplayName("P1: two thousand nested directories are synced and deleted")
    void p01_nestedDirectories() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(
                a.folder,
                """
                python3 - <<'END'
                import os
                for i in range(2000):
                    os.mkdir("d%d" % (i % 10))
                    os.chdir("d%d" % (i % 10))
                open("bottom", "w").write("here")
                END
                """);
        assertThat(a.control().await(Duration.ofSeconds(100)).done()).isTrue();
        assertThat(depth(b.folder)).isEqualTo("2000 here");

        Trees.sh(a.folder, "rm -rf d0");
        await().atMost(Share.PATIENCE).until(() -> a.hasProblem(Problem.Kind.DELETIONS_HELD));
        a.control().confirmDeletes(false);
        await().atMost(Duration.ofSeconds(60)).until(() -> !b.has("d0"));
        share.settle();
    }

    @Test
    void aLargeDirectoryThatIsDeletedDoesNotComeBackEmpty() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(a.folder, "mkdir large && cd large && seq 3000 | xargs touch");
        share.settle();

        Trees.sh(a.folder, "rm -r large");
        await().atMost(Share.PATIENCE).until(() -> a.hasProblem(Problem.Kind.DELETIONS_HELD));
        a.control().confirmDeletes(false);
        share.settle();
        assertThat(a.has("large")).isFalse();
        assertThat(b.has("large")).isFalse();
    }

    private static String depth(Path folder) {
        return Trees.sh(
                        folder,
                        """
                        python3 - <<'END'
                        import os
                        n = 0
                        while os.path.isdir("d%d" % (n % 10)):
                            os.chdir("d%d" % (n % 10))
                            n += 1
                        print(n, open("bottom").read())
                        END
                        """)
                .strip();
    }

    @Test
    @DisplayName("P4: a sparse file of 512 MiB and a full one of 100 MB arrive")
    void p04_largeFilesArrive() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        try (RandomAccessFile sparse =
                new RandomAccessFile(base.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(512L << 20);
            sparse.seek(256L << 20);
            sparse.write("in the middle".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        Files.move(base.resolve("sparse"), a.path("sparse"));
        Trees.sh(a.folder, "head -c 100000000 /dev/urandom > full");
        await().atMost(Duration.ofSeconds(90)).until(() -> b.has("sparse") && b.has("full"));
        share.settle();
    }

    @Test
    @DisplayName("P11, D36: files in directories that are made in the same burst arrive at once")
    void p11_filesInNewDirectoriesArrive() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(
                a.folder,
                "i=0; while [ $i -lt 1000 ]; do mkdir -p a$i/b/c && echo $i > a$i/b/c/f; i=$((i+1)); done");

        share.settle();
        assertThat(b.read("a999/b/c/f")).isEqualTo("999\n");
    }

    @Test
    @Tag("long")
    @DisplayName("D34: a burst that overflows the queue of the kernel arrives in full")
    void d34_aBurstThatOverflowsTheQueueArrives() throws Exception {
        var a = share.node("a").start();
        share.node("b").start();
        Trees.sh(
                a.folder,
                """
                python3 - <<'END'
                import os
                for d in range(20):
                    os.mkdir("d%d" % d)
                    for i in range(600):
                        with open("d%d/f%d" % (d, i), "w") as f:
                            f.write("%d %d" % (d, i))
                END
                """);
        share.settle();
    }

    @Test
    @DisplayName("D33: one edit is sent once to each other node, and then there is silence")
    void d33_oneEditIsSentOnceToEachOtherNode() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        var c = share.node("c").start();
        a.write("f", "twelve bytes");
        share.settle();

        assertThat(a.status().bytesReceived()).isZero();
        assertThat(b.status().bytesReceived()).isEqualTo(12);
        assertThat(c.status().bytesReceived()).isEqualTo(12);
    }

    @Test
    void bothEditDifferentFilesAtOnce() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        for (int i = 0; i < 100; i++) {
            a.write("from a/" + i, "a" + i);
            b.write("from b/" + i, "b" + i);
        }
        share.settle();
        assertThat(a.read("from b/99")).isEqualTo("b99");
        assertThat(a.conflicts()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
    }

    @Test
    void theLaterOfTwoEditsWinsAndTheLoserCanBeBroughtBack() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "common");
        share.settle();
        a.stop();
        b.stop();
        a.write("f", "earlier");
        b.write("f", "later");
        Files.setLastModifiedTime(
                a.path("f"),
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().minusSeconds(10)));
        a.start();
        b.start();
        share.settle();
        assertThat(a.read("f")).isEqualTo("later");

        var conflict = a.conflicts().getFirst();
        assertThat(conflict.path().toString()).isEqualTo("f");
        assertThat(a.control().restore(conflict.path(), conflict.id()).done()).isTrue();
        share.settle();
        assertThat(a.read("f")).isEqualTo("earlier");
        assertThat(b.read("f")).isEqualTo("earlier");
    }

    @Test
    @Tag("long")
    void aDirectoryOfThousandsOfFilesIsDeleted() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(
                a.folder,
                """
                mkdir d; cd d
                python3 -c 'for i in range(4000): open("f%d" % i, "w").write(str(i))'
                """);
        share.settle();

        Trees.sh(a.folder, "rm -r d");
        await().atMost(Share.PATIENCE).until(() -> a.hasProblem(Problem.Kind.DELETIONS_HELD));
        a.control().confirmDeletes(false);
        await().atMost(Share.PATIENCE).until(() -> !b.has("d"));
        share.settle();
    }

    @Test
    @DisplayName("D33: three nodes are silent when nothing changes")
    void d33_threeNodesAreSilentWhenNothingChanges() throws Exception {
        var a = share.node("a").start();
        try (Relay toA = new Relay(a.listening())) {
            var b = share.node("b");
            b.dial(toA.address());
            b.start();
            var c = share.node("c");
            c.dial(toA.address());
            c.dial(b.listening());
            c.start();
            a.write("f", "text");
            share.settle();
            await().during(Duration.ofSeconds(1)).atMost(Share.PATIENCE).until(() -> true);

            long bytes = toA.bytes();
            long pieces = toA.pieces();
            Duration quiet = Duration.ofSeconds(Integer.getInteger("silence.seconds", 12));
            await().during(quiet).atMost(quiet.plusSeconds(5)).until(() -> true);

            // Keep-alives: one every two seconds in each of four directions, each a small record.
            long keepAlives = 4 * (quiet.toSeconds() / 2 + 1);
            assertThat(toA.pieces() - pieces).isLessThanOrEqualTo(keepAlives);
            assertThat(toA.bytes() - bytes).isLessThanOrEqualTo(keepAlives * 64);
        }
    }
}
