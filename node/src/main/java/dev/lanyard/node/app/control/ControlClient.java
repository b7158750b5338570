package dev.lanyard.node.app.control;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A node that runs in another process, found by its state directory. Thread-safe. */
public final class ControlClient implements NodeControl {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

    /** As many ids as a request takes for certain. */
    private static final int SHOWN_MAX = 1_000;

    private final ControlFile file;

    private ControlClient(ControlFile file) {
        this.file = file;
    }

    /**
     * The node that uses {@code stateDirectory}; empty if none does.
     *
     * @throws IOException if the state directory cannot be read
     */
    public static Optional<ControlClient> find(Path stateDirectory) throws IOException {
        return ControlFile.read(stateDirectory).map(ControlClient::new);
    }

    /** The process of the node. */
    public long process() {
        return file.process();
    }

    @Override
    public Status status() throws IOException {
        return get("status", new TypeReference<>() {});
    }

    @Override
    public List<Problem> problems() throws IOException {
        return get("problems", new TypeReference<>() {});
    }

    @Override
    public List<Peer> peers() throws IOException {
        return get("peers", new TypeReference<>() {});
    }

    @Override
    public Diagnosis diagnosis() throws IOException {
        return get("diagnosis", new TypeReference<>() {});
    }

    @Override
    public List<Version> conflicts() throws IOException {
        return get("conflicts", new TypeReference<>() {});
    }

    @Override
    public List<Version> versions(RelativePath path) throws IOException {
        return get(
                "versions?path=" + URLEncoder.encode(path.toString(), StandardCharsets.UTF_8),
                new TypeReference<>() {});
    }

    @Override
    public Elsewhere versionsElsewhere(RelativePath path) throws IOException {
        return get(
                "versions-elsewhere?path="
                        + URLEncoder.encode(path.toString(), StandardCharsets.UTF_8),
                new TypeReference<>() {});
    }

    @Override
    public Result shown(List<String> ids) throws IOException {
        Result result = new Result(true, "0");
        for (int from = 0; from < ids.size() && result.done(); from += SHOWN_MAX) {
            List<String> part = ids.subList(from, Math.min(ids.size(), from + SHOWN_MAX));
            result = post("shown", new Asks.Shown(part));
        }
        return result;
    }

    @Override
    public List<Decision> log(int count, long after) throws IOException {
        return get("log?count=%d&after=%d".formatted(count, after), new TypeReference<>() {});
    }

    @Override
    public Why why(RelativePath path) throws IOException {
        return get(
                "why?path=" + URLEncoder.encode(path.toString(), StandardCharsets.UTF_8),
                new TypeReference<>() {});
    }

    @Override
    public Result restore(RelativePath path, @Nullable String version) throws IOException {
        return post("restore", new Asks.Restore(path, version, null));
    }

    @Override
    public Result restoreBefore(RelativePath path, Instant before) throws IOException {
        return post("restore", new Asks.Restore(path, null, before));
    }

    @Override
    public Result resolve(RelativePath path, Side keep) throws IOException {
        return post("resolve", new Asks.Resolve(path, keep));
    }

    @Override
    public Result await(Duration timeout) throws IOException {
        return post("wait", new Asks.Wait(timeout));
    }

    @Override
    public Result confirmDeletes(boolean restore) throws IOException {
        return post("confirm-deletes", new Asks.ConfirmDeletes(restore));
    }

    @Override
    public Result revert() throws IOException {
        return post("revert", null);
    }

    @Override
    public Result override() throws IOException {
        return post("override", null);
    }

    @Override
    public Result rescan() throws IOException {
        return post("rescan", null);
    }

    @Override
    public Scrubbed scrub() throws IOException {
        return call("POST", "scrub", null, new TypeReference<>() {});
    }

    @Override
    public Result repair(RelativePath path) throws IOException {
        return post("repair", new Asks.Repair(path));
    }

    @Override
    public Result forget(String peer) throws IOException {
        return post("forget", new Asks.Forget(peer));
    }

    @Override
    public NewKey newKey(List<String> without) throws IOException {
        return call("POST", "new-key", new Asks.RenewKey(without), new TypeReference<>() {});
    }

    @Override
    public Result pause() throws IOException {
        return post("pause", null);
    }

    @Override
    public Result resume() throws IOException {
        return post("resume", null);
    }

    @Override
    public void stop() throws IOException {
        post("stop", null);
    }

    private <T> T get(String what, TypeReference<T> type) throws IOException {
        return call("GET", what, null, type);
    }

    private Result post(String what, @Nullable Object body) throws IOException {
        return call("POST", what, body, new TypeReference<>() {});
    }

    private <T> T call(String method, String what, @Nullable Object body, TypeReference<T> type)
            throws IOException {
        URI uri = URI.create("http://127.0.0.1:%d/v1/%s".formatted(file.port(), what));
        HttpURLConnection connection =
                (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        try {
            connection.setConnectTimeout((int) CONNECT_MAX.toMillis());
            connection.setRequestMethod(method);
            connection.setRequestProperty("Authorization", "Bearer " + file.token());
            if (method.equals("POST")) {
                send(connection, body);
            }
            return read(connection, type);
        } catch (ConnectException e) {
            throw new NotRunningException(e);
        } catch (JacksonException e) {
            throw new IOException("the node answers what cannot be understood", e);
        } finally {
            connection.disconnect();
        }
    }

    private static void send(HttpURLConnection connection, @Nullable Object body)
            throws IOException {
        byte[] bytes = body == null ? new byte[0] : Json.MAPPER.writeValueAsBytes(body);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(bytes.length);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(bytes);
        }
    }

    private static <T> T read(HttpURLConnection connection, TypeReference<T> type)
            throws IOException {
        int status = connection.getResponseCode();
        if (status == 401) {
            // The node is gone, and somebody else got its port.
            throw new NotRunningException(new IOException("its token is not known there"));
        }
        if (status != 200) {
            throw new IOException(fault(connection, status));
        }
        try (InputStream in = connection.getInputStream()) {
            return Json.MAPPER.readValue(in.readAllBytes(), type);
        }
    }

    private static String fault(HttpURLConnection connection, int status) throws IOException {
        try (@Nullable InputStream in = connection.getErrorStream()) {
            return in == null
                    ? "status " + status
                    : Json.MAPPER.readValue(in.readAllBytes(), Asks.Fault.class).error();
        }
    }

    /** Writes a record of {@link NodeControl}, or a list of them, as the server would. */
    public static String json(Object answer) {
        return Json.MAPPER.writeValueAsString(answer);
    }
}
