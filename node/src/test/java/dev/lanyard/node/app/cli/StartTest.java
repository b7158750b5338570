package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.FakeNode;
import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.protocol.ShareKey;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.stream.Stream;

/** {@code start} and {@code key}: what they say, what they leave, how they end. */
final class StartTest {
    @TempDir Path temporary;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
    }

    private Desk.Running start(String... more) {
        String[] arguments =
                Stream.concat(Stream.of("start", "photos", "--state-dir", "state"), Stream.of(more))
                        .toArray(String[]::new);
        return desk.begin(arguments);
    }

    @Test
    void isReadyOnceItHasScanned() throws Exception {
        desk.node.says(
                FakeNode.status(Phase.SCANNING, Duration.ZERO, 0, 0),
                FakeNode.status(Phase.SCANNING, Duration.ZERO, 0, 0),
                FakeNode.idle());

        Desk.Running running = start().shows("ready");
        desk.signal();

        Desk.Ran ran = running.end();
        assertThat(ran.out().lines())
                .containsExactly(
                        "ready: /data/photos on ann has 12 files, 2.0 KiB, and listens on 127.0.0.1:7001",
                        "stopped");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exit()).isZero();
    }

    @Test
    void endsWhenAnotherProcessAsks() throws Exception {
        Desk.Running running = start().shows("ready");

        Desk.Ran stopped = desk.another().run("stop", "photos");

        assertThat(stopped.exit()).as(stopped.err()).isZero();
        assertThat(running.end().exit()).isZero();
    }

    @Test
    void aSignalBeforeThereIsANodeIsNotForgotten() throws Exception {
        desk.node.says(FakeNode.status(Phase.SCANNING, Duration.ZERO, 0, 0));
        Desk.Running running = start();
        await().until(() -> Files.exists(desk.state.resolve("lock")));
        desk.signal();

        assertThat(running.end().exit()).isZero();
    }

    @Test
    void aNodeThatCannotGoOnSaysWhereToLook() throws Exception {
        Desk.Running running = start().shows("ready");

        desk.node.fail(new IllegalStateException("the index is damaged"));

        Desk.Ran ran = running.end();
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("cannot go on (the index is damaged)", "log/lanyard.log")
                .hasLineCount(1);
    }

    @Test
    void aTerminalIsAConsole() throws Exception {
        Desk.Running running =
                desk.terminal().begin("start", "photos", "--state-dir", "state").shows("ready");

        desk.type("peers");
        running.shows("no other node has been heard of");
        desk.type("versions 'a b/c'");
        running.shows("no earlier versions are kept");
        desk.type("nonsense");
        running.shows("nonsense");
        desk.type("status elsewhere");
        running.shows("speaks to its own node");
        desk.type("quit");

        assertThat(running.end().exit()).isZero();
        assertThat(desk.node.asked()).contains("versions a b/c", "stop");
    }

    @Test
    void aFirstNodeMakesTheKeyThatTheOthersAreGiven() {
        Desk.Ran made = desk.run("key", "photos", "--state-dir", "state");
        Desk.Ran again = desk.run("key", "photos", "--state-dir", "state");

        assertThat(made.exit()).isZero();
        assertThat(made.out().lines()).hasSize(1);
        assertThat(ShareKey.parse(made.out().strip()).text()).isEqualTo(made.out().strip());
        assertThat(again).isEqualTo(made);
    }

    @Test
    void onATerminalTheKeyIsStillTheLastLine() {
        Desk.Ran ran = desk.terminal().run("key", "photos");

        assertThat(ShareKey.parse(ran.out().lines().toList().getLast()).text())
                .isEqualTo(ran.out().lines().toList().getLast());
    }

    @Test
    void aKeyFromAFileIsKept() throws Exception {
        String key = ShareKey.generate(new SecureRandom()).text();
        Files.writeString(desk.home.resolve("key"), key + "\n");

        Desk.Running running = start("--key-file", "key").shows("ready");
        desk.signal();

        assertThat(running.end().exit()).isZero();
        assertThat(desk.run("key", "photos", "--state-dir", "state").out().strip()).isEqualTo(key);
    }

    @Test
    void aMistypedKeyTouchesNothing() {
        String mistyped =
                ShareKey.generate(new SecureRandom()).text().replaceFirst("[A-Z2-7]", "1");

        desk.run("start", "photos", "--key", mistyped).failed(2, "--key is mistyped");

        assertThat(desk.home).isDirectoryNotContaining("glob:**/{xdg,state}");
        assertThat(desk.folder).isEmptyDirectory();
    }

    @Test
    void anotherKeyIsRefused() {
        String own = desk.run("key", "photos", "--state-dir", "state").out().strip();
        String other = ShareKey.generate(new SecureRandom()).text();

        desk.run("start", "photos", "--state-dir", "state", "--key", other)
                .failed(3, "another key");

        assertThat(desk.run("key", "photos", "--state-dir", "state").out().strip()).isEqualTo(own);
    }

    @Test
    void aShareGetsANewKeyWithoutANode() throws Exception {
        String own = desk.run("key", "photos", "--state-dir", "state").out().strip();

        Desk.Ran made = desk.run("key", "--new", "photos", "--state-dir", "state");

        assertThat(made.exit()).isZero();
        String fresh = made.out().lines().toList().getLast();
        assertThat(ShareKey.parse(fresh).text()).isEqualTo(fresh).isNotEqualTo(own);
        assertThat(desk.run("key", "photos", "--state-dir", "state").out().strip())
                .isEqualTo(fresh);
    }

    @Test
    void whoIsShutOutHasToBeKnown() {
        String own = desk.run("key", "photos", "--state-dir", "state").out().strip();

        desk.run("key", "--new", "--without", "bob", "photos", "--state-dir", "state")
                .failed(2, "no peer is known as bob", "lanyard peers");
        desk.run("key", "--without", "bob", "photos", "--state-dir", "state").failed(2, "--new");

        assertThat(desk.run("key", "photos", "--state-dir", "state").out().strip()).isEqualTo(own);
    }

    @Test
    void aSecondNodeOnAFolderIsRefused() throws Exception {
        Desk.Running running = start().shows("ready");
        Files.createSymbolicLink(desk.home.resolve("same"), desk.folder);

        desk.another()
                .run("start", "photos", "--state-dir", "state")
                .failed(3, "another node (process");
        desk.another().run("start", "same").failed(3, "another node (process", "lanyard stop");

        desk.signal();
        assertThat(running.end().exit()).isZero();
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String listen = "127.0.0.1:" + taken.getLocalPort();

            desk.run("start", "photos", "--listen", listen)
                    .failed(2, "cannot listen on " + listen, "--listen");
        }
        assertThat(desk.home.resolve("xdg")).doesNotExist();
    }

    @Test
    void aStateDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Files.writeString(desk.home.resolve("file"), "in the way");

        desk.run("start", "photos", "--state-dir", "file/state")
                .failed(2, "cannot be written", "--state-dir");
        desk.run("key", "photos", "--state-dir", "file/state")
                .failed(2, "cannot be written", "--state-dir");
        desk.run("start", "photos", "--log-file", "file/log")
                .failed(2, "the log file", "--log-file");
    }

    @Test
    void whatIsNotThereYetIsRefused() {
        desk.run("start", "photos", "--ui", "8080").failed(2, "no status page yet");
        desk.run("start", "photos", "--max-rate", "1M").failed(2, "cannot be limited yet");
        desk.run("start", "photos", "--mode", "take-only").failed(2, "receive-only");

        assertThat(desk.home.resolve("xdg")).doesNotExist();
    }

    @Test
    @DisplayName("D50: no name can make the terminal lie")
    void d50_namesAreEscaped() throws IOException {
        Path named = Files.createDirectory(desk.home.resolve("a\033[2Jb\nc"));

        Desk.Ran ran = desk.run("stop", named.toString());

        ran.failed(1, "a%1B[2Jb%0Ac");
    }

    @Test
    void theLogIsInTheStateDirectory() throws Exception {
        Desk.Running running = start().shows("ready");
        desk.signal();
        assertThat(running.end().exit()).isZero();

        assertThat(desk.state.resolve("log").resolve("lanyard.log")).isRegularFile();
    }
}
