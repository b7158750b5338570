package dev.lanyard.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.testing.RandomEntries;
import dev.lanyard.protocol.testing.RandomMessages;
import dev.lanyard.protocol.testing.Seeded;

import io.netty.buffer.ByteBuf;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

class FrameCodecTest {
    @Seeded(runs = 5)
    void everyMessageComesBackHoweverItIsCut(RandomGenerator random) {
        for (Message message : new RandomMessages(random).oneOfEach()) {
            byte[] frame = Wire.bytes(message);
            int step = Math.max(1, frame.length / 200);
            for (int cut = 0; cut <= frame.length; cut += step) {
                try (Wire wire = Wire.proven()) {
                    wire.feed(frame, 0, cut).feed(frame, cut, frame.length - cut);
                    assertThat(Wire.bytes(wire.single())).isEqualTo(frame);
                }
            }
        }
    }

    @Seeded(runs = 5)
    void everyMessageComesBackEqual(RandomGenerator random) {
        for (Message message : new RandomMessages(random).oneOfEach()) {
            try (Wire wire = Wire.proven()) {
                assertThat(wire.feed(Wire.bytes(message)).single())
                        .usingRecursiveComparison()
                        .isEqualTo(message);
            }
        }
    }

    @Seeded(runs = 30)
    void framesComeOutInOrderWhateverThePieces(RandomGenerator random) {
        RandomMessages messages = new RandomMessages(random);
        List<Message> sent = messages.oneOfEach();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        sent.forEach(message -> stream.writeBytes(Wire.bytes(message)));
        byte[] bytes = stream.toByteArray();

        try (Wire wire = Wire.proven()) {
            for (int at = 0; at < bytes.length; ) {
                int piece = Math.min(random.nextInt(1, 2_000), bytes.length - at);
                wire.feed(bytes, at, piece);
                at += piece;
            }

            assertThat(wire.messages.stream().map(Wire::bytes))
                    .containsExactlyElementsOf(sent.stream().map(Wire::bytes).toList());
        }
    }

    @Test
    void packsWhatGetsShorterAndNothingElse() {
        byte[] dull = new byte[Message.PART_BYTES_MAX];
        byte[] random = new byte[Message.PART_BYTES_MAX];
        new Random(1).nextBytes(random);

        byte[] packed = Wire.bytes(new ContentPart(1, 0, 0, dull, false));
        byte[] plain = Wire.bytes(new ContentPart(1, 0, 0, random, false));

        assertThat(Wire.isCompressed(packed)).isTrue();
        assertThat(packed.length).isLessThan(dull.length / 100);
        assertThat(Wire.isCompressed(plain)).isFalse();
        assertThat(plain).hasSize(Frame.HEADER_BYTES + ContentForm.PART_HEAD_BYTES + random.length);
        assertThat(content(packed)).isEqualTo(dull);
        assertThat(content(plain)).isEqualTo(random);
    }

    @Test
    void tellsWhatPackingSaved() {
        byte[] dull = new byte[Message.PART_BYTES_MAX];
        byte[] random = new byte[Message.PART_BYTES_MAX];
        new Random(1).nextBytes(random);
        int plainBytes = Frame.HEADER_BYTES + ContentForm.PART_HEAD_BYTES + dull.length;

        ByteBuf packed = FrameEncoder.encode(new ContentPart(1, 0, 0, dull, false));
        ByteBuf plain = FrameEncoder.encode(new ContentPart(1, 0, 0, random, false));

        assertThat(FrameEncoder.savedBytes(packed)).isEqualTo(plainBytes - packed.readableBytes());
        assertThat(FrameEncoder.savedBytes(plain)).isZero();
    }

    private static byte[] content(byte[] frame) {
        try (Wire wire = Wire.proven()) {
            return ((ContentPart) wire.feed(frame).single()).bytes();
        }
    }

    @Test
    void packsManyEntries() {
        RelativePath path = RelativePath.of("some/rather/long/directory/name/file.txt");
        byte[] frame = Wire.bytes(new EntryAsk(Collections.nCopies(1_000, path)));

        assertThat(Wire.isCompressed(frame)).isTrue();
        try (Wire wire = Wire.proven()) {
            assertThat(((EntryAsk) wire.feed(frame).single()).paths()).hasSize(1_000);
        }
    }

    @Test
    void takesNoMoreItemsThanAMessageMayHave() {
        byte[] paths =
                Wire.bytes(
                        new EntryAsk(
                                Collections.nCopies(Message.ITEMS_MAX + 1, RelativePath.of("a"))));
        byte[] buckets =
                Wire.bytes(
                        new Message.SummaryAsk(
                                1, Collections.nCopies(Message.BUCKETS_MAX + 1, Bucket.ROOT)));

        for (byte[] frame : List.of(paths, buckets)) {
            try (Wire wire = Wire.proven()) {
                assertThat(wire.feed(frame).violation()).hasMessageContaining("more than");
            }
        }
    }

    @Test
    void shortensAGoodbyeButNothingThatMatters() {
        try (Wire wire = Wire.proven()) {
            Goodbye long_ = new Goodbye(Reason.FAILURE, "x".repeat(5_000));
            assertThat(((Goodbye) wire.feed(Wire.bytes(long_)).single()).text()).hasSize(1_024);
        }
        try (Wire wire = Wire.proven()) {
            Goodbye cut = new Goodbye(Reason.FAILURE, "x".repeat(1_023) + "\ud83d\ude00");
            assertThat(((Goodbye) wire.feed(Wire.bytes(cut)).single()).text())
                    .startsWith("x".repeat(1_023));
        }
        Greeting greeting =
                new Greeting(
                        new ReplicaId(1), "x".repeat(256), Mode.TWO_WAY, VersionVector.empty());
        assertThatThrownBy(() -> FrameEncoder.encode(greeting)).hasMessageContaining("256");
    }

    @Test
    void refusesToWriteWhatNobodyWouldRead() {
        byte[] large = new byte[Message.BUNDLE_BYTES_MAX + 1];
        RandomEntries entries = new RandomEntries(new Random(1));
        Announce announce = new Announce(Collections.nCopies(100_000, entries.entry()));

        assertThatThrownBy(() -> FrameEncoder.encode(new ContentPart(1, 0, 0, large, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected at most 262144");
        assertThatThrownBy(
                        () -> FrameEncoder.encode(new ContentBundle(1, new int[1], List.of(large))))
                .hasMessageContaining("expected at most 1048576");
        assertThatThrownBy(() -> FrameEncoder.encode(new ContentBundle(1, new int[2], List.of())))
                .hasMessageContaining("2 wants for 0 contents");
        assertThatThrownBy(() -> FrameEncoder.encode(announce))
                .hasMessageContaining("expected at most 4194304");
    }

    @Test
    void takesTheLongestPartAndBundle() {
        byte[] bytes = new byte[Message.BUNDLE_BYTES_MAX];
        new Random(3).nextBytes(bytes);
        byte[] part = Arrays.copyOf(bytes, Message.PART_BYTES_MAX);
        try (Wire wire = Wire.proven()) {
            wire.feed(Wire.bytes(new ContentPart(1, 0, Long.MAX_VALUE - part.length, part, true)));
            wire.feed(Wire.bytes(new ContentBundle(1, new int[1], List.of(bytes))));

            assertThat(wire.violations).isEmpty();
            assertThat(((ContentBundle) wire.messages.get(1)).contents().getFirst())
                    .isEqualTo(bytes);
        }
    }

    @Test
    void fillsTheArraysOfFullPartsThatAreGivenBack() {
        byte[] bytes = new byte[3 * Message.PART_BYTES_MAX]; // Random: packed parts go another way.
        new Random(4).nextBytes(bytes);
        byte[] first = Arrays.copyOf(bytes, Message.PART_BYTES_MAX);
        byte[] second = Arrays.copyOfRange(bytes, first.length, 2 * first.length);
        byte[] third = Arrays.copyOfRange(bytes, 2 * first.length, bytes.length);
        try (Wire wire = Wire.proven()) {
            wire.feed(Wire.bytes(new ContentPart(1, 0, 0, first, false)));
            byte[] array = ((ContentPart) wire.single()).bytes();
            wire.spares.give(array);
            wire.spares.give(new byte[] {1, 2}); // Of no use for a full part.
            wire.feed(Wire.bytes(new ContentPart(1, 0, 0, new byte[] {3, 4}, false)));
            wire.feed(Wire.bytes(new ContentPart(1, 0, 0, second, false)));
            wire.feed(Wire.bytes(new ContentPart(1, 0, 0, third, true)));

            List<byte[]> arrays =
                    wire.messages.stream().map(part -> ((ContentPart) part).bytes()).toList();
            assertThat(arrays.get(1)).containsExactly(3, 4);
            assertThat(arrays.get(2)).isSameAs(array).isEqualTo(second);
            assertThat(arrays.get(3)).isNotSameAs(array).isEqualTo(third);
        }
    }

    @Test
    void nothingIsReadBehindAViolation() {
        byte[] good = Wire.bytes(new KeepAlive());
        try (Wire wire = Wire.proven()) {
            wire.feed(good).feed(Wire.frame(0x7f, 0)).feed(good).feed(good);

            assertThat(wire.messages).hasSize(1);
            assertThat(wire.violations).hasSize(1);
        }
    }
}
