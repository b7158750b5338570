package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Side;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.engine.Problem.Kind;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** Problems come when there is a cause, and go by themselves when it is gone. */
class ProblemsTest extends ShareFixture {
    private static void awaitProblem(Share.Node node, Kind kind, String subject) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.problems())
                                        .filteredOn(problem -> problem.kind() == kind)
                                        .extracting(Problem::subject)
                                        .containsExactly(subject));
    }

    private static void awaitNoProblem(Share.Node node) {
        await().atMost(Share.PATIENCE).untilAsserted(() -> assertThat(node.problems()).isEmpty());
    }

    @Test
    void aWrongClockIsListedOnBothSidesUntilItIsRightOrGone() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b");
        b.clock.goAhead(Duration.ofSeconds(40));
        b.start();

        awaitProblem(a, Kind.CLOCK_OFF, "b");
        awaitProblem(b, Kind.CLOCK_OFF, "a");
        assertThat(a.problems().getFirst().detail()).contains("seconds ahead");
        assertThat(b.problems().getFirst().detail()).contains("seconds behind");

        b.stop();
        awaitNoProblem(a);

        b.start();
        awaitProblem(a, Kind.CLOCK_OFF, "b");
        b.clock.goAhead(Duration.ZERO);
        awaitNoProblem(a);
        awaitNoProblem(b);
    }

    @Test
    void aConflictIsListedUntilSomebodyHasDealtWithIt() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "first");
        share.settle();
        a.stop();
        b.write("f", "of b");
        share.settle();
        a.write("f", "of a");
        Files.setLastModifiedTime(a.path("f"), FileTime.from(Instant.now().minusSeconds(600)));
        a.start();
        share.settle();

        awaitProblem(a, Kind.CONFLICT, "f");
        assertThat(a.status().problemCount()).isEqualTo(1);
        assertThat(a.control().why(RelativePath.of("f")).problems()).hasSize(1);
        assertThat(b.problems()).isEmpty();

        a.stop();
        a.start();
        awaitProblem(a, Kind.CONFLICT, "f"); // It is found again.

        assertThat(a.control().resolve(RelativePath.of("f"), Side.THEIRS).done()).isTrue();
        assertThat(a.problems()).isEmpty();
    }

    @Test
    void aFullDiskIsListedUntilThereIsRoom() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        share.settle();
        b.disk.fail(FaultyDisk.any(Operation.WRITE_BYTES), Fault.DISK_FULL);

        a.write("f", "too much");
        awaitProblem(b, Kind.DISK_FULL, "f");

        b.disk.heal();
        awaitNoProblem(b);
        share.settle();
        assertThat(b.read("f")).isEqualTo("too much");
    }
}
