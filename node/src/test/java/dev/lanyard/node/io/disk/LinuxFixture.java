package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/** A folder with an open root, and one outside that must never be touched. */
@EnabledOnOs(OS.LINUX)
abstract class LinuxFixture {
    @TempDir Path temporary;
    Path folder;
    Path outside;
    LinuxDisk disk;
    Root root;

    @BeforeEach
    void openRoot() throws IOException {
        folder = Files.createDirectory(temporary.resolve("share"));
        outside = Files.createDirectory(temporary.resolve("outside"));
        disk = new LinuxDisk(folder, new Random(1));
        disk.adopt(null);
        root = disk.open();
    }

    @AfterEach
    void closeRootAndFindNothingOpen() throws IOException {
        root.close();
        assertThat(openBelow(temporary)).isEmpty();
    }

    /** What this process has open below {@code directory}. */
    static Stream<String> openBelow(Path directory) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(LinuxFixture::opened)
                    .filter(opened -> opened.startsWith(directory.toString()))
                    .toList()
                    .stream();
        }
    }

    private static String opened(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    final void stage(String name, String content) throws IOException {
        try (Sink sink = root.create(name)) {
            sink.write(ByteBuffer.wrap(content.getBytes(UTF_8)), 0);
        }
    }

    static RelativePath path(String text) {
        return RelativePath.of(text);
    }

    /** Runs a program that must succeed; the bytes that it wrote. */
    static byte[] run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(new String(output, UTF_8)).isZero();
        return output;
    }
}
