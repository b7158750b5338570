package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.message.Message;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;

/** A user of the machine and a member who work together to have a node leave its folder. */
class FlippedDirectoryTest extends ShareFixture {
    private static final long FLIPS = Long.getLong("flips", 10_000);
    private static final int ROUNDS = 20;
    private static final int NAMES = 20;
    private static final Duration AT_WORK = Duration.ofMillis(50);
    private static final String SECRET = "a secret outside";

    @Test
    @DisplayName("D46 D45: a directory is flipped with a link while a member sends files into it")
    void d46_nothingIsReadOrWrittenOutside() throws Exception {
        Path outside = Files.createDirectory(base.resolve("outside"));
        for (int i = 0; i < NAMES; i++) {
            Files.writeString(outside.resolve("f" + i), SECRET);
        }
        Path trap = Files.createSymbolicLink(base.resolve("trap"), outside);
        Share.Node node = share.node("node").start();
        node.write("d/kept", "of the node");

        long flips = 0;
        try (Member member = Member.join(node, share.key(), "mallory")) {
            member.tell(member.directory("d"));
            await().atMost(Share.PATIENCE).until(() -> Files.isDirectory(node.path("d")));
            for (int round = 0; round < ROUNDS; round++) {
                FutureTask<Long> flipping = new FutureTask<>(() -> flip(node.path("d"), trap));
                Thread.ofPlatform().start(flipping);
                for (int i = 0; i < NAMES; i++) {
                    String path = "d/f" + i;
                    member.tell(
                            i % 7 == round % 7
                                    ? member.deleted(path)
                                    : member.file(path, "evil " + round));
                }
                flips += flipping.get();
                String sentinel = "s" + round;
                member.tell(member.file(sentinel, "heard " + round));
                await().atMost(Share.PATIENCE).until(() -> node.has(sentinel));
            }
            ContentHash secret = Member.absent(SECRET);
            assertThat(member.heard()).noneMatch(it -> tells(it, secret));
        }

        assertThat(flips).isGreaterThanOrEqualTo(FLIPS);
        assertThat(outside.toFile().list()).hasSize(NAMES);
        for (int i = 0; i < NAMES; i++) {
            assertThat(outside.resolve("f" + i)).hasContent(SECRET);
        }
        assertThat(node.keeps(SECRET)).isFalse();
    }

    private static boolean tells(Message message, ContentHash content) {
        return message instanceof Message.Announce announce
                && announce.entries().stream()
                        .anyMatch(
                                it ->
                                        it instanceof Entry.File file
                                                && file.content().equals(content));
    }

    /** Flips its share of them, and on while the node may be at work. */
    private static long flip(Path one, Path other) throws IOException {
        long begin = System.nanoTime();
        long flips = 0;
        while (flips < FLIPS / ROUNDS || System.nanoTime() - begin < AT_WORK.toNanos()) {
            flips += Exchange.between(one, other) ? 1 : 0;
        }
        return flips;
    }
}
