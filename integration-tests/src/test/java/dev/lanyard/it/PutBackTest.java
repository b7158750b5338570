package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Decision;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Side;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.engine.Decision.What;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a user puts back is one version, however slow the disk: the watcher sees it long before it
 * is durable, and nobody takes it for an edit.
 */
class PutBackTest {
    private static final RelativePath NOTE = RelativePath.of("note");
    private static final RelativePath WITNESS = RelativePath.of("witness");

    @TempDir private Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        a = share.node("a").start();
        b = share.node("b").start();
    }

    @AfterEach
    void close() {
        share.close();
    }

    /** At the first of the calls, lets {@code node} notice all that was done in its folder. */
    private static void noticeBefore(Share.Node node, Predicate<FaultyDisk.Call> calls) {
        node.disk.before(FaultyDisk.nth(1, calls), () -> notice(node));
    }

    /** Returns when the node knows of a file that is written now: it has seen all before that. */
    private static void notice(Share.Node node) throws IOException {
        node.write("witness", "text");
        await().atMost(Share.PATIENCE).until(() -> !made(node, WITNESS, 0).isEmpty());
    }

    private static List<String> made(Share.Node node, RelativePath path, long after)
            throws Exception {
        return node.control().log(1_000, after).stream()
                .filter(it -> it.path().equals(path) && it.what() == What.MADE)
                .map(Decision::detail)
                .toList();
    }

    private static long lastDecision(Share.Node node) throws Exception {
        return node.control().log(1, 0).getLast().number();
    }

    private static void assertDone(Result result) {
        assertThat(result.done()).as(result.detail()).isTrue();
    }

    private void assertMadeOnce(long after) throws Exception {
        share.settle();
        assertThat(made(a, NOTE, after)).as("versions made by putting back").hasSize(1);
        assertThat(b.read("note")).isEqualTo("first");
        assertThat(a.has("witness")).as("the disk was slow").isTrue();
    }

    @Test
    void fromVersionsKeptHere() throws Exception {
        a.write("note", "first");
        share.settle();
        b.delete("note");
        share.settle();
        long before = lastDecision(a);
        noticeBefore(a, FaultyDisk.at(Operation.FLUSH, NOTE));

        assertDone(a.control().restore(NOTE, null));

        assertMadeOnce(before);
    }

    @Test
    void overWhatIsThere() throws Exception {
        a.write("note", "first");
        share.settle();
        b.write("note", "second");
        share.settle();
        long before = lastDecision(a);
        noticeBefore(a, FaultyDisk.at(Operation.FLUSH, NOTE));

        assertDone(a.control().restore(NOTE, null));

        assertMadeOnce(before);
        assertThat(a.keeps("second")).isTrue();
    }

    @Test
    void fromAPeer() throws Exception {
        a.write("note", "first");
        share.settle();
        a.delete("note");
        share.settle();
        Version kept =
                await().atMost(Share.PATIENCE)
                        .until(
                                () -> a.control().versionsElsewhere(NOTE).versions(),
                                told -> told.size() == 1)
                        .getFirst();
        long before = lastDecision(a);
        noticeBefore(a, FaultyDisk.at(Operation.FLUSH, NOTE));

        assertDone(a.control().restore(NOTE, kept.id()));

        assertMadeOnce(before);
    }

    @Test
    void asItWasBefore() throws Exception {
        a.write("note", "first");
        share.settle();
        Instant then = Instant.now();
        b.write("note", "second");
        share.settle();
        long before = lastDecision(a);
        noticeBefore(a, FaultyDisk.any(Operation.FLUSH_ALL));

        assertDone(a.control().restoreBefore(NOTE, then));

        assertMadeOnce(before);
    }

    @Test
    void besideTheWinnerOfAConflict() throws Exception {
        a.write("note", "old");
        share.settle();
        a.stop();
        b.write("note", "first");
        share.settle();
        a.write("note", "loser");
        Files.setLastModifiedTime(a.path("note"), FileTime.from(Instant.now().minusSeconds(600)));
        a.start();
        share.settle();
        await().atMost(Share.PATIENCE).until(() -> a.conflicts().size() == 1);
        long before = lastDecision(a);
        noticeBefore(
                a,
                call ->
                        call.operation() == Operation.FLUSH
                                && call.path() != null
                                && !call.path().equals(NOTE));

        Result result = a.control().resolve(NOTE, Side.BOTH);

        assertDone(result);
        RelativePath beside =
                RelativePath.of(
                        result.detail().substring(result.detail().indexOf("beside it") + 10));
        assertMadeOnce(before);
        assertThat(made(a, beside, before)).containsExactly("new");
        assertThat(b.read(beside.toString())).isEqualTo("loser");
    }

    @Test
    void whereNothingCouldBePutBackAnEditIsFound() throws Exception {
        a.write("note", "first");
        share.settle();
        b.delete("note");
        share.settle();
        a.disk.before(
                FaultyDisk.any(Operation.SET_ATTRIBUTES),
                () -> {
                    a.write("note", "of a user");
                    notice(a);
                });
        a.disk.fail(FaultyDisk.any(Operation.SET_ATTRIBUTES), Fault.IO);

        Result result = a.control().restore(NOTE, null);
        a.disk.heal();

        assertThat(result.done()).isFalse();
        share.settle();
        assertThat(b.read("note")).isEqualTo("of a user");
    }
}
