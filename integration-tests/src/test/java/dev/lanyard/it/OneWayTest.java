package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.protocol.message.Message.Mode;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Nodes that only give, or only take, beside one that does both. */
class OneWayTest extends ShareFixture {
    private Share.Node start(String name, Mode mode) throws Exception {
        Share.Node node = share.node(name);
        node.mode = mode;
        return node.start();
    }

    private static void differs(Share.Node node, String... paths) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(node.status().differing()).isEqualTo(paths.length);
                            assertThat(node.problems())
                                    .filteredOn(each -> each.kind() == Problem.Kind.ONE_WAY)
                                    .extracting(Problem::subject)
                                    .containsExactlyInAnyOrder(paths);
                        });
    }

    @Test
    @DisplayName("a send-only node gives what it has and takes nothing, until it overrides")
    void aSendOnlyNodeTakesNothing() throws Exception {
        Share.Node a = start("a", Mode.TWO_WAY);
        Share.Node s = start("s", Mode.SEND_ONLY);
        s.write("edited", "of s").write("deleted", "of s").write("mine", "of s");
        share.settle();

        a.write("edited", "of a").write("new", "of a").delete("deleted");
        differs(s, "edited", "new", "deleted");
        assertThat(s.read("edited")).isEqualTo("of s");
        assertThat(s.has("deleted")).isTrue();
        assertThat(s.has("new")).isFalse();
        Result there = a.control().await(Duration.ofSeconds(20));
        assertThat(there.done()).isFalse();
        assertThat(there.detail()).contains("s cannot: it is send-only, and 3 entries differ");
        assertThat(s.control().await(Duration.ofSeconds(20)).done()).isTrue();

        s.write("edited", "later, of s");
        Files.setLastModifiedTime(s.path("edited"), FileTime.from(Instant.now().minusMillis(1)));
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(a.read("edited")).isEqualTo("later, of s"));
        assertThat(a.keeps("of a")).isTrue();
        differs(s, "new", "deleted");

        assertThat(s.control().revert().done()).as("that is for the others").isFalse();
        assertThat(s.control().override()).isEqualTo(new Result(true, "2"));
        share.settle();
        differs(s);
        assertThat(a.has("new")).isFalse();
        assertThat(a.keeps("of a")).isTrue();
        assertThat(a.read("deleted")).isEqualTo("of s");
    }

    @Test
    @DisplayName("S17: a receive-only node gives nothing, and loses nothing of its own")
    void s17_aReceiveOnlyNodeGivesNothing() throws Exception {
        Share.Node a = start("a", Mode.TWO_WAY);
        Share.Node r = start("r", Mode.RECEIVE_ONLY);
        a.write("edited", "of a").write("deleted", "of a").write("both", "of a");
        a.write("d/shared", "of a").write("e/shared", "of a");
        share.settle();
        var before = Trees.listing(a.folder);

        r.write("edited", "of r").write("new", "of r").write("both", "of r").delete("deleted");
        r.write("d/own", "of r");
        differs(r, "edited", "new", "both", "deleted", "d/own");
        Result here = r.control().await(Duration.ofSeconds(20));
        assertThat(here.done()).isFalse();
        assertThat(here.detail()).contains("receive-only", "5 changes");
        Result there = a.control().await(Duration.ofSeconds(20));
        assertThat(there.done()).isFalse();
        assertThat(there.detail()).contains("r cannot: it is receive-only, and 3 entries");
        assertThat(Trees.listing(a.folder)).isEqualTo(before);

        // A later version of others displaces a change; a deletion of theirs leaves what is only
        // here.
        a.write("both", "later, of a");
        Files.setLastModifiedTime(a.path("both"), FileTime.from(Instant.now().plusSeconds(2)));
        Trees.sh(a.folder, "rm -r d e");
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(r.read("both")).isEqualTo("later, of a");
                            assertThat(r.has("d/shared")).isFalse();
                            assertThat(r.has("e")).isFalse();
                        });
        assertThat(r.keeps("of r")).isTrue();
        assertThat(r.conflicts()).hasSize(1);
        assertThat(r.read("d/own")).isEqualTo("of r");
        differs(r, "edited", "new", "deleted", "d", "d/own");

        assertThat(r.control().revert().done()).isTrue();
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(r.read("edited")).isEqualTo("of a");
                            assertThat(r.read("deleted")).isEqualTo("of a");
                        });
        differs(r, "new", "d", "d/own");
        assertThat(List.of(r.read("new"), r.read("d/own"))).containsOnly("of r");
        assertThat(a.has("new")).isFalse();

        r.stop();
        r.mode = Mode.TWO_WAY;
        r.start();
        share.connected();
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(a.read("new")).isEqualTo("of r"));
    }
}
