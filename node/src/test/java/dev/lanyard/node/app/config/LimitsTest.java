package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.app.config.Limits.Use;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.Objects;

final class LimitsTest {
    private static final long SELF = ProcessHandle.current().pid();

    /** As a shell reads it. */
    private static long system(String file) throws Exception {
        Process cat = new ProcessBuilder("cat", "/proc/sys/fs/inotify/" + file).start();
        String text = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return Long.parseLong(text.strip());
    }

    @Test
    void saysWhatTheSystemAllows() throws Exception {
        Limits limits = Limits.of(SELF);

        assertThat(Objects.requireNonNull(limits.watches()).allowed())
                .isEqualTo(system("max_user_watches"));
        assertThat(Objects.requireNonNull(limits.watchers()).allowed())
                .isEqualTo(system("max_user_instances"));
    }

    @Test
    void countsWhatIsUsed() throws Exception {
        try (WatchService watcher = FileSystems.getDefault().newWatchService()) {
            Path.of("/").register(watcher, StandardWatchEventKinds.ENTRY_CREATE);

            Limits limits = Limits.of(SELF);

            assertThat(Objects.requireNonNull(limits.watches()).used()).isPositive();
            assertThat(Objects.requireNonNull(limits.watchers()).used()).isPositive();
            Use openFiles = Objects.requireNonNull(limits.openFiles());
            assertThat(openFiles.used()).isGreaterThan(3);
            assertThat(openFiles.allowed()).isGreaterThan(openFiles.used());
        }
    }

    @Test
    void ofAProcessThatIsNotThereNothingIsKnown() {
        assertThat(Limits.of(Integer.MAX_VALUE)).isEqualTo(new Limits(null, null, null));
    }

    @Test
    void aTenthThatIsLeftIsScarce() {
        assertThat(new Use(89, 100).isScarce()).isFalse();
        assertThat(new Use(90, 100).isScarce()).isTrue();
    }
}
