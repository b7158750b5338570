package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The real program where nothing happens: what wakes the machine all the same. */
@EnabledOnOs(OS.LINUX)
class IdleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /**
     * How often a minute java may wake threads of its own, whatever its options are: memory of its
     * compilers, and its compilers, every five seconds, and once a minute what closes after
     * garbage. A few more since a minute of the test may be longer.
     */
    private static final Map<String, Long> OF_JAVA =
            Map.of("VM Periodic Tas", 14L, "C1 CompilerThre", 14L, "Common-Cleaner", 2L);

    @TempDir private Path base;

    /** How often each thread of a process has waited and was woken, by its name and number. */
    private static Map<String, Long> wakeups(long process) throws IOException {
        Map<String, Long> wakeups = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/%d/task".formatted(process)))) {
            for (Path each : (Iterable<Path>) tasks::iterator) {
                String name = Files.readString(each.resolve("comm")).strip();
                wakeups.put(name + "/" + each.getFileName(), switches(each));
            }
        }
        return wakeups;
    }

    private static long switches(Path task) throws IOException {
        String key = "voluntary_ctxt_switches:";
        try (Stream<String> lines = Files.lines(task.resolve("status"))) {
            String line = lines.filter(it -> it.startsWith(key)).findFirst().orElseThrow();
            return Long.parseLong(line.substring(key.length()).strip());
        }
    }

    @Test
    @Tag("long")
    @DisplayName("no thread of a mirror that watches is woken, but for what java itself does")
    void aMirrorThatWatchesIsNotWoken() throws Exception {
        Path source = Files.createDirectory(base.resolve("src"));
        Path one = base.resolve("one");
        Path two = base.resolve("two");
        Files.writeString(source.resolve("a"), "a");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Program.launcher().toString(),
                                "mirror",
                                source.toString(),
                                one.toString(),
                                two.toString(),
                                "--watch",
                                "--quiet")
                        .redirectErrorStream(true)
                        .redirectOutput(base.resolve("said").toFile());
        builder.environment().put("XDG_STATE_HOME", base.resolve("state").toString());
        Process mirror = builder.start();
        try {
            awaitCopies("a", one, two);

            Map<String, Long> seen = new TreeMap<>();
            await().atMost(MINUTE.multipliedBy(6))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(MINUTE)
                    .ignoreExceptionsMatching(IdleTest::isOfAThreadThatEnded)
                    .untilAsserted(() -> assertQuietSince(seen, wakeups(mirror.pid())));

            Files.writeString(source.resolve("b"), "b");
            awaitCopies("b", one, two);
        } finally {
            mirror.destroy();
            assertThat(mirror.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean isOfAThreadThatEnded(Throwable failure) {
        return failure instanceof IOException || failure instanceof UncheckedIOException;
    }

    private static void awaitCopies(String name, Path... copies) {
        for (Path copy : copies) {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(copy.resolve(name)));
        }
    }

    /** The next time is compared with {@code now}. */
    private static void assertQuietSince(Map<String, Long> seen, Map<String, Long> now) {
        Map<String, Long> before = Map.copyOf(seen);
        seen.clear();
        seen.putAll(now);
        assertThat(before.keySet()).isEqualTo(now.keySet());
        for (Map.Entry<String, Long> each : now.entrySet()) {
            String name = each.getKey().substring(0, each.getKey().lastIndexOf('/'));
            assertThat(each.getValue() - before.getOrDefault(each.getKey(), 0L))
                    .as("wake-ups of %s in a minute", each.getKey())
                    .isLessThanOrEqualTo(OF_JAVA.getOrDefault(name, 0L));
        }
    }
}
