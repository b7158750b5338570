package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Call;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What a file system refuses, and what is in place when it does: real nodes over a disk that
 * behaves as that of another system, or as one that has gone away.
 */
class RefusalsTest extends TwoNodesFixture {
    private static final RelativePath FILE = RelativePath.of("f");
    private static final Set<Operation> REPLACING =
            Set.of(Operation.EXCHANGE, Operation.REPLACE, Operation.PLACE, Operation.TAKE);

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "NOT_PERMITTED"})
    @DisplayName("D51: what is refused while somebody reads is tried again, ever more rarely")
    void d51_aReaderHoldsTheFileOpen(Fault refusal) throws Exception {
        a.write("f", "old").write("other", "old");
        share.settle();
        List<Long> tries = new CopyOnWriteArrayList<>();
        Predicate<Call> replacing =
                call -> REPLACING.contains(call.operation()) && Objects.equals(FILE, call.path());
        b.disk.before(replacing, () -> tries.add(System.nanoTime()));
        b.disk.fail(replacing, refusal); // As Windows does while a reader has the file open.

        a.write("f", "new").write("other", "new");
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(b.read("f")).isEqualTo("old");
                            assertThat(tries).hasSizeGreaterThanOrEqualTo(5);
                        });

        assertThat(b.read("other")).as("the rest goes on").isEqualTo("new");
        List<Duration> pauses =
                IntStream.range(1, 5)
                        .mapToObj(i -> Duration.ofNanos(tries.get(i) - tries.get(i - 1)))
                        .toList();
        // A try may be late, never early.
        assertThat(pauses.get(2)).isGreaterThan(Duration.ofMillis(390));
        assertThat(pauses.get(3)).isGreaterThan(Duration.ofMillis(790));
        b.disk.heal();
        await().atMost(Share.PATIENCE).until(() -> b.read("f").equals("new"));
        share.settle();
        assertThat(b.keeps("old")).isTrue();
        assertThat(b.problems()).isEmpty();
    }

    @Test
    @DisplayName("D52: what cannot be flushed is not durable, whatever the reason that is given")
    void d52_aRefusedFlushIsNoFlush() throws Exception {
        a.write("f", "old");
        share.settle();
        b.disk.fail(FaultyDisk.any(Operation.FLUSH), Fault.NOT_PERMITTED);
        b.disk.fail(FaultyDisk.any(Operation.FLUSH_ALL), Fault.NOT_PERMITTED);

        a.write("f", "new");
        await().atMost(Share.PATIENCE).until(() -> b.read("f").equals("new"));
        var waited = a.control().await(Share.PATIENCE);

        assertThat(waited.done()).isFalse();
        assertThat(waited.detail()).contains("b cannot").contains("its disk did not take");
        assertThat(b.problems())
                .extracting(Problem::kind)
                .containsExactly(Problem.Kind.NOT_DURABLE);
        b.stop();
        b.disk.heal();
        b.start(); // What was not flushed is looked at again.
        share.settle();
        assertThat(b.read("f")).isEqualTo("new");
        assertThat(b.problems()).isEmpty();
    }

    @Test
    @DisplayName("S14: what was not scanned yet is not replaced by a directory or a link")
    void s14_whatWasNotScannedIsNotReplacedByAnotherKind() throws Exception {
        whenPlaced(RelativePath.of("d"), () -> b.write("d", "a file of b"));
        whenPlaced(RelativePath.of("l"), () -> b.write("l", "a file of b, too"));

        Trees.sh(a.folder, "ln -s nowhere l; mkdir d; echo inside > d/f");
        share.settle();

        assertThat(b.read("d/f")).isEqualTo("inside\n");
        assertThat(kept("a file of b")).isTrue();
        assertThat(kept("a file of b, too")).isTrue();
    }

    /** Another program makes something at {@code path} just before it is placed there. */
    private void whenPlaced(RelativePath path, FaultyDisk.Act act) {
        b.disk.before(FaultyDisk.nth(1, FaultyDisk.at(Operation.PLACE, path)), act);
    }

    private boolean kept(String text) throws IOException {
        for (Share.Node node : share.running()) {
            try (var files = Files.walk(node.folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (Files.readString(file).equals(text)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    @Test
    @DisplayName("S33: a mount that answers with stale handles at boot deletes nothing")
    void s33_aStaleMountDeletesNothing() throws Exception {
        for (int i = 0; i < 60; i++) {
            a.write("d" + i % 3 + "/f" + i, "content " + i);
        }
        share.settle();
        a.stop();
        for (Operation operation : List.of(Operation.LIST, Operation.STAT, Operation.READ)) {
            a.disk.fail(isInTree(operation), Fault.IO); // What ESTALE is for us.
        }

        a.start();
        share.connected();
        await().atMost(Share.PATIENCE).until(() -> a.hasProblem(Problem.Kind.UNREADABLE));
        b.write("later", "goes on");

        assertThat(Trees.listing(b.folder)).hasSize(64);
        a.disk.heal();
        a.control().rescan();
        share.settle();
        assertThat(Trees.listing(a.folder)).hasSize(64);
        assertThat(a.problems()).isEmpty();
    }

    private static Predicate<Call> isInTree(Operation operation) {
        return call -> call.operation() == operation && call.place() == null;
    }
}
