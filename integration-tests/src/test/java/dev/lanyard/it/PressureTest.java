package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Real nodes where the system gives them too little, or where too many want something of them. */
class PressureTest {
    /** How often what is not watched is looked at, and what that look takes. */
    private static final Duration POLL = Duration.ofSeconds(30 + 15);

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /** The system's queue takes 16 384 where nobody has set it otherwise. */
    private static final int EVENTS = 20_000;

    private static final List<String> FEW_WATCHES =
            List.of(
                    "unshare",
                    "-Ur",
                    "sh",
                    "-c",
                    "echo 100 > /proc/sys/user/max_inotify_watches && exec \"$@\"",
                    "sh");

    @TempDir private Path base;

    @Test
    @Tag("long")
    @DisplayName("D35: with 100 watches for 1 000 directories all arrives, later, and that is said")
    void d35_fewWatches() throws Exception {
        List<String> probe = new ArrayList<>(FEW_WATCHES);
        probe.add("true");
        assumeThat(Trees.run(base, Map.of(), probe).exit())
                .as("user namespaces may be made here")
                .isZero();
        try (Pair pair = new Pair(base)) {
            Trees.sh(pair.a, "for i in $(seq 1000); do mkdir d$i; echo $i > d$i/f; done");
            Program a = pair.startA(FEW_WATCHES);
            pair.startB();
            Pair.awaitText(pair.b.resolve("d1000/f"), "1000\n");

            assertThat(a.ask("problems").out()).contains("directories are not watched");
            Files.writeString(pair.a.resolve("d900/f"), "changed");
            Files.writeString(pair.a.resolve("d17/new"), "new");

            Pair.awaitText(pair.b.resolve("d900/f"), "changed", POLL);
            Pair.awaitText(pair.b.resolve("d17/new"), "new", POLL);
        }
    }

    @Test
    @Tag("long")
    @DisplayName("D37: ten overflows in ten seconds are answered rarely, and nothing is missed")
    void d37_overflowsWithoutEnd() throws Exception {
        try (Pair pair = new Pair(base)) {
            Trees.sh(pair.a, "for i in $(seq 2000); do echo $i > f$i; done");
            Program a = pair.startA(List.of());
            pair.startB();
            Pair.awaitInSync(a);
            String pid = String.valueOf(a.process().pid());
            Duration before = cpu(a);
            Instant begin = Instant.now();

            for (int round = 0; round < 10; round++) {
                Trees.sh(base, "kill -STOP " + pid);
                overflow(pair.a.resolve("f1"), pair.a.resolve("f2"));
                Trees.sh(base, "kill -CONT " + pid);
                assertThat(a.ask("status").exit()).as("it has gone on").isZero();
            }
            await().atMost(Pair.PATIENCE).until(() -> Trees.difference(pair.a, pair.b).isEmpty());

            Duration took = Duration.between(begin, Instant.now());
            Duration used = cpu(a).minus(before);
            assertThat(used.dividedBy(CORES)).as("of %s", took).isLessThan(took.dividedBy(10));
        }
    }

    /** More events than the queue of the system takes, each another one than that before it. */
    private static void overflow(Path one, Path other) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(new byte[] {'x'});
        try (FileChannel first = FileChannel.open(one, StandardOpenOption.APPEND);
                FileChannel second = FileChannel.open(other, StandardOpenOption.APPEND)) {
            for (int i = 0; i < EVENTS; i++) {
                (i % 2 == 0 ? first : second).write(text.rewind());
            }
        }
    }

    private static Duration cpu(Program program) {
        return program.process().info().totalCpuDuration().orElseThrow();
    }

    @Test
    @DisplayName("S32: many who ask at once, while much arrives, all have answers")
    void s32_manyWhoAsk() throws Exception {
        try (Share share = new Share(base);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Share.Node> nodes = share.start(2);
            Share.Node a = nodes.getFirst();
            Share.Node b = nodes.getLast();
            Trees.sh(a.folder, "for i in $(seq 500); do echo $i > f$i; done");
            RelativePath path = RelativePath.of("f7");
            List<Callable<Object>> questions =
                    List.of(
                            () -> b.control().status(),
                            () -> b.control().why(path),
                            () -> b.control().log(1_000, 0),
                            () -> b.control().versions(path),
                            () -> b.control().versionsElsewhere(path),
                            () -> b.control().problems());

            List<Future<Object>> answers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                answers.add(threads.submit(questions.get(i % questions.size())));
            }
            for (Future<Object> answer : answers) {
                assertThat(answer.get(40, TimeUnit.SECONDS)).isNotNull();
            }
            share.settle();
        }
    }
}
