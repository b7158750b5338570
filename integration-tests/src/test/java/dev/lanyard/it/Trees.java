package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Looks at real folders with the system's own tools, which know names as bytes. */
final class Trees {
    private Trees() {}

    /** What ran, and what it said. */
    record Ran(int exit, String out) {}

    /**
     * Runs a command to its end, within a minute; names in its output are kept byte for byte as
     * ISO-8859-1.
     */
    static Ran run(Path directory, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true);
            builder.environment().putAll(environment);
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            Process process = builder.start();
            String out;
            try (InputStream in = process.getInputStream()) {
                out = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            }
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after a minute: " + command);
            }
            return new Ran(process.exitValue(), out);
        } catch (IOException e) {
            throw new AssertionError("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + command, e);
        }
    }

    /** Runs a shell script in {@code directory}; it must succeed. */
    static String sh(Path directory, String script) {
        Ran ran = run(directory, Map.of(), List.of("sh", "-euc", script));
        assertThat(ran.exit()).as("%s said: %s", script, ran.out()).isZero();
        return ran.out();
    }

    /**
     * Everything below {@code folder} but {@code .lanyard}: name, kind, mode, mtime of files to the
     * nanosecond, size, target.
     */
    static Map<String, String> listing(Path folder) {
        String out =
                run(
                                folder,
                                Map.of("LC_ALL", "C"),
                                List.of(
                                        "find",
                                        ".",
                                        "-path",
                                        "./.lanyard",
                                        "-prune",
                                        "-o",
                                        "-mindepth",
                                        "1",
                                        "-printf",
                                        "%P\\0%y %m %s %T@ %l\\0"))
                        .out();
        Map<String, String> listing = new TreeMap<>();
        String[] parts = out.split("\0", -1);
        for (int i = 0; i + 1 < parts.length; i += 2) {
            listing.put(parts[i], shown(parts[i + 1]));
        }
        return listing;
    }

    private static String shown(String facts) {
        List<String> parts = new ArrayList<>(List.of(facts.split(" ", 5)));
        return switch (parts.get(0)) {
            case "f" -> facts;
            case "d" -> "d " + parts.get(1);
            case "l" -> "l -> " + parts.get(4);
            default -> parts.get(0);
        };
    }

    /** What is in staging of a folder. */
    static List<Path> staged(Path folder) throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve(".lanyard/staging"))) {
            return left.toList();
        }
    }

    /**
     * Whether two folders are equal in names, kinds, modes, mtimes of files, targets and bytes;
     * empty, or what differs.
     */
    static String difference(Path one, Path other) {
        Map<String, String> first = listing(one);
        Map<String, String> second = listing(other);
        if (!first.equals(second)) {
            List<String> differing = new ArrayList<>();
            first.forEach(
                    (name, facts) -> {
                        if (!facts.equals(second.get(name))) {
                            differing.add("%s: %s / %s".formatted(name, facts, second.get(name)));
                        }
                    });
            second.forEach(
                    (name, facts) -> {
                        if (!first.containsKey(name)) {
                            differing.add("%s: nothing / %s".formatted(name, facts));
                        }
                    });
            return differing.size()
                    + " differ: "
                    + differing.subList(0, Math.min(10, differing.size()));
        }
        Ran ran =
                run(
                        one,
                        Map.of("LC_ALL", "C"),
                        List.of(
                                "diff",
                                "--recursive",
                                "--brief",
                                "--no-dereference",
                                "--exclude=.lanyard",
                                one.toString(),
                                other.toString()));
        // A fifo or socket is skipped by the nodes, and diff says so of both sides.
        return ran.exit() == 0 ? "" : ran.out();
    }
}
