package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.app.mirror.Ending;
import dev.lanyard.node.app.mirror.MirrorSettings;
import dev.lanyard.node.app.mirror.Mirroring;
import dev.lanyard.node.app.mirror.Teller;
import dev.lanyard.node.core.mirror.Exclusions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Mirrors in the way of others, and in trouble. */
class MirrorMendsTest {
    @TempDir private Path temporary;
    private Desk desk;
    private Path source;
    private Path copy;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
        source = Files.createDirectory(desk.home.resolve("src"));
        copy = desk.home.resolve("dst");
        Files.writeString(source.resolve("a"), "a");
    }

    private Desk.Ran mirror(String... more) {
        return desk.run(Desk.mirroring(source, copy, more));
    }

    @Test
    @DisplayName("two mirrors of different users never write to one destination at once")
    void refusesWhatAnotherMirrorWritesTo() throws Exception {
        assertThat(mirror().exit()).isZero();
        Files.writeString(source.resolve("b"), "b");
        Path others = Files.writeString(copy.resolve(".lanyard/staging/m-1"), "half a co");

        try (FileChannel channel =
                FileChannel.open(
                        copy.resolve(".lanyard/mirror.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            channel.lock();
            mirror().failed(ExitCode.REFUSED, "dst", "is being written by another mirror");
            assertThat(others).hasContent("half a co");
            assertThat(copy.resolve("b")).doesNotExist();
        }

        assertThat(mirror().exit()).isZero();
        assertThat(others).doesNotExist();
        assertThat(copy.resolve("b")).hasContent("b");
    }

    @Test
    @DisplayName("P6: with --watch a file that never comes to rest is copied all the same")
    void p06_watchCopiesWhatNeverRests() throws Exception {
        var running = desk.begin(Desk.mirroring(source, copy, "--watch")).shows("1 created");
        try (RandomAccessFile writer = new RandomAccessFile(source.resolve("log").toFile(), "rw")) {
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(25))
                    .until(
                            () -> {
                                writer.write('x');
                                return Files.exists(copy.resolve("log"));
                            });
        }
        running.shows("created log");
        desk.signal();
        assertThat(running.end().exit()).isZero();
    }

    @Test
    void refusesALogInsideWhatItTellsOf() throws Exception {
        Path inSource = source.resolve("log");
        mirror("--log-file", inSource.toString())
                .failed(ExitCode.REFUSED, "log file", "is inside", "src");
        assertThat(inSource).doesNotExist();

        Path inCopy = Files.createDirectory(copy).resolve("log");
        mirror("--log-file", inCopy.toString())
                .failed(ExitCode.REFUSED, "log file", "is inside", "dst");
        assertThat(inCopy).doesNotExist();
    }

    @Test
    void aFaultInADestinationEndsTheMirrorAndIsTold() throws Exception {
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        Teller teller =
                (Teller)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {Teller.class},
                                (_, method, arguments) -> {
                                    if (method.getName().equals("passed")) {
                                        throw new IllegalStateException("a fault");
                                    }
                                    if (method.getName().equals("failed")) {
                                        told.add(String.valueOf(arguments[1]));
                                    }
                                    return null;
                                });
        try (MirrorFolder folder = MirrorFolder.claim(copy, desk.environment())) {
            Mirroring mirroring =
                    new Mirroring(
                            new MirrorSettings(
                                    source,
                                    List.of(folder),
                                    null,
                                    true,
                                    Exclusions.NONE,
                                    null,
                                    false,
                                    false,
                                    false,
                                    false,
                                    1),
                            teller);
            var ran =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return mirroring.run();
                                } catch (IOException | InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            try {
                assertThat(ran.get(10, TimeUnit.SECONDS)).isEqualTo(Ending.NOT_ALL);
            } finally {
                mirroring.stop();
            }
        }
        assertThat(told).singleElement().asString().contains("a fault");
    }
}
