package dev.lanyard.node.app.control;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;

import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.fuzz.Scratch;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Any request to the control interface, and any {@code control.json}: each request is answered in
 * JSON with a status that says whose fault it is, and who has no token is told nothing. The first
 * byte says whether it is a request, whether its token is right, and its method; what follows is
 * its address up to the first line end, and then its body.
 */
public final class ControlFuzz {
    private static final int FILE = 1;
    private static final int STRANGER = 2;
    private static final int POST = 4;
    private static final Set<Integer> REFUSED = Set.of(400, 404, 405);

    private ControlFuzz() {}

    /** Begun when the first request comes: whoever only wants samples would not end. */
    private static final class Running {
        static final ControlServer SERVER = start();

        private Running() {}
    }

    private static ControlServer start() {
        try {
            FakeNode node = new FakeNode().says(FakeNode.status(Phase.IDLE, Duration.ZERO, 0, 0));
            node.stop(); // Nobody waits for it, however long was asked for.
            return ControlServer.start(
                    node,
                    Files.createDirectories(Scratch.path("control")),
                    new SplittableRandom(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        if ((bytes[0] & FILE) != 0) {
            read(rest);
            return;
        }
        int end = endOfLine(rest);
        String address = new String(rest, 0, end, StandardCharsets.ISO_8859_1);
        byte[] body = Arrays.copyOfRange(rest, Math.min(end + 1, rest.length), rest.length);
        boolean isStranger = (bytes[0] & STRANGER) != 0;
        try {
            Request request =
                    new Request(
                            (bytes[0] & POST) != 0 ? "POST" : "GET",
                            new URI("/v1/" + address),
                            body,
                            isStranger ? "Bearer x" : "Bearer " + Running.SERVER.file().token());
            Running.SERVER.handle(request);
            check(request, isStranger);
        } catch (URISyntaxException noAddress) {
            return; // The server of the platform refuses it.
        }
    }

    private static int endOfLine(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private static void check(Request request, boolean isStranger) {
        String answer = request.answer.toString(StandardCharsets.UTF_8);
        boolean isRight =
                isStranger
                        ? request.status == 401
                        : request.status == 200 || REFUSED.contains(request.status);
        if (!isRight || !(answer.startsWith("{") || answer.startsWith("["))) {
            throw new AssertionError(
                    "%s was answered with %d: %s"
                            .formatted(request.address, request.status, answer));
        }
    }

    private static void read(byte[] file) throws IOException {
        var directory = Files.createDirectories(Scratch.path("control-read"));
        Files.write(ControlFile.in(directory), file);
        try {
            ControlFile.read(directory)
                    .ifPresent(
                            read -> {
                                if (read.token().isEmpty() || read.port() < 1) {
                                    throw new AssertionError("read as " + read);
                                }
                            });
        } catch (IOException damaged) {
            return;
        }
    }

    /** Requests of each kind, and a file. */
    public static List<byte[]> samples() throws IOException {
        return List.of(
                sample(0, "status"),
                sample(0, "why?path=a%2500/b"),
                sample(0, "log?count=10&after=5"),
                sample(STRANGER, "log?count=10&after=5"),
                sample(POST, "restore\n{\"path\": \"a\", \"version\": \"17-R\"}"),
                sample(POST, "restore\n{\"path\": \"a\", \"before\": \"2026-11-20T10:00:00Z\"}"),
                sample(POST, "resolve\n{\"path\": \"a\", \"keep\": \"MINE\"}"),
                sample(POST, "shown\n{\"ids\": [\"1\", \"2\"]}"),
                sample(POST, "shown\n{\"ids\": [null]}"),
                sample(POST, "wait\n{\"timeout\": 1.5}"),
                sample(POST, "confirm-deletes\n{\"restore\": true}"),
                sample(POST, "forget\n{\"peer\": \"bob\"}"),
                sample(POST, "repair\n{\"path\": \"a%0A\"}"),
                sample(POST, "rescan\n"),
                sample(FILE, "{\"port\": 7001, \"token\": \"0a\", \"process\": 17}"));
    }

    private static byte[] sample(int how, String rest) {
        return ((char) how + rest).getBytes(StandardCharsets.UTF_8);
    }

    /** A request as the server of the platform hands it over. */
    private static final class Request extends HttpExchange {
        private final String method;
        private final URI address;
        private final InputStream body;
        private final Headers headers = new Headers();
        private final Headers answered = new Headers();
        private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        private int status;

        Request(String method, URI address, byte[] body, String authorization) {
            this.method = method;
            this.address = address;
            this.body = new ByteArrayInputStream(body);
            headers.set("Host", "127.0.0.1:" + Running.SERVER.file().port());
            headers.set("Authorization", authorization);
        }

        @Override
        public Headers getRequestHeaders() {
            return headers;
        }

        @Override
        public Headers getResponseHeaders() {
            return answered;
        }

        @Override
        public URI getRequestURI() {
            return address;
        }

        @Override
        public String getRequestMethod() {
            return method;
        }

        @Override
        public InputStream getRequestBody() {
            return body;
        }

        @Override
        public OutputStream getResponseBody() {
            return answer;
        }

        @Override
        public void sendResponseHeaders(int code, long length) {
            status = code;
        }

        @Override
        public int getResponseCode() {
            return status;
        }

        @Override
        public void close() {}

        @Override
        public HttpContext getHttpContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public InetSocketAddress getRemoteAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public InetSocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getProtocol() {
            return "HTTP/1.1";
        }

        @Override
        public @Nullable Object getAttribute(String name) {
            return null;
        }

        @Override
        public void setAttribute(String name, Object value) {}

        @Override
        public void setStreams(InputStream in, OutputStream out) {}

        @Override
        public @Nullable HttpPrincipal getPrincipal() {
            return null;
        }
    }
}
