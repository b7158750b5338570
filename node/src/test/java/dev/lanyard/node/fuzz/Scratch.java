package dev.lanyard.node.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory of this process for files that are tried, in memory where the system has that. */
public final class Scratch {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Path TOP = make();

    private Scratch() {}

    private static Path make() {
        try {
            Path top =
                    Files.isWritable(MEMORY)
                            ? Files.createTempDirectory(MEMORY, "lanyard-fuzz-")
                            : Files.createTempDirectory("lanyard-fuzz-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(top)));
            return top;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path top) {
        try (Stream<Path> all = Files.walk(top)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where something of this name can be. */
    public static Path path(String name) {
        return TOP.resolve(name);
    }
}
