package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Scrubbed;
import dev.lanyard.node.app.control.NodeControl.Why;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.engine.Problem.Kind;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** A disk gives other bytes than it was given: that is said, nobody else gets them, it can heal. */
class ScrubTest {
    private static final String GOOD = "a content of some length, ".repeat(400_000);
    private static final String ROTTEN = GOOD.replace("some", "same");
    private static final RelativePath F = RelativePath.of("f");

    @TempDir private Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        a = share.node("a");
        b = share.node("b");
        a.clock.goAhead(Duration.ofMinutes(1)); // What is just written is not scrubbed.
        b.clock.goAhead(Duration.ofMinutes(1));
        a.start();
        b.start();
        a.write("d/e", "another").write("f", GOOD).write("g", "a third");
        share.settle();
    }

    @AfterEach
    void close() {
        share.close();
    }

    private void decay(String content) throws IOException {
        a.disk.decay(F, content.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code f} has decayed on {@code a}, and that was found out. */
    private void rot() throws Exception {
        decay(ROTTEN);
        assertThat(a.control().scrub().paths()).containsExactly(F);
        assertDecayed("f");
    }

    private void assertDecayed(String... paths) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(decayed()).containsExactly(paths));
    }

    private List<String> decayed() {
        return a.problems().stream()
                .filter(problem -> problem.kind() == Kind.DECAYED)
                .map(Problem::subject)
                .toList();
    }

    private static String version(Share.Node node) throws Exception {
        Why why = node.control().why(F);
        return Objects.requireNonNull(why.known()).version();
    }

    @Test
    void allIsReadAndAllIsWell() throws Exception {
        Scrubbed scrubbed = a.control().scrub();

        assertThat(scrubbed).isEqualTo(new Scrubbed(3, GOOD.length() + 14L, 0, 0, List.of()));
        assertThat(a.problems()).isEmpty();
    }

    @Test
    @DisplayName("D13: a scrub finds what changed without a sign; it is repaired when asked for")
    void whatDecayedIsListedAndRepairedWhenAskedFor() throws Exception {
        String before = version(b);
        rot();
        a.control().rescan();
        assertThat(a.control().await(Share.PATIENCE).done()).isTrue();
        assertThat(a.read("f")).as("nobody has asked yet").isEqualTo(ROTTEN);
        assertThat(b.read("f")).isEqualTo(GOOD);
        assertThat(a.control().repair(RelativePath.of("g")).done()).isFalse();

        Result result = a.control().repair(F);

        assertThat(result.done()).as(result.detail()).isTrue();
        assertThat(a.read("f")).isEqualTo(GOOD);
        share.settle();
        assertThat(a.keeps(ROTTEN)).isTrue();
        assertThat(a.problems()).isEmpty();
        assertThat(version(a)).isEqualTo(before);
        assertThat(version(b)).isEqualTo(before);
        assertThat(b.versions("f")).isEmpty();
        assertThat(a.control().scrub().decayed()).isZero();
    }

    @Test
    void whatTheDiskCannotReadIsListedAndRepaired() throws Exception {
        a.disk.fail(FaultyDisk.at(Operation.READ_BYTES, F), Fault.IO);
        assertThat(a.control().scrub().paths()).containsExactly(F);
        assertDecayed("f");

        Result result = a.control().repair(F);

        assertThat(result.done()).as(result.detail()).isTrue();
        a.disk.heal();
        share.settle();
        assertThat(a.control().scrub().decayed()).isZero();
        assertThat(a.problems()).isEmpty();
    }

    @Test
    void withoutAPeerNothingIsRepairedAndNothingIsLost() throws Exception {
        rot();
        b.stop();
        await().atMost(Share.PATIENCE).until(() -> a.status().peersConnected() == 0);

        Result result = a.control().repair(F);

        assertThat(result)
                .isEqualTo(
                        new Result(
                                false, "f: no machine is connected that could have its content"));
        assertThat(a.read("f")).isEqualTo(ROTTEN);
        assertDecayed("f");
    }

    @Test
    void aMachineThatIsNewGetsTheGoodBytes() throws Exception {
        rot();

        Share.Node c = share.node("c");
        c.start();
        share.connected();

        await().atMost(Share.PATIENCE).until(() -> c.has("f"));
        assertThat(c.read("f")).isEqualTo(GOOD);
    }

    @Test
    void aRestartForgetsNoDecayAndTellsNobody() throws Exception {
        String before = version(b);
        rot();

        a.stop();
        a.start();
        share.connected();
        assertThat(a.control().await(Share.PATIENCE).done()).isTrue();

        assertDecayed("f");
        assertThat(version(b)).isEqualTo(before);
        assertThat(b.read("f")).isEqualTo(GOOD);
        assertThat(a.control().repair(F)).matches(NodeControl.Result::done);
    }

    @Test
    void aNodeThatIsStoppedInTheMiddleOfARepairTellsNobody() throws Exception {
        String before = version(b);
        rot();
        a.disk.fail(FaultyDisk.any(Operation.EXCHANGE), Fault.IO);
        assertThat(a.control().repair(F).done()).isFalse();

        a.stop();
        a.disk.heal();
        a.start();
        share.settle();

        assertThat(a.read("f")).isEqualTo(GOOD);
        assertThat(version(b)).isEqualTo(before);
        assertThat(a.problems()).isEmpty();
    }

    @Test
    void whatWasExchangedAndExchangedBackIsNoEdit() throws Exception {
        String before = version(b);
        rot();
        a.disk.fail(FaultyDisk.nth(1, call -> call.operation() == Operation.ARCHIVE), Fault.IO);
        a.disk.inUse(
                FaultyDisk.nth(
                        1, call -> call.operation() == Operation.IS_QUIET && call.place() != null));
        assertThat(a.control().repair(F).done()).isFalse();

        await().atMost(Share.PATIENCE).untilAsserted(() -> assertThat(decayed()).isEmpty());
        share.settle();

        assertThat(a.read("f")).isEqualTo(GOOD);
        assertThat(version(b)).isEqualTo(before);
        assertThat(version(a)).isEqualTo(before);
    }

    @Test
    void whoTouchesItKeepsItsBytes() throws Exception {
        rot();

        Files.setLastModifiedTime(
                a.path("f"), FileTime.from(Instant.parse("2026-11-01T10:00:00Z")));
        share.settle();

        assertThat(b.read("f")).isEqualTo(ROTTEN);
        assertThat(b.keeps(GOOD)).isTrue();
        assertThat(decayed()).isEmpty();
    }

    @Test
    void whatIsReadWellAgainIsListedNoMore() throws Exception {
        rot();

        decay(GOOD);
        assertThat(a.control().scrub().decayed()).isZero();

        await().atMost(Share.PATIENCE).until(() -> a.problems().isEmpty());
    }
}
