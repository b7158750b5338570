package dev.lanyard.node.io.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.io.disk.Intercepted;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** What the record of a mirror does not remember any more. */
class ForgettingTest {
    @TempDir private Path temporary;

    @Test
    void whatWasGoneFromTheCopyIsForgottenWithTheDirectoryThatItWasIn() throws Exception {
        Mirrored mirrored = new Mirrored(temporary, Intercepted::pass);
        for (int i = 0; i < 20; i++) {
            Files.writeString(mirrored.from.resolve("stays" + i), "content");
        }
        Path inner = Files.createDirectories(mirrored.from.resolve("d/s"));
        Files.writeString(inner.resolve("f"), "content");
        Files.writeString(mirrored.from.resolve("d/g"), "content");
        Memory memory = Memory.none("");
        mirrored.pass(memory);
        assertThat(memory.record().count()).isEqualTo(22);

        Files.delete(mirrored.to.resolve("d/s/f"));
        Files.delete(mirrored.to.resolve("d/s"));
        Files.delete(inner.resolve("f"));
        Files.delete(inner);
        Files.delete(mirrored.from.resolve("d/g"));
        Files.delete(mirrored.from.resolve("d"));
        mirrored.pass(memory);

        assertThat(mirrored.told).containsExactlyInAnyOrder("DELETED d/g", "DELETED d");
        assertThat(memory.record().count()).isEqualTo(20);
        assertThat(memory.record().has(RelativePath.of("d/s"))).isFalse();
    }
}
