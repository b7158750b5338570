package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.app.control.FakeNode;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.core.engine.Effect.Phase;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

/** What is worth telling about a node. */
final class NarrationTest {
    private static final Status SCANNING = FakeNode.status(Phase.SCANNING, Duration.ZERO, 0, 0);
    private static final Status AT_ONCE =
            FakeNode.status(Phase.SYNCING, Duration.ofMillis(300), 10, 10);
    private static final Status BEGUN =
            FakeNode.status(Phase.SYNCING, Duration.ofSeconds(1), 1 << 20, 3 << 20);
    private static final Status LATER =
            FakeNode.status(Phase.SYNCING, Duration.ofSeconds(3), 3 << 20, 1 << 20);
    private static final Status LOST = FakeNode.status(Phase.ROOT_LOST, Duration.ZERO, 0, 0);

    private final Narration narration = new Narration(false);

    private List<String> lines(Status status) {
        return narration.hear(status).lines();
    }

    @Test
    void readyIsToldOnceAndNotBeforeTheScanIsOver() {
        assertThat(lines(SCANNING)).isEmpty();
        assertThat(lines(FakeNode.idle())).singleElement().asString().startsWith("ready");
        assertThat(lines(FakeNode.idle())).isEmpty();
    }

    @Test
    void catchingUpHasABeginAndAnEnd() {
        assertThat(lines(FakeNode.idle())).hasSize(1);

        assertThat(lines(BEGUN))
                .singleElement()
                .asString()
                .startsWith("catching up: 1.0 MiB of 4.0 MiB");
        assertThat(lines(LATER)).isEmpty();
        assertThat(lines(FakeNode.idle()))
                .containsExactly("caught up: 4.0 MiB fetched in 3 s; 12 files, 2.0 KiB");
        assertThat(lines(FakeNode.idle())).isEmpty();
    }

    @Test
    void whatIsOverSoonIsNotWorthAWord() {
        assertThat(lines(FakeNode.idle())).hasSize(1);

        assertThat(lines(AT_ONCE)).isEmpty();
        assertThat(lines(FakeNode.idle())).isEmpty();
    }

    @Test
    void onATerminalCatchingUpIsOneLineThatChanges() {
        Narration terminal = new Narration(true);
        assertThat(terminal.hear(FakeNode.idle()).lines()).hasSize(1);

        assertThat(terminal.hear(BEGUN))
                .isEqualTo(new Narration.Telling(List.of(), Sentences.catchingUp(BEGUN)));
        assertThat(terminal.hear(LATER))
                .isEqualTo(new Narration.Telling(List.of(), Sentences.catchingUp(LATER)));
        assertThat(terminal.hear(FakeNode.idle()).lines()).hasSize(1);
    }

    @Test
    void aFolderThatGoesAndComesIsTold() {
        assertThat(lines(FakeNode.idle())).hasSize(1);

        assertThat(lines(LOST)).singleElement().asString().startsWith("the folder is gone");
        assertThat(lines(LOST)).isEmpty();
        assertThat(lines(FakeNode.idle())).containsExactly("the folder is back");
    }

    @Test
    void aLineThatStaysReplacesTheOneThatPasses() {
        StringWriter out = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out), true, null);

        screen.passing("half");
        screen.line("done");
        screen.line("more");

        assertThat(out.toString()).endsWith("half\033[?7h\r\033[Kdone\nmore\n");
    }

    @Test
    void whereNothingCanBeWrittenOverNothingPasses() {
        StringWriter out = new StringWriter();

        new Screen(new PrintWriter(out), false, null).passing("half");

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whoListensEverywhereListensOnAPort() {
        assertThat(Sentences.listening("[0:0:0:0:0:0:0:0]:7001")).isEqualTo("port 7001");
        assertThat(Sentences.listening("0.0.0.0:7001")).isEqualTo("port 7001");
        assertThat(Sentences.listening("127.0.0.1:7001")).isEqualTo("127.0.0.1:7001");
        assertThat(Sentences.listening("[fe80::1]:7001")).isEqualTo("[fe80::1]:7001");
    }

    @Test
    void unitsAreWhatPeopleWrite() {
        assertThat(
                        List.of(
                                Units.bytes(1),
                                Units.bytes(1_023),
                                Units.bytes(1_024),
                                Units.bytes((1L << 20) - 1)))
                .containsExactly("1 byte", "1023 bytes", "1.0 KiB", "1.0 MiB");
        assertThat(
                        List.of(
                                Units.duration(Duration.ofSeconds(59)),
                                Units.duration(Duration.ofSeconds(61)),
                                Units.duration(Duration.ofHours(25))))
                .containsExactly("59 s", "1 min 1 s", "1 d 1 h");
        assertThat(
                        List.of("500ms", "30", "30s", "2m", "1h", "1d").stream()
                                .map(new Units.DurationReader()::convert))
                .containsExactly(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(2),
                        Duration.ofHours(1),
                        Duration.ofDays(1));
    }
}
