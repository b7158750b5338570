package dev.lanyard.it;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A machine of a {@link Lan} with a node of the real program, whose log tells of its peers. */
final class Host implements AutoCloseable {
    private final Lan lan;
    private final int number;
    private final Path folder;
    private final Path state;
    private final String key;
    private Map<String, String> environment = Map.of();
    private long readFrom;
    private @Nullable Program program;

    /** Nothing runs yet; folder and state are below {@code base}. */
    Host(Lan lan, int number, Path base, String key) throws IOException {
        this.lan = lan;
        this.number = number;
        this.folder = Files.createDirectories(base.resolve(number + "/folder"));
        this.state = base.resolve(number + ".state");
        this.key = key;
    }

    Path folder() {
        return folder;
    }

    /** Its node has no more than so much heap, as Java writes it, from the next start on. */
    Host heap(String max) {
        environment = Map.of("LANYARD_JAVA_OPTIONS", "-Xmx" + max);
        return this;
    }

    /** Starts the node with these options, and returns before it is ready. */
    Host start(String... options) {
        readFrom = log().length();
        List<String> arguments = new ArrayList<>(List.of("--key", key));
        arguments.addAll(List.of(options));
        program =
                Program.start(
                        lan.on(number),
                        folder,
                        state,
                        environment,
                        arguments.toArray(String[]::new));
        return this;
    }

    Program program() {
        if (program == null) {
            throw new IllegalStateException("never started");
        }
        return program;
    }

    Host ready() {
        program().ready();
        return this;
    }

    /** How many sessions are open, of those that began since the start. */
    int sessions() {
        return lines().stream().mapToInt(Host::change).sum();
    }

    private static int change(String line) {
        return line.contains(" - peer connected ")
                ? 1
                : line.contains(" - peer disconnected ") ? -1 : 0;
    }

    /** Whether it logged these words since the start. */
    boolean hasLogged(String words) {
        return lines().stream().anyMatch(line -> line.contains(words));
    }

    /** When it listened. */
    Instant startedAt() {
        return lines().stream()
                .filter(line -> line.contains(" - node started "))
                .map(Host::timeOf)
                .findFirst()
                .orElseThrow();
    }

    /** When so many sessions were open for the first time. */
    Instant hadSessionsAt(int count) {
        int open = 0;
        for (String line : lines()) {
            open += change(line);
            if (open == count) {
                return timeOf(line);
            }
        }
        throw new IllegalStateException("never had %d sessions".formatted(count));
    }

    private static Instant timeOf(String line) {
        return Instant.parse(line.substring(0, line.indexOf(' ')));
    }

    /** What was logged since the start. */
    private List<String> lines() {
        return log().substring((int) readFrom).lines().toList();
    }

    private String log() {
        try {
            Path file = state.resolve("log/lanyard.log");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (program != null) {
            program.close();
        }
    }
}
