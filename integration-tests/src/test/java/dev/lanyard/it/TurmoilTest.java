package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Three processes of the real program, each on a machine (a network namespace) with a user who does
 * whatever comes to mind, while processes are killed and stopped, cables pulled, a clock is wrong
 * and a small disk is full. When that ends, all folders must become equal, with all that a user
 * wrote and nobody has knowingly done away with.
 */
class TurmoilTest {
    private static final int MACHINES = 3;
    private static final int PORT = 4_711;
    private static final Duration LONGEST_FAULT = Duration.ofSeconds(6);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** This machine has a small disk. */
    private static final int SMALL = MACHINES - 1;

    /** What is seen here is dated 90 minutes later, where the program that does so is installed. */
    private static final int AHEAD = 1;

    /** All clocks of the process: where only some are ahead, waiting for a time keeps it busy. */
    private static final List<String> CLOCK_AHEAD = List.of("faketime", "-f", "+90m");

    /**
     * What is displaced in a minute is a fraction of this, and no version younger than an hour is
     * pruned.
     */
    private static final int MEGABYTES_A_MINUTE = 16;

    private static final List<String> FILL = List.of("dd", "if=/dev/zero", "of=ballast", "bs=64k");

    private static final boolean CLOCKS_CAN_BE_WRONG =
            Trees.run(Path.of("/"), Map.of(), List.of("sh", "-c", "command -v faketime")).exit()
                    == 0;

    @TempDir private Path base;
    private final Writings writings = new Writings();
    private final List<Machine> machines = new ArrayList<>();
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Random random = new Random(seed);

    @BeforeAll
    static void needRoot() {
        assumeThat(Lan.isPossible()).as("network namespaces can be made here").isTrue();
    }

    @Test
    @DisplayName("P10 S29: three minutes of turmoil end with equal folders, and nothing is lost")
    void threeMinutes() throws Exception {
        turmoil(Duration.ofMinutes(3));
    }

    @Test
    @Tag("long")
    @DisplayName("P10 S29: half an hour of turmoil ends with equal folders, and nothing is lost")
    void halfAnHour() throws Exception {
        turmoil(Duration.ofMinutes(30));
    }

    private void turmoil(Duration time) throws Exception {
        Path small = Files.createDirectory(base.resolve("small"));
        long megabytes = MEGABYTES_A_MINUTE * time.toMinutes();
        Trees.sh(base, "mount -t tmpfs -o size=%dm tmpfs small".formatted(megabytes));
        try (Lan lan = Lan.of(MACHINES)) {
            Path first = Files.createDirectories(base.resolve("0/folder"));
            String key = Program.key(first, base.resolve("0.state"));
            for (int i = 0; i < MACHINES; i++) {
                Path disk = i == SMALL ? small : base.resolve("" + i);
                machines.add(new Machine(lan, i, disk, key));
            }
            try {
                for (Machine machine : machines) {
                    machine.start();
                }
                goOnUntil(Instant.now().plus(time));
                awaitEqual();
            } finally {
                machines.forEach(Machine::end);
            }
            List<Path> folders = machines.stream().map(machine -> machine.folder).toList();
            assertThat(writings.faults(folders)).as("seed %s", seed).isEmpty();
            assertThat(writings.count())
                    .as("contents written; could not: %s", writings.refusals())
                    .isGreaterThan(100);
        } finally {
            Trees.sh(base, "umount -l small");
        }
    }

    private void goOnUntil(Instant end) throws Exception {
        try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            try {
                for (Machine machine : machines) {
                    all.add(users.submit(() -> machine.useUntil(end)));
                }
                while (Instant.now().isBefore(end)) {
                    Machine machine = machines.get(random.nextInt(MACHINES));
                    machine.fail(Duration.ofMillis(random.nextLong(LONGEST_FAULT.toMillis())));
                }
                for (Future<?> user : all) {
                    user.get();
                }
            } finally {
                users.shutdownNow();
            }
        }
    }

    private void awaitEqual() throws IOException {
        List<Path> folders = machines.stream().map(machine -> machine.folder).toList();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () -> {
                            for (Path folder : folders) {
                                assertThat(Trees.difference(folders.getFirst(), folder))
                                        .as("seed %s: %s", seed, folder)
                                        .isEmpty();
                            }
                        });
        for (Machine machine : machines) {
            machine.settle();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(Trees.staged(machine.folder))
                                            .as("seed %s", seed)
                                            .isEmpty());
        }
    }

    /** One of them, with its node and its user. */
    private final class Machine {
        private final Lan lan;
        private final int number;
        private final Path disk;
        private final Path folder;
        private final Path state;
        private final String key;
        private final Scribbler user;
        private final Random pauses;
        private @Nullable Program program;

        Machine(Lan lan, int number, Path disk, String key) throws IOException {
            this.lan = lan;
            this.number = number;
            this.disk = disk;
            this.folder = Files.createDirectories(disk.resolve("folder"));
            this.state = base.resolve(number + ".state");
            this.key = key;
            Path desk = Files.createDirectories(disk.resolve("desk"));
            this.user =
                    new Scribbler(
                            "user " + number,
                            folder,
                            desk,
                            new Random(random.nextLong()),
                            writings);
            this.pauses = new Random(random.nextLong());
        }

        Program program() {
            if (program == null) {
                throw new IllegalStateException("never started");
            }
            return program;
        }

        void start() {
            List<String> by = new ArrayList<>(lan.on(number));
            if (number == AHEAD && CLOCKS_CAN_BE_WRONG) {
                by.addAll(CLOCK_AHEAD);
            }
            List<String> arguments =
                    new ArrayList<>(
                            List.of(
                                    "--no-discovery",
                                    "--key",
                                    key,
                                    "--listen",
                                    lan.address(number) + ":" + PORT));
            for (int other = 0; other < MACHINES; other++) {
                if (other != number) {
                    arguments.addAll(List.of("--peer", lan.address(other) + ":" + PORT));
                }
            }
            program = Program.start(by, folder, state, Map.of(), arguments.toArray(String[]::new));
            program.ready();
        }

        @Nullable Void useUntil(Instant end) throws InterruptedException {
            while (Instant.now().isBefore(end)) {
                user.act();
                Thread.sleep(pauses.nextInt(pauses.nextInt(10) == 0 ? 3_000 : 200));
            }
            return null;
        }

        /** One thing fails here for so long. */
        void fail(Duration time) throws Exception {
            switch (random.nextInt(number == SMALL ? 4 : 3)) {
                case 0 -> {
                    program().kill();
                    Thread.sleep(time.dividedBy(4));
                    start();
                }
                case 1 -> {
                    signal("STOP");
                    Thread.sleep(time);
                    signal("CONT");
                }
                case 2 -> {
                    lan.pull(number);
                    Thread.sleep(time);
                    lan.plug(number);
                }
                default -> {
                    Trees.run(disk, Map.of(), FILL);
                    Thread.sleep(time);
                    Files.delete(disk.resolve("ballast"));
                }
            }
        }

        private void signal(String name) {
            Trees.sh(base, "kill -%s %d".formatted(name, program().process().pid()));
        }

        /** As {@link Program#settle}, asked on the machine itself: nobody else can ask. */
        void settle() {
            List<String> wait = new ArrayList<>(lan.on(number));
            wait.addAll(List.of(Program.launcher().toString(), "wait", folder.toString()));
            wait.addAll(List.of("--state-dir", state.toString(), "--timeout", "55s"));
            Trees.Ran ran = Trees.run(base, Map.of(), wait);
            assertThat(ran.exit()).as("wait on %s said: %s", number, ran.out()).isZero();
        }

        void end() {
            if (program != null) {
                program.close();
            }
        }
    }
}
