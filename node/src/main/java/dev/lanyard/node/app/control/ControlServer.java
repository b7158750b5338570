package dev.lanyard.node.app.control;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Offers a {@link NodeControl} on the loopback interface.
 *
 * <pre>
 * GET  /v1/status  /v1/problems  /v1/peers  /v1/conflicts  /v1/diagnosis
 * GET  /v1/versions?path=PATH  /v1/versions-elsewhere?path=PATH  /v1/why?path=PATH
 * GET  /v1/log?count=N&amp;after=NUMBER
 * POST /v1/restore  {"path": PATH, "version": ID or null} or {"path": PATH, "before": TIME}
 * POST /v1/shown    {"ids": [ID, ...]}
 * POST /v1/resolve  {"path": PATH, "keep": "MINE", "THEIRS" or "BOTH"}
 * POST /v1/wait     {"timeout": SECONDS}
 * POST /v1/confirm-deletes  {"restore": BOOLEAN}
 * POST /v1/forget   {"peer": NAME, NODE or ADDRESS}
 * POST /v1/revert  /v1/override
 * POST /v1/repair   {"path": PATH}
 * POST /v1/scrub  /v1/rescan  /v1/pause  /v1/resume  /v1/stop
 * </pre>
 *
 * <p>Every answer is JSON; one that is not 200 is {@code {"error": TEXT}}. A request must carry the
 * token of {@link ControlFile}. Three further checks are against web pages that the user's browser
 * shows: the Host header must name the loopback address, so that a page cannot point a name of its
 * own here; an Origin header, if there is one, must name it too; and only POST changes anything,
 * since any page can make a browser GET.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int TOKEN_BYTES = 32;
    private static final String SCHEME = "http://";
    private static final int BODY_BYTES_MAX = 256 << 10;

    private static final Pattern LOG_QUERY = Pattern.compile("count=(\\d{1,9})&after=(\\d{1,18})");

    /** Decisions in one answer: they are held in memory at both ends. */
    private static final int LOG_COUNT_MAX = 100_000;

    /** How long those who wait may take to be told that the node stops; mostly no time at all. */
    private static final int ANSWERING_SECONDS_MAX = 5;

    private static final NodeControl.Result STOPPING = new NodeControl.Result(true, "stopping");

    private final NodeControl node;
    private final HttpServer server;
    private final ExecutorService threads;
    private final Path stateDirectory;
    private final ControlFile file;
    private final Map<String, Route> routes;

    private ControlServer(
            NodeControl node,
            HttpServer server,
            ExecutorService threads,
            Path stateDirectory,
            ControlFile file) {
        this.node = node;
        this.server = server;
        this.threads = threads;
        this.stateDirectory = stateDirectory;
        this.file = file;
        this.routes =
                Map.ofEntries(
                        Map.entry("/v1/status", Route.get(_ -> node.status())),
                        Map.entry("/v1/problems", Route.get(_ -> node.problems())),
                        Map.entry("/v1/peers", Route.get(_ -> node.peers())),
                        Map.entry("/v1/diagnosis", Route.get(_ -> node.diagnosis())),
                        Map.entry("/v1/conflicts", Route.get(_ -> node.conflicts())),
                        Map.entry("/v1/versions", Route.get(this::versions)),
                        Map.entry(
                                "/v1/versions-elsewhere",
                                Route.get(it -> node.versionsElsewhere(path(it)))),
                        Map.entry("/v1/log", Route.get(this::log)),
                        Map.entry("/v1/why", Route.get(this::why)),
                        Map.entry("/v1/forget", Route.post(this::forget)),
                        Map.entry("/v1/new-key", Route.post(this::newKey)),
                        Map.entry("/v1/pause", Route.post(_ -> node.pause())),
                        Map.entry("/v1/resume", Route.post(_ -> node.resume())),
                        Map.entry("/v1/shown", Route.post(this::shown)),
                        Map.entry("/v1/restore", Route.post(this::restore)),
                        Map.entry("/v1/resolve", Route.post(this::resolve)),
                        Map.entry("/v1/wait", Route.post(this::await)),
                        Map.entry("/v1/confirm-deletes", Route.post(this::confirmDeletes)),
                        Map.entry("/v1/revert", Route.post(_ -> node.revert())),
                        Map.entry("/v1/override", Route.post(_ -> node.override())),
                        Map.entry("/v1/rescan", Route.post(_ -> node.rescan())),
                        Map.entry("/v1/scrub", Route.post(_ -> node.scrub())),
                        Map.entry("/v1/repair", Route.post(this::repair)),
                        Map.entry("/v1/stop", new Route("POST", _ -> STOPPING, true)));
    }

    /**
     * Serves {@code node}, and says in the state directory how to reach it.
     *
     * @param random makes the token: a source that cannot be guessed
     * @throws IOException if no port can be had or the file not be written
     */
    public static ControlServer start(NodeControl node, Path stateDirectory, RandomGenerator random)
            throws IOException {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        ControlFile file =
                new ControlFile(
                        server.getAddress().getPort(),
                        HexFormat.of().formatHex(token),
                        ProcessHandle.current().pid());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ControlServer control = new ControlServer(node, server, threads, stateDirectory, file);
        server.setExecutor(threads);
        server.createContext("/", control::handle);
        server.start();
        try {
            file.write(stateDirectory);
        } catch (IOException e) {
            control.close();
            throw e;
        }
        return control;
    }

    /** Answers one request. */
    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] body = Json.MAPPER.writeValueAsBytes(answer.body());
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "application/json");
            headers.set("Cache-Control", "no-store");
            // A browser that is made to show an answer shall run and load nothing for what is in
            // it.
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            exchange.sendResponseHeaders(answer.status(), body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            } finally {
                if (answer.stops()) {
                    // Not before the answer was sent, which closing its body does: stopping ends
                    // this server, and interrupts who is sending.
                    node.stop();
                }
            }
        }
    }

    private Answer answer(HttpExchange exchange) {
        @Nullable Route route = routes.get(exchange.getRequestURI().getPath());
        if (!isLoopback(exchange.getRequestHeaders().getFirst("Host"))) {
            return fault(403, "the Host header must be 127.0.0.1:" + file.port());
        }
        @Nullable String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null && !(origin.startsWith(SCHEME) && isLoopback(schemeless(origin)))) {
            return fault(403, "not for pages of another origin");
        }
        if (!hasToken(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return fault(401, "the token of control.json is missing or wrong");
        }
        if (route == null) {
            return fault(404, "there is nothing here");
        }
        if (!exchange.getRequestMethod().equals(route.method())) {
            exchange.getResponseHeaders().set("Allow", route.method());
            return fault(405, "use " + route.method());
        }
        return call(route, exchange);
    }

    private static Answer call(Route route, HttpExchange exchange) {
        try {
            return new Answer(200, route.act().on(exchange), route.stops());
        } catch (JacksonException | IllegalArgumentException malformed) {
            return fault(400, String.valueOf(malformed.getMessage()));
        } catch (InterruptedException stopping) {
            // The thread ends with this exchange. Interrupted anew, it could not write the answer.
            return fault(503, "the node is stopping");
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("uri", exchange.getRequestURI()).setCause(e).log("not done");
            return fault(500, String.valueOf(e.getMessage()));
        }
    }

    private static String schemeless(String origin) {
        return origin.substring(SCHEME.length());
    }

    private boolean isLoopback(@Nullable String host) {
        return ("127.0.0.1:" + file.port()).equals(host)
                || ("localhost:" + file.port()).equals(host);
    }

    private boolean hasToken(@Nullable String authorization) {
        byte[] expected = ("Bearer " + file.token()).getBytes(StandardCharsets.UTF_8);
        return authorization != null
                && MessageDigest.isEqual(expected, authorization.getBytes(StandardCharsets.UTF_8));
    }

    private Object versions(HttpExchange exchange) throws IOException, InterruptedException {
        return node.versions(path(exchange));
    }

    private Object why(HttpExchange exchange) throws IOException, InterruptedException {
        return node.why(path(exchange));
    }

    private static RelativePath path(HttpExchange exchange) {
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        if (!query.startsWith("path=")) {
            throw new IllegalArgumentException("expected ?path=PATH");
        }
        String text = URLDecoder.decode(query.substring("path=".length()), StandardCharsets.UTF_8);
        return RelativePath.parse(text);
    }

    private Object log(HttpExchange exchange) throws IOException, InterruptedException {
        Matcher query = LOG_QUERY.matcher(String.valueOf(exchange.getRequestURI().getRawQuery()));
        if (!query.matches()) {
            throw new IllegalArgumentException("expected ?count=N&after=NUMBER");
        }
        int count = Integer.parseInt(query.group(1));
        return node.log(Math.clamp(count, 1, LOG_COUNT_MAX), Long.parseLong(query.group(2)));
    }

    private Object shown(HttpExchange exchange) throws IOException, InterruptedException {
        return node.shown(Json.read(body(exchange), Asks.Shown.class).ids());
    }

    private Object restore(HttpExchange exchange) throws IOException, InterruptedException {
        Asks.Restore ask = Json.read(body(exchange), Asks.Restore.class);
        return ask.before() == null
                ? node.restore(ask.path(), ask.version())
                : node.restoreBefore(ask.path(), ask.before());
    }

    private Object resolve(HttpExchange exchange) throws IOException, InterruptedException {
        Asks.Resolve ask = Json.read(body(exchange), Asks.Resolve.class);
        return node.resolve(ask.path(), ask.keep());
    }

    private Object repair(HttpExchange exchange) throws IOException, InterruptedException {
        return node.repair(Json.read(body(exchange), Asks.Repair.class).path());
    }

    private Object forget(HttpExchange exchange) throws IOException, InterruptedException {
        return node.forget(Json.read(body(exchange), Asks.Forget.class).peer());
    }

    private Object newKey(HttpExchange exchange) throws IOException, InterruptedException {
        return node.newKey(Json.MAPPER.readValue(body(exchange), Asks.RenewKey.class).without());
    }

    private Object await(HttpExchange exchange) throws IOException, InterruptedException {
        return node.await(Json.read(body(exchange), Asks.Wait.class).timeout());
    }

    private Object confirmDeletes(HttpExchange exchange) throws IOException, InterruptedException {
        boolean restore = Json.read(body(exchange), Asks.ConfirmDeletes.class).restore();
        return node.confirmDeletes(restore);
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readNBytes(BODY_BYTES_MAX + 1);
            if (body.length > BODY_BYTES_MAX) {
                throw new IllegalArgumentException("body above %d bytes".formatted(BODY_BYTES_MAX));
            }
            return body;
        }
    }

    private static Answer fault(int status, String text) {
        return new Answer(status, new Asks.Fault(text), false);
    }

    /** How to reach it. */
    public ControlFile file() {
        return file;
    }

    /** Ends it; those who still wait for an answer are told that the node stops. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(ControlFile.in(stateDirectory));
        } catch (IOException e) {
            // Harmless: whoever reads it finds nobody at the port, or somebody with another token.
            LOG.atWarn().setCause(e).log("control file not deleted");
        }
        threads.shutdownNow();
        try {
            // Not the server's own way to wait: it waits in vain for answers that could not be
            // sent.
            if (!threads.awaitTermination(ANSWERING_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOG.atWarn().log("somebody who asked did not take the answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.close();
    }

    private record Route(String method, Act act, boolean stops) {
        static Route get(Act act) {
            return new Route("GET", act, false);
        }

        static Route post(Act act) {
            return new Route("POST", act, false);
        }
    }

    private record Answer(int status, Object body, boolean stops) {}

    @FunctionalInterface
    private interface Act {
        Object on(HttpExchange exchange) throws IOException, InterruptedException;
    }
}
