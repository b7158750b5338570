package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real node is killed (SIGKILL) before and after the calls that change something while it applies
 * steps of every kind: a real process, real files. Started again, it must come to what its peer
 * has, with nothing lost, nothing left in staging, and nothing told that no user did.
 */
class KilledAtEveryCallTest {
    private static final int KILLED = 128 + 9;

    /** So long may it take to notice that the node is dead. */
    private static final Duration MOMENT = Duration.ofMillis(300);

    /** What is there before; its contents are all different. */
    private static final String BEFORE =
            """
            echo kept > kept; echo edited > edited; echo gone > gone; echo mode > mode
            seq 1 400000 > big
            mkdir -p dir gone-dir mode-dir tree/in file-to-be; chmod 700 mode-dir
            echo a > dir/a; echo in-gone-dir > gone-dir/x; echo x > file-to-be/x
            for i in 1 2 3; do echo $i > tree/in/$i; done
            echo dir-to-be > dir-to-be; echo link-to-be > link-to-be; ln -s kept link
            echo name > old-name; echo over > over; echo overwritten > overwritten
            """;

    /** A change of every kind. */
    private static final String CHANGES =
            """
            echo another > edited; rm gone; chmod 600 mode; chmod 755 mode-dir
            { echo inserted; seq 1 200000; echo in-between; seq 200001 400000; } > .tmp; mv .tmp big
            rm -r gone-dir; mv tree moved-tree; echo new > moved-tree/in/new
            rm -r file-to-be; echo file > file-to-be
            rm dir-to-be; mkdir dir-to-be; echo inside > dir-to-be/inside
            rm link-to-be; ln -s dir link-to-be; ln -sfn edited link
            mv old-name new-name; mv over overwritten
            mkdir -p made/deep; echo fresh > made/deep/fresh; touch -d 2001-02-03 kept
            """;

    /** What a user had before and has not any more, where it must be. */
    private static final List<String> DISPLACED =
            List.of("edited", "gone", "in-gone-dir", "x", "dir-to-be", "link-to-be", "overwritten");

    @Test
    @DisplayName("P10: a node that is killed at some of its calls converges, and nothing is lost")
    void p10_killedAtSomeCalls(@TempDir Path base) throws Exception {
        assertThat(killAt(base, 3, 11)).as("how many calls there are").isGreaterThan(80);
    }

    @Test
    @Tag("long")
    @DisplayName("P10: a node that is killed at any of its calls converges, and nothing is lost")
    void p10_killedAtEveryCall(@TempDir Path base) throws Exception {
        assertThat(killAt(base, 1, 1)).as("how many calls there are").isGreaterThan(80);
    }

    /** Returns after how many calls there was nothing left to do. */
    private static int killAt(Path base, int first, int stride) throws Exception {
        int call = first;
        for (boolean after = false; ; after = !after) {
            Path here = Files.createDirectory(base.resolve(call + (after ? "-after" : "-before")));
            boolean killed = isKilled(here, new MortalNode.Death(call, after));
            if (!killed && !after) { // There is no "after" where the call itself fails.
                return call;
            }
            Trees.sh(base, "rm -rf " + here.getFileName());
            if (after || stride > 1) {
                call += stride;
            }
        }
    }

    private static boolean isKilled(Path base, MortalNode.Death death) throws Exception {
        try (Share share = new Share(base)) {
            var a = share.node("a").start();
            Trees.sh(a.folder, BEFORE);
            var b = share.node("b").start();
            share.settle();
            b.stop();
            Trees.sh(a.folder, CHANGES);
            a.control().rescan();
            Map<String, String> wanted = Trees.listing(a.folder);

            boolean killed = run(share, a, b, base.resolve("finish"), death);
            b.start();
            share.settle();

            String when = death + ": " + Files.readString(base.resolve("b.said"));
            assertThat(Trees.listing(a.folder)).as(when).isEqualTo(wanted);
            for (String text : DISPLACED) {
                assertThat(b.keeps(text + "\n")).as("%s: keeps %s", when, text).isTrue();
            }
            assertThat(Trees.staged(b.folder)).as(when).isEmpty();
            assertThat(b.conflicts()).as(when).isEmpty();
            assertThat(a.conflicts()).as(when).isEmpty();
            return killed;
        }
    }

    private static boolean run(
            Share share, Share.Node a, Share.Node b, Path finish, MortalNode.Death death)
            throws Exception {
        Process process = MortalNode.start(share, b, a, finish, death);
        try {
            while (process.isAlive()) {
                if (a.status().peersConnected() == 1
                        && a.control().await(MOMENT).done()
                        && !Files.exists(finish)) {
                    Files.createFile(finish);
                }
                process.waitFor(Duration.ofMillis(20));
            }
            assertThat(process.exitValue())
                    .as(Files.readString(b.folder.resolveSibling("b.said")))
                    .isIn(0, KILLED);
            return process.exitValue() == KILLED;
        } finally {
            process.destroyForcibly();
        }
    }
}
