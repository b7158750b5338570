package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

class PlacesTest {
    @TempDir private Path temporary;

    @Test
    void theShareAroundAPathIsTheNearest() throws Exception {
        Path outer = Files.createDirectories(temporary.resolve("outer"));
        Path inner = Files.createDirectories(outer.resolve("a/inner"));
        Files.createDirectory(outer.resolve(".lanyard"));
        Files.createDirectory(inner.resolve(".lanyard"));

        assertThat(Places.folderAbove(inner.resolve("x/gone"))).contains(inner);
        assertThat(Places.folderAbove(inner)).contains(inner);
        assertThat(Places.folderAbove(outer.resolve("a"))).contains(outer);
        assertThat(Places.folderAbove(temporary)).isEmpty();
    }

    @Test
    void foldersOfOneNameHaveStateOfTheirOwn() throws Exception {
        Machine machine = new Machine(temporary);
        Path one = Path.of("/a/notes");
        Path two = Path.of("/b/notes");

        assertThat(Places.stateDirectory(one, machine.environment))
                .isNotEqualTo(Places.stateDirectory(two, machine.environment));
        assertThat(Places.folderLock(one, machine.environment))
                .isNotEqualTo(Places.folderLock(two, machine.environment));
    }

    @Test
    void theLongestNameStillMakesAStateDirectory() throws Exception {
        Machine machine = new Machine(temporary);
        Path folder = Path.of("/" + "\u00e9".repeat(127));

        Path state = Places.stateDirectory(folder, machine.environment);

        assertThat(Files.createDirectories(state)).isDirectory();
    }

    @Test
    void reasonsAreWordsWithoutThePath() {
        assertThat(Places.reason(new AccessDeniedException("/a"))).isEqualTo("access denied");
        assertThat(Places.reason(new FileSystemException("/a", null, "Read-only file system")))
                .isEqualTo("Read-only file system");
        assertThat(Places.reason(new IOException("two\nlines"))).isEqualTo("two%0Alines");
        assertThat(Places.reason(new IOException())).isEmpty();
    }
}
