package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.RawPeer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The real program, as a user starts it: two processes that speak over loopback. */
class ProgramTest {
    @TempDir private Path base;
    private final List<Program> programs = new ArrayList<>();

    @AfterEach
    void close() {
        programs.forEach(Program::close);
    }

    private Path state(String name) {
        return base.resolve(name + ".state");
    }

    private Program start(String name, Map<String, String> environment, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--name", name, "--no-discovery"));
        all.addAll(Arrays.asList(arguments));
        Program program =
                Program.start(
                        base.resolve(name), state(name), environment, all.toArray(String[]::new));
        programs.add(program);
        return program;
    }

    /** Two nodes, b with the key of a, each listening on loopback; b dials a. */
    private List<Program> startPair(Map<String, String> environment) throws Exception {
        int port = Ports.free();
        Files.createDirectories(base.resolve("a"));
        String key = Program.key(base.resolve("a"), state("a"));
        Program a = start("a", environment, "--listen", "127.0.0.1:" + port).ready();
        Program b =
                start(
                                "b",
                                environment,
                                "--key",
                                key,
                                "--listen",
                                "127.0.0.1:0",
                                "--peer",
                                "127.0.0.1:" + port)
                        .ready();
        return List.of(a, b);
    }

    @Test
    @DisplayName("P5: names of every byte arrive, whatever the locale of the node")
    void p05_namesOfEveryByteArrive() throws Exception {
        var pair = startPair(Map.of("LANG", "C", "LC_ALL", "C"));
        Trees.sh(
                base.resolve("a"),
                """
                python3 - <<'END'
                import os
                for byte in range(1, 256):
                    if byte != ord("/"):
                        name = b"n" + bytes([byte])
                        with open(name, "wb") as f:
                            f.write(name)
                for name in [b"-rf", b"a;b", b"^^^", b"new\\nline", b"\\x1b[2J", b".hidden", b"x" * 255, b"caf\\xc3\\xa9", b"bad\\xff\\xfe"]:
                    with open(name, "wb") as f:
                        f.write(name)
                os.mkdir(b"d\\xff")
                open(b"d\\xff/\\xfe", "wb").close()
                END
                """);

        pair.getFirst().settle();

        assertThat(Trees.difference(base.resolve("a"), base.resolve("b"))).isEmpty();
        assertThat(Trees.listing(base.resolve("b"))).hasSize(254 + 9 + 2);
    }

    @Test
    @Tag("long")
    @DisplayName("P10: a node that is killed in its first sync goes on and sends nothing twice")
    void p10_aNodeThatIsKilledInItsFirstSyncGoesOn() throws Exception {
        Trees.sh(
                Files.createDirectories(base.resolve("a")),
                """
                python3 - <<'END'
                import os, random
                r = random.Random(10)
                for d in range(40):
                    os.mkdir("d%d" % d)
                    for i in range(100):
                        with open("d%d/f%d" % (d, i), "wb") as f:
                            f.write(r.randbytes(r.randrange(40000)))
                END
                """);
        var pair = startPair(Map.of());
        Program b = pair.getLast();
        await().atMost(Duration.ofSeconds(60)).until(() -> count(base.resolve("b")) > 300);
        b.kill();
        long before = count(base.resolve("b"));

        int port = Integer.parseInt(listening(pair.getFirst()));
        Program again =
                start("b", Map.of(), "--listen", "127.0.0.1:0", "--peer", "127.0.0.1:" + port)
                        .ready();
        pair.getFirst().settle();

        assertThat(Trees.difference(base.resolve("a"), base.resolve("b"))).isEmpty();
        String status = again.ask("status", "--json").out();
        assertThat(received(status))
                .as("what had arrived is not sent again")
                .isLessThan((4_000 - before + 600) * 40_000L);
        assertThat(Trees.sh(base.resolve("b"), "ls .lanyard/staging | grep -v '^p-' || true"))
                .isEmpty();
        assertThat(again.terminate()).isZero();
    }

    @Test
    @DisplayName("a new key reaches who is listed, and the former one is known as such")
    void aNewKeyByCommand() throws Exception {
        var pair = startPair(Map.of());
        Program a = pair.getFirst();
        a.settle();
        String former = Program.key(base.resolve("b"), state("b"));

        Trees.Ran unknown = a.ask("key", "--new", "--without", "carol");
        Trees.Ran made = a.ask("key", "--new");

        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.out()).contains("no peer is known as carol");
        assertThat(made.exit()).as(made.out()).isZero();
        assertThat(made.out()).contains("gets the new key: b (", "All others");
        String present = made.out().strip().lines().toList().getLast();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Program.key(base.resolve("b"), state("b")).equals(present));
        assertThat(present).isNotEqualTo(former);
        Files.writeString(base.resolve("a").resolve("note"), "by the new key");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> a.ask("wait", "--timeout", "10s").exit() == 0);
        assertThat(base.resolve("b").resolve("note")).hasContent("by the new key");
    }

    private static long received(String status) {
        var matcher =
                java.util.regex.Pattern.compile("\"bytesReceived\"\\s*:\\s*(\\d+)").matcher(status);
        assertThat(matcher.find()).as(status).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static String listening(Program program) {
        String status = program.ask("status", "--json").out();
        var matcher =
                java.util.regex.Pattern.compile("\"listen\"\\s*:\\s*\"[^\"]*:(\\d+)\"")
                        .matcher(status);
        assertThat(matcher.find()).as(status).isTrue();
        return matcher.group(1);
    }

    private static long count(Path folder) {
        return Trees.listing(folder).values().stream()
                .filter(facts -> facts.startsWith("f"))
                .count();
    }

    @Test
    void aWrongKeyIsRefusedBeforeANameIsExchanged() throws Exception {
        int port = Ports.free();
        Files.createDirectories(base.resolve("a"));
        Files.createDirectories(base.resolve("b"));
        Program.key(base.resolve("a"), state("a"));
        Program.key(base.resolve("b"), state("b"));
        Program a = start("a", Map.of(), "--listen", "127.0.0.1:" + port).ready();
        Files.writeString(base.resolve("a/secret-file-name"), "secret content of a file");
        try (Relay relay =
                new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            Program b =
                    start(
                                    "b",
                                    Map.of(),
                                    "--listen",
                                    "127.0.0.1:0",
                                    "--peer",
                                    "127.0.0.1:" + relay.address().getPort())
                            .ready();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> b.ask("peers").out().contains("key"));
            assertThat(relay.bytes()).isPositive();
        }
        assertThat(Trees.listing(base.resolve("b"))).isEmpty();
        assertThat(a.ask("peers").out()).doesNotContain("in sync");
    }

    @Test
    void aCaptureOfASessionShowsNoNameAndNoContent() throws Exception {
        int port = Ports.free();
        Path ann = Files.createDirectories(base.resolve("machine-of-ann"));
        Path bob = base.resolve("machine-of-bob");
        String key = Program.key(ann, state("machine-of-ann"));
        Program a = start("machine-of-ann", Map.of(), "--listen", "127.0.0.1:" + port).ready();
        try (Relay relay =
                new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            start(
                            "machine-of-bob",
                            Map.of(),
                            "--key",
                            key,
                            "--listen",
                            "127.0.0.1:0",
                            "--peer",
                            "127.0.0.1:" + relay.address().getPort())
                    .ready();
            Files.writeString(ann.resolve("secret-file-name"), "secret content of a file");
            Files.writeString(ann.resolve("large"), "secret line of a large file".repeat(9_000));
            a.settle();
            Files.move(ann.resolve("large"), ann.resolve("secret-other-name"));
            a.settle();
            assertThat(bob.resolve("secret-file-name")).hasContent("secret content of a file");
            assertThat(bob.resolve("secret-other-name")).exists();
            String heard = text(relay.heard());
            assertThat(heard.length()).isGreaterThan(1_000);
            assertThat(heard)
                    .doesNotContain("secret-")
                    .doesNotContain("secret content")
                    .doesNotContain("secret line")
                    .doesNotContain("machine-of-")
                    .doesNotContain(key)
                    .doesNotContain(key.replace("-", ""))
                    .doesNotContain(text(ShareKey.parse(key).sessionKey()))
                    .doesNotContain(text(ShareKey.parse(key).beaconKey()));
        }
    }

    @Test
    @DisplayName("D50: what a member calls itself and its files moves no cursor and adds no line")
    void d50_namesOfAMemberAreEscaped() throws Exception {
        int port = Ports.free();
        Path folder = Files.createDirectories(base.resolve("a"));
        String key = Program.key(folder, state("a"));
        Program a = start("a", Map.of(), "--listen", "127.0.0.1:" + port).ready();
        String name = "evil\u001b[2J\u0007\u009b31m\nready: fake";
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (Member member =
                Member.join(address, ShareKey.parse(key), name, Message.Mode.TWO_WAY)) {
            member.tell(member.file("f\u001b[2J\nready: fake", "content"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> folder.resolve("f\u001b[2J\nready: fake").toFile().exists());
            assertEscaped(a.ask("peers"));
            assertEscaped(a.ask("peers", "--json"));
            member.wire.sendBytes(RawPeer.frame(1, 0x7e, 0, (byte) 0));
            assertThat(member.wire.isEnded(Duration.ofSeconds(20))).isTrue();
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> a.ask("problems").out().contains("message type"));
        for (String command : List.of("problems", "log", "status", "peers")) {
            assertEscaped(a.ask(command));
            assertEscaped(a.ask(command, "--json"));
        }
        assertThat(a.lines()).noneMatch(line -> line.startsWith("ready: fake"));
        try (Stream<Path> files = Files.walk(state("a"))) {
            for (Path log : files.filter(it -> it.toString().endsWith(".log")).toList()) {
                assertNoControls(Files.readString(log));
            }
        }
    }

    private static void assertEscaped(Trees.Ran ran) {
        assertThat(ran.out()).isNotEmpty();
        assertNoControls(ran.out());
    }

    private static void assertNoControls(String shown) {
        assertThat(shown.lines()).noneMatch(line -> line.startsWith("ready: fake"));
        assertThat(shown.chars())
                .noneMatch(each -> each != '\n' && each != '\t' && Character.isISOControl(each));
    }

    @Test
    @DisplayName(
            "Wrong usage and what cannot be had are one clear sentence each, and touch nothing")
    void whatCannotBeHadIsOneSentence() throws Exception {
        Path folder = Files.createDirectories(base.resolve("folder"));
        Path other = base.resolve("other.state");

        assertSentence(
                2, "start", base.resolve("missing").toString(), "--state-dir", other.toString());
        assertSentence(2, "start");
        assertSentence(2, "nonsense");
        assertSentence(
                2,
                "start",
                folder.toString(),
                "--state-dir",
                other.toString(),
                "--key",
                "MISTYPED");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertSentence(
                    2,
                    "start",
                    folder.toString(),
                    "--state-dir",
                    other.toString(),
                    "--listen",
                    "127.0.0.1:" + taken.getLocalPort());
        }
        assertThat(Trees.listing(folder)).isEmpty();
        assertThat(folder.resolve(".lanyard")).doesNotExist();

        Program running = start("folder", Map.of(), "--listen", "127.0.0.1:0").ready();
        assertSentence(3, "start", folder.toString(), "--state-dir", other.toString());
        assertThat(running.ask("status").exit()).isZero();
        assertThat(running.ask("stop").exit()).isZero();
        await().atMost(Duration.ofSeconds(20)).until(() -> running.ask("status").exit() != 0);
    }

    private static String text(byte[] secret) {
        return new String(secret, StandardCharsets.ISO_8859_1);
    }

    private void assertSentence(int exit, String... arguments) {
        Trees.Ran ran = Program.lanyard(base, arguments);
        assertThat(ran.exit()).as("%s said: %s", List.of(arguments), ran.out()).isEqualTo(exit);
        assertThat(ran.out())
                .startsWith("lanyard")
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
    }
}
