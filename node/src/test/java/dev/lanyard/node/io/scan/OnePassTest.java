package dev.lanyard.node.io.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.sign.SignatureBuilder;
import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signatures;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Hash, signature and delta of one content, from one look at each of its bytes. */
@Timeout(60)
class OnePassTest {
    private static final int MIB = 1 << 20;

    private final Random random = new Random(1);
    private final Map<ContentHash, Signed> kept = new HashMap<>();
    private final List<Delta> deltas = new ArrayList<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ContentHasher hasher =
            new ContentHasher(executor, 2, new Signing(memory(), deltas::add, random));

    @AfterEach
    void close() {
        executor.close();
    }

    private Signatures memory() {
        return new Signatures() {
            @Override
            public @Nullable Signed find(ContentHash content) {
                return kept.get(content);
            }

            @Override
            public void keep(Signed signed) {
                kept.put(signed.content(), signed);
            }
        };
    }

    /** A content in memory. */
    private static class Bytes implements Content {
        final AtomicLong readBytes = new AtomicLong();
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Found stat() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer to, long offset) throws IOException {
            int count = (int) Math.min(to.remaining(), bytes.length - offset);
            if (count <= 0) {
                return -1;
            }
            readBytes.addAndGet(count);
            to.put(bytes, (int) offset, count);
            return count;
        }

        @Override
        public void close() {}
    }

    private @Nullable ContentHash read(
            byte[] content, @Nullable ContentHash before, boolean together) throws IOException {
        return read(new Bytes(content), content.length, before, together);
    }

    private @Nullable ContentHash read(
            Content content, long sizeBytes, @Nullable ContentHash before, boolean together)
            throws IOException {
        Signing signing = new Signing(memory(), deltas::add, random);
        return new OnePass(hasher, signing, together, content, sizeBytes, before).read();
    }

    private byte[] content(int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        return content;
    }

    private static ContentHash hash(byte[] content) {
        return ContentHash.of(TreeHash.of(content));
    }

    private Signature signature(byte[] content) {
        Signed signed = Objects.requireNonNull(kept.get(hash(content)));
        assertThat(signed.isWhole()).isTrue();
        return signed.signature();
    }

    private static Signature signedAlone(byte[] content, byte[] seed) {
        SignatureBuilder builder = new SignatureBuilder(content.length, seed);
        builder.update(ByteBuffer.wrap(content));
        return builder.finish();
    }

    private static byte[] edited(byte[] content, int at, int inserted) {
        byte[] made = new byte[content.length + inserted];
        System.arraycopy(content, 0, made, 0, at);
        System.arraycopy(content, at, made, at + inserted, content.length - at);
        made[at] ^= 1;
        return made;
    }

    private static byte[] patched(byte[] basis, Delta delta) throws IOException {
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        Bytes from = new Bytes(basis);
        DeltaReader reader =
                new DeltaReader(
                        EnumSet.of(Form.LANYARD),
                        new Patcher(
                                from::read,
                                basis.length,
                                Long.MAX_VALUE,
                                (bytes, _) -> {
                                    byte[] some = new byte[bytes.remaining()];
                                    bytes.get(some);
                                    made.writeBytes(some);
                                }));
        reader.update(ByteBuffer.wrap(delta.bytes()));
        reader.finish();
        return made.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "100000, 50000, 0, false",
        "100000, 0, 10, false",
        "3145728, 1048576, 0, false",
        "20000000, 10000000, 0, true",
        "20000000, 19999999, 0, true",
        "20000000, 0, 1, true",
        "16777216, 5, 1048576, true",
        "16777216, 16777215, 77, true",
    })
    void signsAnEditWithTheSeedOfWhatWasThereBefore(
            int length, int at, int inserted, boolean together) throws IOException {
        byte[] old = content(length);
        byte[] edited = edited(old, at, inserted);
        ContentHash before = read(old, null, together);

        ContentHash after = read(edited, before, together);

        assertThat(before).isEqualTo(hash(old));
        assertThat(after).isEqualTo(hash(edited));
        byte[] seed = signature(old).seed();
        assertThat(signature(old)).isEqualTo(signedAlone(old, seed));
        assertThat(signature(edited)).isEqualTo(signedAlone(edited, seed));
        assertThat(deltas).hasSize(1);
        assertThat(deltas.getFirst().bytes()).hasSizeLessThan(inserted + 100_000);
        assertThat(patched(old, deltas.getFirst())).isEqualTo(edited);
    }

    @Test
    void readsEachByteOnce() throws IOException {
        byte[] old = content(8 * MIB);
        ContentHash before = read(old, null, true);
        Bytes edited = new Bytes(edited(old, 3 * MIB, 5));

        read(edited, 8 * MIB + 5, before, true);

        assertThat(edited.readBytes).hasValue(8 * MIB + 5);
        assertThat(deltas).hasSize(1);
    }

    @Test
    void drawsANewSeedForBlocksOfAnotherSize() throws IOException {
        byte[] old = content(500_000);
        byte[] grown = Arrays.copyOf(old, 900_000);
        ContentHash before = read(old, null, false);

        read(grown, before, false);

        assertThat(signature(grown).blockBytes()).isNotEqualTo(signature(old).blockBytes());
        assertThat(signature(grown).seed()).isNotEqualTo(signature(old).seed());
        assertThat(patched(old, deltas.getFirst())).isEqualTo(grown);
    }

    @Test
    void drawsANewSeedForEachContentThatReplacesNone() throws IOException {
        byte[] one = content(100_000);
        byte[] other = content(100_000);
        read(one, null, false);
        read(other, null, false);

        assertThat(signature(one).seed()).isNotEqualTo(signature(other).seed());
    }

    @Test
    void givesUpAContentThatIsOther() throws IOException {
        byte[] old = content(8 * MIB);
        byte[] other = content(8 * MIB);
        ContentHash before = read(old, null, true);

        assertThat(read(other, before, true)).isEqualTo(hash(other));

        assertThat(signature(other)).isEqualTo(signedAlone(other, signature(old).seed()));
        assertThat(deltas).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, -3 * MIB, 3 * MIB})
    void isNothingIfTheFileHasAnotherSize(int more) throws IOException {
        byte[] old = content(8 * MIB);
        byte[] small = content(100_000);
        ContentHash before = read(old, null, true);
        ContentHash beforeSmall = read(small, null, false);
        Bytes changed = new Bytes(Arrays.copyOf(old, old.length + more));
        Bytes changedSmall = new Bytes(Arrays.copyOf(small, Math.max(0, small.length + more)));
        kept.keySet().retainAll(List.of(hash(old), hash(small)));

        assertThat(read(changed, old.length, before, true)).isNull();
        assertThat(read(changedSmall, small.length, beforeSmall, false)).isNull();
        assertThat(kept).hasSize(2);
        assertThat(deltas).isEmpty();
    }

    @Test
    void isNotOverBeforeEveryReadIs() throws Exception {
        CountDownLatch isRead = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger inFlight = new AtomicInteger();
        byte[] content = content(8 * MIB);
        Bytes broken =
                new Bytes(content) {
                    @Override
                    public int read(ByteBuffer to, long offset) throws IOException {
                        if (offset == MIB) {
                            awaitIn(isRead);
                            throw new IOException("unreadable at " + offset);
                        }
                        if (offset == 2 * MIB) {
                            inFlight.incrementAndGet();
                            isRead.countDown();
                            awaitIn(mayEnd);
                            inFlight.decrementAndGet();
                        }
                        return super.read(to, offset);
                    }
                };

        CompletableFuture<@Nullable ContentHash> reading =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return read(broken, content.length, null, true);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        isRead.await();
        await().during(Duration.ofMillis(200)).until(() -> !reading.isDone());
        mayEnd.countDown();

        assertThatThrownBy(reading::join).hasRootCauseMessage("unreadable at " + MIB);
        assertThat(inFlight).hasValue(0);
    }

    private static void awaitIn(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
