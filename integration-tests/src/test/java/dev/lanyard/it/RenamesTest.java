package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What is renamed is renamed everywhere, with its inode, and an edit follows it. */
class RenamesTest extends ShareFixture {
    @Test
    @DisplayName("P7, D38: the files of a renamed directory keep their inodes and are not sent")
    void p07_theFilesOfARenamedDirectoryKeepTheirInodes() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(
                a.folder,
                "mkdir d && cd d && for i in $(seq 500); do echo \"text $i\" > f$i; done");
        share.settle();
        Map<String, Object> inodes = inodes(b.path("d"));
        long received = b.status().bytesReceived();

        Trees.sh(a.folder, "mv d renamed");
        share.settle();

        assertThat(b.has("d")).isFalse();
        assertThat(inodes(b.path("renamed"))).hasSize(500).isEqualTo(inodes);
        assertThat(b.status().bytesReceived()).isEqualTo(received);
    }

    @Test
    @DisplayName("P7, D27: a directory is renamed as one, with all that only this node has in it")
    void p07_aDirectoryIsRenamedAsOne() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write(".lanyardignore", "*.o\n");
        Trees.sh(
                a.folder,
                "mkdir -p archive d/deep/er; echo 1 > d/one; echo 2 > d/deep/er/two; ln -s one d/link");
        share.settle();
        b.write("d/deep/ignored.o", "made by a build on b");
        Map<String, Object> inodes = inodes(b.folder);
        Map<String, Object> deep = inodes(b.path("d/deep"));

        Trees.sh(a.folder, "mv d archive/d2");
        await().atMost(Duration.ofSeconds(40)).until(() -> b.has("archive/d2/one") && !b.has("d"));

        assertThat(inodes(b.path("archive")).get("d2")).isEqualTo(inodes.get("d"));
        assertThat(inodes(b.path("archive/d2/deep"))).isEqualTo(deep);
        assertThat(b.read("archive/d2/deep/ignored.o")).isEqualTo("made by a build on b");
        assertThat(b.read("archive/d2/link")).isEqualTo("1\n");
        Files.delete(b.path("archive/d2/deep/ignored.o"));
        share.settle();
    }

    @Test
    @DisplayName("D28: what is edited in a directory while others rename it is not lost")
    void d28_anEditInADirectoryThatIsRenamed() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(a.folder, "mkdir d; for i in $(seq 50); do echo $i > d/f$i; done");
        share.settle();

        Trees.sh(a.folder, "mv d e");
        Trees.sh(b.folder, "echo edited > d/f7 || echo edited > e/f7");
        share.settle();

        // Under the old name if the edit was heard of before the rename was found: both are there.
        assertThat(a.read(a.has("d/f7") ? "d/f7" : "e/f7")).isEqualTo("edited\n");
        assertThat(a.has("e/f8")).isTrue();
        assertThat(a.has("d/f8")).isFalse();
    }

    @Test
    void aFileThatWasRenamedWhileItsNodeWasStoppedIsRenamed() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("old", "some text");
        share.settle();
        Object inode = inodes(b.folder).get("old");
        a.stop();
        Trees.sh(a.folder, "mkdir in; mv old in/new");

        a.start();
        share.settle();

        assertThat(b.has("old")).isFalse();
        assertThat(b.read("in/new")).isEqualTo("some text");
        assertThat(inodes(b.path("in")).get("new")).isEqualTo(inode);
    }

    @Test
    @DisplayName("D28: an edit follows the file that was renamed at the same time")
    void d28_anEditFollowsTheFileThatWasRenamed() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(a.folder, "mkdir d; echo old > d/f; echo other > d/g");
        share.settle();
        a.stop();
        b.stop();
        Trees.sh(a.folder, "mv d e");
        b.write("d/f", "edited meanwhile");

        a.start();
        b.start();
        share.settle();

        assertThat(a.read("e/f")).isEqualTo("edited meanwhile");
        assertThat(a.has("d/f")).isFalse();
        assertThat(a.read("e/g")).isEqualTo("other\n");
    }

    @Test
    @DisplayName(
            "D29: directories that are moved into each other end, and every file is there once")
    void d29_directoriesThatAreMovedIntoEachOther() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(a.folder, "mkdir x y; echo 1 > x/one; echo 2 > y/two");
        share.settle();
        a.stop();
        b.stop();
        Trees.sh(a.folder, "mv x y/");
        Trees.sh(b.folder, "mv y x/");

        a.start();
        b.start();
        share.settle();

        assertThat(
                        Trees.sh(
                                        a.folder,
                                        "find . -name .lanyard -prune -o -name one -print | wc -l")
                                .strip())
                .isEqualTo("1");
        assertThat(
                        Trees.sh(
                                        a.folder,
                                        "find . -name .lanyard -prune -o -name two -print | wc -l")
                                .strip())
                .isEqualTo("1");
    }

    @Test
    void twoFilesChangePlaces() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(
                a.folder,
                "head -c 300000 /dev/zero | tr '\\0' 1 > a; head -c 300000 /dev/zero | tr '\\0' 2 > b");
        share.settle();

        Trees.sh(a.folder, "mv a t; mv b a; mv t b");
        share.settle();

        assertThat(b.read("a")).startsWith("2");
        assertThat(b.read("b")).startsWith("1");
    }

    @Test
    @DisplayName("P7: a file that is renamed over another one keeps its inode and is not sent")
    void p07_aFileThatIsRenamedOverAnotherKeepsItsInode() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(a.folder, "head -c 3000000 /dev/urandom > new; head -c 3000000 /dev/zero > old");
        Trees.sh(a.folder, "echo small > draft; echo previous > final");
        share.settle();
        Map<String, Object> inodes = inodes(b.folder);
        long received = b.status().bytesReceived();

        Trees.sh(a.folder, "mv new old; mv draft final");
        share.settle();

        assertThat(inodes(b.folder).get("old")).isEqualTo(inodes.get("new"));
        assertThat(inodes(b.folder).get("final")).isEqualTo(inodes.get("draft"));
        assertThat(b.has("new") || b.has("draft")).isFalse();
        assertThat(Files.mismatch(a.path("old"), b.path("old"))).isEqualTo(-1);
        assertThat(b.read("final")).isEqualTo("small\n");
        assertThat(b.status().bytesReceived()).isEqualTo(received);
        assertThat(Trees.sh(b.folder, "cat .lanyard/versions/*-R-* | grep -c previous").strip())
                .isEqualTo("1");
    }

    @Test
    @DisplayName("P7: the same for what was renamed while its node was stopped")
    void aFileThatWasRenamedOverAnotherWhileItsNodeWasStoppedIsRenamed() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        Trees.sh(a.folder, "mkdir d; echo one > d/new; echo two > old");
        share.settle();
        Object inode = inodes(b.path("d")).get("new");
        a.stop();
        Trees.sh(a.folder, "mv d/new old");

        a.start();
        share.settle();

        assertThat(b.read("old")).isEqualTo("one\n");
        assertThat(inodes(b.folder).get("old")).isEqualTo(inode);
        assertThat(b.has("d/new")).isFalse();
    }

    private static Map<String, Object> inodes(Path directory) throws IOException {
        Map<String, Object> inodes = new TreeMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                inodes.put(file.getFileName().toString(), Files.getAttribute(file, "unix:ino"));
            }
        }
        return inodes;
    }
}
