package dev.lanyard.node.io.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class PortableWatcherTest {
    @TempDir Path folder;

    private final Reports reports = new Reports();
    private PortableWatcher watcher = new PortableWatcher(Path.of(""), reports);

    @BeforeEach
    void watch() throws IOException {
        Files.createDirectory(folder.resolve(".lanyard"));
        Files.createDirectory(folder.resolve("d"));
        watcher = new PortableWatcher(folder, reports);
        watcher.start();
    }

    @AfterEach
    void close() {
        watcher.close();
    }

    @Test
    void reportsWhatIsWrittenAndDeletedWithAllBelow() throws IOException {
        Path file = Files.writeString(folder.resolve("d/f"), "x");
        reports.awaitDirt(new Dirt(RelativePath.of("d/f"), true));

        reports.forget();
        Files.delete(file);

        reports.awaitDirt(new Dirt(RelativePath.of("d/f"), true));
    }

    @Test
    void seesItsCookiesAndRemovesThem() {
        watcher.cookie(42);

        reports.awaitEvent(new Event.CookieSeen(42));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(folder.resolve(".lanyard/cookie")).isEmptyDirectory());
        assertThat(reports.dirt()).isEmpty();
    }

    @Test
    void beginsAgainWithEverythingDirty() throws IOException {
        watcher.restart();
        reports.awaitDirt(new Dirt(null, true));

        Files.writeString(folder.resolve("d/g"), "x");

        reports.awaitDirt(new Dirt(RelativePath.of("d/g"), true));
    }
}
