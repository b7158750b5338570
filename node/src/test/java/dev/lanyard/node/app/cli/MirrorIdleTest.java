package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A mirror that watches, where nothing happens. */
@EnabledOnOs(OS.LINUX)
class MirrorIdleTest {
    /** What was learned is saved after a lull of 5 s; nothing is due after that. */
    private static final Duration SILENCE = Duration.ofSeconds(12);

    @TempDir private Path temporary;

    /** How often each thread of a mirror has waited and was woken, by its number. */
    private static Map<String, String> wakeups() throws IOException {
        Map<String, String> wakeups = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path each : (Iterable<Path>) tasks::iterator) {
                String name = Files.readString(each.resolve("comm")).strip();
                if (name.startsWith("mirror-to-") || name.startsWith("lanyard-")) {
                    wakeups.put(each.getFileName() + " " + name, switches(each));
                }
            }
        }
        return wakeups;
    }

    private static String switches(Path task) throws IOException {
        try (Stream<String> lines = Files.lines(task.resolve("status"))) {
            return lines.filter(line -> line.startsWith("voluntary_ctxt_switches"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    @Tag("long")
    void noThreadIsWokenWhileNothingHappens() throws Exception {
        Desk desk = new Desk(temporary);
        Path source = Files.createDirectory(desk.home.resolve("src"));
        Path one = desk.home.resolve("one");
        Path two = desk.home.resolve("two");
        Files.writeString(source.resolve("a"), "a");
        var running =
                desk.begin(
                        "mirror",
                        source.toString(),
                        one.toString(),
                        two.toString(),
                        "--watch",
                        "--quiet");
        await().until(() -> Files.exists(one.resolve("a")) && Files.exists(two.resolve("a")));
        Files.writeString(source.resolve("b"), "b");
        await().until(() -> Files.exists(one.resolve("b")) && Files.exists(two.resolve("b")));

        Map<String, String> seen = new TreeMap<>();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(SILENCE)
                .until(
                        () -> {
                            Map<String, String> before = new TreeMap<>(seen);
                            seen.clear();
                            seen.putAll(wakeups());
                            return before.equals(seen);
                        });

        assertThat(seen.keySet())
                .extracting(each -> each.substring(each.indexOf(' ') + 1))
                .contains("mirror-to-0", "mirror-to-1", "lanyard-watch", "lanyard-mounts");
        Files.writeString(source.resolve("c"), "c");
        await().until(() -> Files.exists(one.resolve("c")) && Files.exists(two.resolve("c")));
        desk.signal();
        assertThat(running.end().exit()).isZero();
    }
}
