package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Problem;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Users who rename, delete and write without a pause, on all nodes at once. */
@EnabledOnOs(OS.LINUX)
class StormsTest {
    private static final List<String> DIRECTORIES = List.of("", "d/", "e/", "d/s/");
    private static final int ACTS = 250;

    @TempDir Path base;
    private int takenCount;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("S29: a storm of renames, deletions and new files ends equal, and nothing is lost")
    void s29_storm(long seed) throws Exception {
        try (Share share = new Share(base)) {
            List<Share.Node> nodes = share.start(2 + (int) (seed % 2));
            for (String directory : DIRECTORIES) {
                Files.createDirectories(nodes.getFirst().path(directory));
            }
            share.settle();
            Random random = new Random(seed);
            Set<String> finished = new HashSet<>();
            for (int act = 0; act < ACTS; act++) {
                act(nodes.get(random.nextInt(nodes.size())), random, act, finished);
                // A pause between acts lets the others' changes come between.
                LockSupport.parkNanos(random.nextInt(4) == 0 ? random.nextInt(20_000_000) : 0);
            }
            try {
                share.settle();
            } catch (AssertionError unsettled) {
                throw new AssertionError("seed %d: %s".formatted(seed, shown(nodes)), unsettled);
            }

            assertThat(lost(nodes, finished)).as("seed %d: lost", seed).isEmpty();
            for (Share.Node node : nodes) {
                assertThat(node.problems())
                        .as("seed %d: %s", seed, node.name)
                        .allMatch(problem -> problem.kind() == Problem.Kind.CONFLICT);
            }
        }
    }

    private static String shown(List<Share.Node> nodes) {
        StringBuilder shown = new StringBuilder();
        for (Share.Node node : nodes) {
            shown.append("%n%s: %s %s".formatted(node.name, node.status(), node.problems()));
        }
        return shown.toString();
    }

    /** {@code finished} loses what a user here does away with, who sees it. */
    private void act(Share.Node node, Random random, int act, Set<String> finished)
            throws IOException {
        Path one = any(node, random);
        Path other = any(node, random);
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                finished.remove(content(take(one)));
                String content = "content " + act;
                if (tried(() -> Files.writeString(one, content, StandardOpenOption.CREATE_NEW))) {
                    finished.add(content);
                }
            }
            case 2 -> finished.remove(content(take(one)));
            case 3 -> tried(() -> move(one, one.resolveSibling("r" + act)));
            default -> { // rm one; mv other one
                finished.remove(content(take(one)));
                Path moved = take(other);
                boolean kept =
                        tried(() -> Files.createLink(one, moved))
                                || tried(() -> Files.createLink(other, moved));
                if (!kept) {
                    finished.remove(content(moved));
                }
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Takes a file out of the folder, so that what it was is known for certain, whatever the node
     * did a moment ago; where it is now, if it was there.
     */
    private Path take(Path file) throws IOException {
        Path taken =
                Files.createDirectories(base.resolve("taken"))
                        .resolve(String.valueOf(++takenCount));
        tried(() -> move(file, taken));
        return taken;
    }

    private static Path any(Share.Node node, Random random) {
        return node.path(
                DIRECTORIES.get(random.nextInt(DIRECTORIES.size())) + "f" + random.nextInt(6));
    }

    private interface Act {
        void run() throws IOException;
    }

    /** False where another node's change came first: then the user has done nothing. */
    private static boolean tried(Act act) {
        try {
            act.run();
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }

    private static Set<String> lost(List<Share.Node> nodes, Set<String> finished)
            throws IOException {
        Set<String> lost = new HashSet<>(finished);
        for (Share.Node node : nodes) {
            try (var files = Files.walk(node.folder)) {
                files.filter(Files::isRegularFile).forEach(file -> lost.remove(content(file)));
            }
        }
        return lost;
    }
}
