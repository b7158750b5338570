package dev.lanyard.it;

import static org.awaitility.Awaitility.await;

import dev.lanyard.it.onefile.Explanation;
import dev.lanyard.it.onefile.KeptName;
import dev.lanyard.it.onefile.Observation;
import dev.lanyard.it.onefile.Observation.Stabilize;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Three processes of the real program, and users of one file in their folders: all that they see
 * must have an explanation. Each run has a file of its own. Which is the first seed: {@code
 * -Donefile.first=N}.
 */
class OneFileTest {
    private static final int NODES = 3;
    private static final long FIRST = Long.getLong("onefile.first", 0);
    private static final int FEW = 4;
    private static final int MANY = Integer.getInteger("onefile.runs", 200);
    private static final int OPERATIONS_MIN = 10;
    private static final int OPERATIONS_RANGE = 11;
    private static final int PAUSE_MILLIS = 15;
    private static final int LONG_PAUSE_MILLIS = 200;
    private static final int STOPPED_OPERATIONS_MAX = 5;

    @TempDir private Path base;
    private final List<Program> programs = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        List<Integer> ports = Stream.generate(Ports::free).limit(NODES).toList();
        String key = Program.key(Files.createDirectories(folder(0)), state(0));
        for (int node = 0; node < NODES; node++) {
            List<String> arguments = new ArrayList<>(List.of("--no-discovery", "--key", key));
            arguments.addAll(List.of("--listen", "127.0.0.1:" + ports.get(node)));
            for (int other = 0; other < node; other++) {
                arguments.addAll(List.of("--peer", "127.0.0.1:" + ports.get(other)));
            }
            Files.createDirectories(desk(node));
            programs.add(
                    Program.start(
                            folder(node), state(node), Map.of(), arguments.toArray(String[]::new)));
        }
        programs.forEach(Program::ready);
        for (Program program : programs) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> program.ask("status", "--json").out(), OneFileTest::hasAllPeers);
        }
    }

    private static boolean hasAllPeers(String status) {
        return status.replace(" ", "").contains("\"peersConnected\":" + (NODES - 1));
    }

    @AfterEach
    void close() {
        programs.forEach(Program::close);
    }

    private Path folder(int node) {
        return base.resolve(node + "/folder");
    }

    private Path desk(int node) {
        return base.resolve(node + "/desk");
    }

    private Path state(int node) {
        return base.resolve(node + "/state");
    }

    @Test
    @DisplayName("S12 S29: what users of one file see of real nodes has an explanation")
    void whatUsersSeeHasAnExplanation() throws Exception {
        for (long seed = FIRST; seed < FIRST + FEW; seed++) {
            new Run(seed).run();
        }
    }

    @Test
    @Tag("long")
    @DisplayName("S12 S29: the same, many times")
    void whatUsersSeeManyTimesHasAnExplanation() throws Exception {
        for (long seed = FIRST; seed < FIRST + MANY; seed++) {
            new Run(seed).run();
        }
    }

    /** One after the other, users at random machines do something, and nodes stand still. */
    private final class Run {
        private final long seed;
        private final Random random;
        private final List<OneFileUser> users = new ArrayList<>();
        private final Explanation explanation = new Explanation(NODES);
        private int values;

        /** How many operations later the node goes on that stands still; 0: none does. */
        private int stoppedOperations;

        private int stopped;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int node = 0; node < NODES; node++) {
                Path file = folder(node).resolve(name());
                users.add(new OneFileUser(node, file, desk(node).resolve("draft")));
            }
        }

        private String name() {
            return "file-" + seed;
        }

        void run() throws Exception {
            int operations = OPERATIONS_MIN + random.nextInt(OPERATIONS_RANGE);
            for (int i = 0; i < operations; i++) {
                stopOrGoOn();
                observe(operate(users.get(random.nextInt(NODES))));
                boolean isLong = random.nextInt(5) == 0;
                Thread.sleep(random.nextInt(isLong ? LONG_PAUSE_MILLIS : PAUSE_MILLIS));
            }
            goOn();
            stabilize();
        }

        private void observe(Observation observation) {
            try {
                explanation.observe(observation);
            } catch (AssertionError unexplained) {
                throw new AssertionError(
                        "seed %d: %s".formatted(seed, unexplained.getMessage()), unexplained);
            }
        }

        private Observation operate(OneFileUser user) throws IOException {
            int dice = random.nextInt(20);
            if (dice < 9) {
                return user.read();
            }
            if (dice < 13) {
                return user.save(newValue());
            }
            return dice < 17 ? user.edit(newValue()) : user.delete();
        }

        /** No two have the same length. */
        private String newValue() {
            values++;
            return "value %d of %s%s".formatted(values, name(), "-".repeat(values));
        }

        private void stopOrGoOn() {
            if (stoppedOperations > 0 && --stoppedOperations == 0) {
                signal("CONT");
            } else if (stoppedOperations == 0 && random.nextInt(6) == 0) {
                stopped = random.nextInt(NODES);
                stoppedOperations = 1 + random.nextInt(STOPPED_OPERATIONS_MAX);
                signal("STOP");
            }
        }

        private void goOn() {
            if (stoppedOperations > 0) {
                signal("CONT");
            }
        }

        private void signal(String name) {
            long process = programs.get(stopped).process().pid();
            Trees.sh(base, "kill -%s %d".formatted(name, process));
        }

        private void stabilize() throws IOException {
            programs.forEach(Program::settle);
            List<@Nullable String> values = new ArrayList<>();
            Set<String> conflicts = new HashSet<>();
            for (int node = 0; node < NODES; node++) {
                values.add(users.get(node).shown());
                conflicts.addAll(conflicts(node));
            }
            observe(new Stabilize(values, conflicts));
        }

        private Set<String> conflicts(int node) throws IOException {
            Set<String> conflicts = new HashSet<>();
            try (Stream<Path> kept = Files.list(folder(node).resolve(".lanyard/versions"))) {
                for (Path each : kept.toList()) {
                    if (KeptName.isConflict(each.getFileName().toString())) {
                        conflicts.add(Files.readString(each));
                    }
                }
            }
            return conflicts;
        }
    }
}
