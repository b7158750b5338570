package dev.lanyard.node.io.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.content.Signatures;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Contents that were received are signed a little later. */
@Timeout(60)
class SigningTest {
    private static final int SIZE = 100_000;

    @TempDir Path temp;
    private final Map<ContentHash, Signed> kept = new ConcurrentHashMap<>();
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    /** The signature of the first content is long in being kept, so the others wait. */
    private final class Slow implements Signatures {
        @Override
        public @Nullable Signed find(ContentHash content) {
            return kept.get(content);
        }

        @Override
        public void keep(Signed signed) {
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            kept.put(signed.content(), signed);
        }
    }

    @Test
    void keepsNoSignatureOfWhatWasEditedWhileItWaited() throws Exception {
        Entry.File first = Side.entry("first", content(1));
        Entry.File edited = Side.entry("edited", content(2));
        Entry.File grown = Side.entry("grown", content(3));
        Entry.File last = Side.entry("last", content(4));
        try (Side side = Side.in(temp, "side");
                Root root = side.disk.open();
                Deltas deltas = new Deltas(new Slow(), _ -> {}, new Random(1), 1)) {
            stage(root, deltas, first, 1);
            stage(root, deltas, edited, 2);
            stage(root, deltas, grown, 3);
            stage(root, deltas, last, 4);

            write(side.staging().resolve("edited"), 0);
            write(side.staging().resolve("grown"), SIZE);
            mayGoOn.countDown();

            await().until(() -> kept.containsKey(last.content())); // They are signed in order.
            assertThat(kept).containsOnlyKeys(first.content(), last.content());
        }
    }

    private static void stage(Root root, Deltas deltas, Entry.File entry, int seed)
            throws Exception {
        String name = entry.path().toString();
        try (Root.Sink sink = root.create(name)) {
            sink.write(ByteBuffer.wrap(content(seed)), 0);
        }
        Wanted wanted = new Wanted(new Ticket(seed, null, 1), entry, 0);
        deltas.sign(root, name, wanted, new byte[0]);
    }

    private static void write(Path file, long offset) throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[10]), offset);
        }
    }

    private static byte[] content(int seed) {
        byte[] content = new byte[SIZE];
        new Random(seed).nextBytes(content);
        return content;
    }
}
