package dev.lanyard.node.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.lanyard.discovery.Discovery;
import dev.lanyard.node.app.control.NodeControl.Beacons;
import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Diagnosis;
import dev.lanyard.node.app.control.NodeControl.Elsewhere;
import dev.lanyard.node.app.control.NodeControl.Fault;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Server and client over loopback, and what others may try there. */
final class ControlServerTest {
    private static final Version KEPT =
            new Version(
                    RelativePath.parse("a%0A%FF/b c+d&e"),
                    "17-R",
                    12,
                    Instant.parse("2026-11-20T10:00:00.123456789Z"),
                    Instant.parse("2026-11-20T11:00:00Z"),
                    Keep.CONFLICT,
                    "");

    @TempDir Path state;

    private final FakeNode node = new FakeNode();
    private ControlServer server;
    private ControlClient client;

    @BeforeEach
    void serve() throws IOException {
        server = ControlServer.start(node, state, new SecureRandom());
        client = ControlClient.find(state).orElseThrow();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void theClientHearsWhatTheNodeSays() throws Exception {
        Problem problem =
                new Problem(
                        Problem.Kind.DISK_FULL,
                        "a/b",
                        Instant.parse("2026-11-20T10:00:00Z"),
                        "no space");
        Peer peer =
                Peer.absent(
                        "bob",
                        "",
                        "10.0.0.2:7001",
                        "connection refused",
                        Cause.REFUSED,
                        Instant.parse("2026-11-21T12:00:00Z"),
                        true);
        node.suffers(problem).knows(peer).keeps(KEPT);

        assertThat(client.status()).isEqualTo(FakeNode.idle());
        assertThat(client.problems()).containsExactly(problem);
        assertThat(client.peers()).containsExactly(peer);
        assertThat(client.conflicts()).containsExactly(KEPT);
        assertThat(client.versions(KEPT.path())).containsExactly(KEPT);
        Elsewhere elsewhere = new Elsewhere(List.of(KEPT), List.of("bob"), List.of("cy"));
        node.hears(elsewhere);
        assertThat(client.versionsElsewhere(KEPT.path())).isEqualTo(elsewhere);
        Diagnosis diagnosis =
                new Diagnosis(
                        17,
                        "1.0",
                        "25",
                        "ann",
                        3,
                        new Beacons(
                                27_480,
                                List.of("eth0"),
                                List.of(
                                        new Fault(
                                                "eth0 to 255.255.255.255:27480",
                                                "no route",
                                                Discovery.Fault.Kind.NETWORK)),
                                1,
                                2,
                                3,
                                4,
                                5,
                                6),
                        true,
                        false,
                        false);
        node.stands(diagnosis);
        assertThat(client.diagnosis()).isEqualTo(diagnosis);
        assertThat(node.asked()).containsExactly("versions " + KEPT.path());
    }

    @Test
    void theNodeDoesWhatTheClientAsks() throws Exception {
        node.ends(new Result(false, "it cannot be"));

        assertThat(client.restore(KEPT.path(), "17-R"))
                .isEqualTo(new Result(false, "it cannot be"));
        assertThat(client.restore(KEPT.path(), null).done()).isFalse();
        assertThat(client.restoreBefore(KEPT.path(), KEPT.kept()).done()).isFalse();
        assertThat(client.resolve(KEPT.path(), NodeControl.Side.BOTH).done()).isFalse();
        assertThat(client.await(Duration.ofMillis(1_500)).done()).isFalse();
        assertThat(client.rescan().done()).isFalse();
        client.stop();

        await().until(node::isStopped);
        assertThat(node.asked())
                .containsExactly(
                        "restore " + KEPT.path() + " 17-R",
                        "restore " + KEPT.path() + " null",
                        "restore " + KEPT.path() + " before " + KEPT.kept(),
                        "resolve " + KEPT.path() + " BOTH",
                        "wait PT1.5S",
                        "rescan",
                        "stop");
    }

    @Test
    void aFailureOfTheNodeReachesTheClient() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> client.restore(RelativePath.of("unreadable"), null))
                .withMessage("the disk is broken");
    }

    @Test
    void whoeverStillWaitsHearsThatTheNodeStops() throws Exception {
        CompletableFuture<Result> waiting =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return client.await(Duration.ofDays(2));
                            } catch (IOException e) {
                                return new Result(false, String.valueOf(e.getMessage()));
                            }
                        });
        await().until(() -> node.asked().contains("wait PT48H"));

        server.close();

        assertThat(waiting.get(20, TimeUnit.SECONDS))
                .isEqualTo(new Result(false, "the node is stopping"));
    }

    @Test
    void whoEndsTheNodeHasItsAnswerBefore() {
        node.stopsWith(() -> Thread.currentThread().interrupt()); // As the end of the server does.

        assertThatCode(client::stop).doesNotThrowAnyException();
        await().until(node::isStopped);
    }

    @Test
    void onlyTheOwnerCanReadHowToReachIt() throws IOException {
        Path file = ControlFile.in(state);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(server.file().toString()).doesNotContain(server.file().token());

        server.close();

        assertThat(file).doesNotExist();
        assertThat(ControlClient.find(state)).isEmpty();
    }

    @Test
    void whereANodeDiedNobodyAnswers() throws IOException {
        ControlFile dead = server.file();
        server.close();
        dead.write(state);

        assertThatExceptionOfType(NotRunningException.class)
                .isThrownBy(() -> ControlClient.find(state).orElseThrow().status());
    }

    @Test
    void whoGotThePortOfADeadNodeIsNotTakenForIt() throws IOException {
        new ControlFile(server.file().port(), "0".repeat(64), 1).write(state);

        assertThatExceptionOfType(NotRunningException.class)
                .isThrownBy(() -> ControlClient.find(state).orElseThrow().status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Authorization: Bearer 00\r\n", "Authorization: Basic {token}\r\n"})
    void withoutTheTokenNothingIsTold(String header) throws IOException {
        String shown = header.replace("{token}", server.file().token());

        String answer =
                send("GET /v1/status HTTP/1.1", "Host: 127.0.0.1:" + server.file().port(), shown);

        assertThat(answer).startsWith("HTTP/1.1 401 ").doesNotContain("photos");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1"})
    void aWebPageUnderANameOfItsOwnIsRefused(String host) throws IOException {
        String named = host.replace("{port}", String.valueOf(server.file().port()));

        String answer = send("GET /v1/status HTTP/1.1", "Host: " + named, authorization());

        assertThat(answer).startsWith("HTTP/1.1 403 ").doesNotContain("photos");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "https://127.0.0.1:{port}", "file://"})
    void aPageOfAnotherOriginIsRefused(String origin) throws IOException {
        String named = origin.replace("{port}", String.valueOf(server.file().port()));

        String answer =
                send(
                        "POST /v1/stop HTTP/1.1",
                        host(),
                        authorization() + "Origin: " + named + "\r\nContent-Length: 0\r\n");

        assertThat(answer).startsWith("HTTP/1.1 403 ");
        assertThat(node.asked()).isEmpty();
    }

    @Test
    void ourOwnOriginIsTaken() throws IOException {
        String origin = "Origin: http://127.0.0.1:" + server.file().port() + "\r\n";

        assertThat(send("GET /v1/status HTTP/1.1", host(), authorization() + origin))
                .startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "nothing", "stop"})
    void noBrowserTakesAnAnswerForAPage(String what) throws IOException {
        assertThat(send("GET /v1/" + what + " HTTP/1.1", host(), authorization()))
                .containsIgnoringCase("Content-Type: application/json\r\n")
                .containsIgnoringCase("X-Content-Type-Options: nosniff\r\n")
                .containsIgnoringCase("Cache-Control: no-store\r\n")
                .containsIgnoringCase("Content-Security-Policy: default-src 'none';");
    }

    @Test
    void onlyTheLoopbackAddressIsListenedAt() {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(
                        () ->
                                new Socket(InetAddress.ofLiteral("127.0.0.2"), server.file().port())
                                        .close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stop",
                "rescan",
                "restore",
                "resolve",
                "wait",
                "confirm-deletes",
                "forget",
                "pause",
                "resume",
                "revert",
                "override",
                "repair",
                "scrub",
                "shown"
            })
    void gettingChangesNothing(String what) throws IOException {
        String answer = send("GET /v1/" + what + " HTTP/1.1", host(), authorization());

        assertThat(answer).startsWith("HTTP/1.1 405 ").containsIgnoringCase("Allow: POST");
        assertThat(node.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"path\": \"../x\"}",
                "{\"path\": \".lanyard/x\"}",
                "{\"path\": \"%\"}",
                "[",
                "\"\"",
                ""
            })
    void whatIsMalformedIsRefused(String body) throws IOException {
        String answer = post("restore", body);

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"error\"");
        assertThat(node.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"timeout\": -1}", "{\"timeout\": \"soon\"}"})
    void aWaitThatCannotBeIsRefused(String body) throws IOException {
        assertThat(post("wait", body)).startsWith("HTTP/1.1 400 ").contains("\"error\"");
        assertThat(node.asked()).isEmpty();
    }

    @Test
    void aBodyWithoutEndIsRefused() throws IOException {
        String answer = post("restore", "{\"path\": \"" + "a".repeat(300_000) + "\"}");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("body above");
    }

    private String post(String what, String body) throws IOException {
        return send(
                "POST /v1/" + what + " HTTP/1.1",
                host(),
                authorization() + "Content-Length: %d\r\n".formatted(body.length()),
                body);
    }

    private String host() {
        return "Host: 127.0.0.1:" + server.file().port();
    }

    private String authorization() {
        return "Authorization: Bearer " + server.file().token() + "\r\n";
    }

    private String send(String request, String host, String headers) throws IOException {
        return send(request, host, headers, "");
    }

    private String send(String request, String host, String headers, String body)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.file().port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    (request
                                    + "\r\n"
                                    + host
                                    + "\r\n"
                                    + headers
                                    + "Connection: close\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
