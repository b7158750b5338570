package dev.lanyard.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two nodes a and b of one share, each a process of the real program; b dials a. */
final class Pair implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(40);

    final Path a;
    final Path b;
    private final Path base;
    private final String address;
    private final String key;
    private final List<Program> programs = new ArrayList<>();

    /** Folders and a key below {@code base}; nothing runs yet. */
    Pair(Path base) throws IOException {
        this.base = base;
        this.a = Files.createDirectories(base.resolve("a"));
        this.b = Files.createDirectories(base.resolve("b"));
        this.key = Program.key(a, base.resolve("a.state"));
        this.address = "127.0.0.1:" + Ports.free();
    }

    /** Starts a by another program, or by itself if that is empty. */
    Program startA(List<String> by) {
        return start(by, a, "--listen", address);
    }

    Program startB() {
        return start(List.of(), b, "--listen", "127.0.0.1:0", "--peer", address);
    }

    private Program start(List<String> by, Path folder, String... more) {
        List<String> all = new ArrayList<>(List.of("--no-discovery", "--key", key));
        all.addAll(List.of(more));
        Path state = base.resolve(folder.getFileName() + ".state");
        Program program = Program.start(by, folder, state, Map.of(), all.toArray(String[]::new));
        programs.add(program);
        return program.ready();
    }

    static void awaitInSync(Program program) {
        await().atMost(PATIENCE).until(() -> program.ask("peers").out().contains("in sync"));
    }

    static void awaitText(Path file, String text) {
        awaitText(file, text, PATIENCE);
    }

    static void awaitText(Path file, String text, Duration atMost) {
        await().atMost(atMost).until(() -> has(file, text));
    }

    private static boolean has(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).equals(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        programs.forEach(Program::close);
    }
}
