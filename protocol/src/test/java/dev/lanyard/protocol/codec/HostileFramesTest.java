package dev.lanyard.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.lanyard.protocol.CanonicalEntry;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.KeptVersion;
import dev.lanyard.protocol.message.Message.VersionsTell;
import dev.lanyard.protocol.message.Message.Why;
import dev.lanyard.protocol.testing.RandomMessages;
import dev.lanyard.protocol.testing.Seeded;

import net.jpountz.lz4.LZ4Factory;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/** What is not a message ends the connection, says why, and costs us no more than its author. */
class HostileFramesTest {
    private static final int ENTRY_ASK = MessageType.ENTRY_ASK.code();
    private static final int PART = MessageType.CONTENT_PART.code();

    private static void assertRefused(byte[] bytes, String reason) {
        try (Wire wire = Wire.proven()) {
            assertThat(wire.feed(bytes).violation())
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessageContaining(reason);
            assertThat(wire.messages).isEmpty();
        }
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @ParameterizedTest
    @DisplayName("D47: headers that lie")
    @CsvSource({
        "ffffffff 04 00 0000, frame of 4294967295 bytes",
        "80000000 04 00 0000, frame of 2147483648 bytes",
        "7fffffff 04 00 0000, frame of 2147483647 bytes",
        "00400001 04 00 0000, expected at most 4194304",
        "00000001 00 00 0000, message type 0",
        "00000001 08 00 0000, message type 8",
        "00000001 34 00 0000, message type 34",
        "00000001 ff 00 0000, message type ff",
        "00000001 04 02 0000, frame flags 2",
        "00000001 04 80 0000, frame flags 80",
        "00000001 04 00 0001, reserved 1",
        "00000014 30 00 0000, part of -1 bytes",
        "00040016 30 00 0000, part of 262145 bytes",
    })
    void d47_headersThatLie(String header, String reason) {
        assertRefused(hex(header), reason);
    }

    @ParameterizedTest
    @DisplayName("D47: bodies that are not what their type says")
    @CsvSource({
        "04, '', message is null",
        "04, 81 01, message is VALUE_NUMBER_INT",
        "04, 80 80, behind a message",
        "04, a0, message is START_OBJECT",
        "04, ff, KEEP_ALIVE",
        "01, 82 01, Unexpected end",
        "01, 82 20 5820, protocol version -1",
        "01, 82 1b0000000100000000 40, protocol version 4294967296",
        "01, 82 c249010000000000000000 40, more than 64 bits",
        "01, 82 01 41 00, nonce of 1 bytes (expected 32 to 32)",
        "05, 81 00, credit 0",
        "05, 81 1bffffffffffffffff, credit",
        "03, 84 48 0000000000000001 60 03 40, mode 3",
        "03, 84 48 0000000000000001 60 00 41 00, vector of 1 bytes",
        "03, 84 48 0000000000000001 60 00 50 0000000000000001 0000000000000000, counter 0",
        "06, 82 0a 60, reason 10",
        "07, 83 5820 0000000000000000000000000000000000000000000000000000000000000000 80 41 00, listed of 1 bytes",
        "07, 83 41 00 80 40, share key of 1 bytes (expected 32 to 32)",
        "07, 83 5820 0000000000000000000000000000000000000000000000000000000000000000 80 592020 00, Unexpected end",
        "07, 83 5820 0000000000000000000000000000000000000000000000000000000000000000 82 82 5820 1100000000000000000000000000000000000000000000000000000000000000 01 82 5820 1100000000000000000000000000000000000000000000000000000000000000 01 40, a former key is there twice",
        "07, 83 5820 0000000000000000000000000000000000000000000000000000000000000000 81 82 5820 0000000000000000000000000000000000000000000000000000000000000000 01 40, the present key is a former one",
        "07, 83 5820 0000000000000000000000000000000000000000000000000000000000000000 81 82 5820 1100000000000000000000000000000000000000000000000000000000000000 00 40, seconds left 0",
        "07, 83 5820 0000000000000000000000000000000000000000000000000000000000000000 81 82 5820 1100000000000000000000000000000000000000000000000000000000000000 1a00278d01 40, seconds left 2592001",
        "12, 81 81 42 2e2e, has a component that is . or ..",
        "12, 81 81 40, path of 0 bytes",
        "12, 81 81 63 612f62, path is VALUE_STRING",
        "12, 81 81 f7, path",
        "12, 81 81 e0, path",
        "06, 82 00 63 eda080, goodbye",
        "12, 81 9bffffffffffffffff, ENTRY_ASK",
        "12, 81 9affffffff 41 61, Unexpected end",
        "12, 81 81 5b7fffffffffffffff 61, ENTRY_ASK",
        "12, 81 81 5a7fffffff 61, Unexpected end",
        "12, 81 81 81 81 81 81 81 81, path is START_ARRAY",
        "10, 81 81 41 09, entry of 1 bytes",
        "13, 82 01 81 82 03 00, level 3",
        "13, 82 01 81 82 01 190100, bucket 256 of level 1",
        "15, 84 01 80 48 0000000000000001 41 00, hashes of 1 bytes",
        "16, 84 01 80 40 00, last is VALUE_NUMBER_INT",
        "20, 82 01 81 84 41 61 5820 0000000000000000000000000000000000000000000000000000000000000000 01 02, offset 2 of 1",
        "22, 82 01 20, want -1",
        "23, 86 01 41 61 5820 0000000000000000000000000000000000000000000000000000000000000000 20 5820 0000000000000000000000000000000000000000000000000000000000000000 40, size -1",
        "23, 86 01 41 61 5820 0000000000000000000000000000000000000000000000000000000000000000 01 5820 0000000000000000000000000000000000000000000000000000000000000000, Unexpected end",
        "23, 86 01 41 61 5820 0000000000000000000000000000000000000000000000000000000000000000 01 411f 40, basis of 1 bytes (expected 32 to 32)",
        "23, 86 01 41 61 5820 0000000000000000000000000000000000000000000000000000000000000000 01 5820 0000000000000000000000000000000000000000000000000000000000000000 5a7fffffff 00, Unexpected end",
        "23, 86 01 42 2e2e 5820 0000000000000000000000000000000000000000000000000000000000000000 01 5820 0000000000000000000000000000000000000000000000000000000000000000 40, has a component that is . or ..",
        "28, 82 01 42 2e2e, has a component that is . or ..",
        "28, 82 01 40, path of 0 bytes",
        "29, 83 01 81 84 41 00, version name is VALUE_EMBEDDED_OBJECT",
        "29, 83 01 81 84 63 1b5b6d 582f 0200 03612f620000000000000001000000021122334455667788000111223344556677880000000000000003000163 01 01 f5, version name of 3 characters",
        "29, 83 01 81 84 61 61 582e 0200 022e2e0000000000000001000000021122334455667788000111223344556677880000000000000003000163 01 01 f5, has a component that is . or ..",
        "29, 83 01 81 84 61 61 582e 0100 03612f6200000000000000010000000211223344556677880001112233445566778800000000000000030 1ed 01 01 f5, no file and no link",
        "29, 83 01 81 84 61 61 582f 0200 03612f620000000000000001000000021122334455667788000111223344556677880000000000000003000163 01 04 f5, why 4",
        "31, 00, 1 bytes of content left (expected 10)",
        "31, 0000000000000001 ffff, 0 bytes of content left (expected 524280)",
        "31, 0000000000000001 0001 00000001 ffffffff, contents of 4294967295 bytes",
        "31, 0000000000000001 0001 ffffffff 00000000, want -1",
        "31, 0000000000000001 0001 00000001 00000000 00, contents of 0 bytes in 1",
        "32, 0002 ffffffff 00000001, contents of 4294967296 bytes",
        "32, 0001, 0 bytes of content left (expected 4)",
        "33, 00, 1 bytes of content left (expected 72)",
        "33, 0000000000000000000000000000000000000000000000000000000000000000 0000000000000000000000000000000000000000000000000000000000000000 8000000000000000, delta of 0 bytes",
        "33, 0000000000000000000000000000000000000000000000000000000000000000 0000000000000000000000000000000000000000000000000000000000000000 0000000000000000, delta of 0 bytes (expected 0)",
        "33, 0000000000000000000000000000000000000000000000000000000000000000 0000000000000000000000000000000000000000000000000000000000000000 0000000000000002 00, delta of 1 bytes (expected 2)",
        "30, 0000000000000001 00000001 8000000000000000 00, part at offset -9223372036854775808",
        "30, 0000000000000001 00000001 7fffffffffffffff 00 00, part at offset",
        "30, 0000000000000001 00000001 0000000000000000 02, last 2",
        "30, 0000000000000001 80000000 0000000000000000 00, want -2147483648",
    })
    void d47_bodiesThatAreNotWhatTheyShouldBe(String type, String body, String reason) {
        assertRefused(Wire.frame(Integer.parseInt(type, 16), 0, hex(body)), reason);
    }

    @ParameterizedTest
    @DisplayName("D44: a peer that names a path outside the root has broken a rule")
    @CsvSource({"../x", "/etc/x", "a//b", "a/./b", ".lanyard/x", ".LANYARD/x"})
    void d44_pathsThatLeadAstray(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        byte[] body =
                ByteBuffer.allocate(3 + bytes.length)
                        .put(hex("8181"))
                        .put((byte) (0x40 + bytes.length))
                        .put(bytes)
                        .array();
        assertRefused(Wire.frame(ENTRY_ASK, 0, body), "path '" + path + "'");
    }

    @ParameterizedTest
    @DisplayName("S8: a kind of entry that this version does not know ends the session as a whole")
    @ValueSource(bytes = {4, 5, 127, -1})
    void s8_anEntryOfAnUnknownKindIsRefusedWithAllThatCameWithIt(byte kind) {
        Entry known = link("known");
        Entry later = link("later");
        byte[] frame = Wire.bytes(new Message.Announce(List.of(known, later)));
        byte[] encoded = CanonicalEntry.encode(later);
        int at = Collections.lastIndexOfSubList(list(frame), list(encoded));

        assertThat(feedProven(frame)).hasSize(1);
        frame[at] = kind;
        assertRefused(frame, "entry of kind " + kind); // Nothing of it is heard, or deleted.
    }

    private static Entry link(String path) {
        return new Entry.Symlink(
                RelativePath.of(path),
                new Entry.LinkTarget(new byte[] {'b'}),
                VersionVector.empty().with(new ReplicaId(1), 1),
                Stamp.ZERO,
                new ReplicaId(1));
    }

    private static List<Byte> list(byte[] bytes) {
        List<Byte> list = new ArrayList<>();
        for (byte each : bytes) {
            list.add(each);
        }
        return list;
    }

    @Test
    @DisplayName("D47: what is nested deeper than any message is not followed down")
    void d47_deepNesting() {
        byte[] body = new byte[100_000];
        Arrays.fill(body, (byte) 0x81);
        assertRefused(Wire.frame(ENTRY_ASK, 0, body), "path is START_ARRAY");
        assertRefused(Wire.frame(MessageType.SETTLE_TELL.code(), 0, body), "token is START_ARRAY");
    }

    @Test
    @DisplayName("D47: an answer with more versions than one may have is not read to its end")
    void d47_tooManyVersions() {
        KeptVersion version = new KeptVersion("v", link("a"), Instant.EPOCH, Why.REPLACED);
        int max = VersionsTell.VERSIONS_MAX;

        feedProven(Wire.bytes(new VersionsTell(1, Collections.nCopies(max, version), true)));
        assertRefused(
                Wire.bytes(new VersionsTell(1, Collections.nCopies(max + 1, version), true)),
                "more than 200 versions");
    }

    @Test
    @DisplayName("D47: a signature or a delta that is longer than one may be is not read")
    void d47_tooLongForOneFrame() {
        byte[] delta = new byte[72 + Message.DELTA_AHEAD_BYTES_MAX + 1];
        delta[71] = 1;
        byte[] signature = new byte[Message.SIGNATURE_BYTES_MAX + 1];
        byte[] head = hex("86 01 41 61 5820 " + "00".repeat(32) + "01 5820 " + "00".repeat(32));
        ByteBuffer ask = ByteBuffer.allocate(head.length + 5 + signature.length);
        ask.put(head).put((byte) 0x5a).putInt(signature.length).put(signature);

        assertRefused(Wire.frame(0x33, 0, delta), "delta ahead of 262145 bytes");
        assertRefused(Wire.frame(0x23, 0, ask.array()), "signature of 2097153 bytes");
    }

    @Test
    @DisplayName("D47: compressed frames that promise more than they can hold")
    void d47_compressedFramesThatLie() {
        byte[] packed = LZ4Factory.safeInstance().fastCompressor().compress(new byte[1_000]);
        assertRefused(compressed(-1, packed), "unpack to 4294967295");
        assertRefused(compressed(Integer.MAX_VALUE, packed), "unpack to 2147483647");
        assertRefused(compressed(4_194_304, packed), "unpack to 4194304");
        assertRefused(compressed(packed.length * 255 + 1, packed), "expected at most");
        assertRefused(compressed(1_001, packed), "1000 bytes unpacked (expected 1001)");
        assertRefused(compressed(999, packed), "not an LZ4 block");
        assertRefused(compressed(0, packed), "not an LZ4 block");
        assertRefused(compressed(100, new byte[] {1, 2, 3}), "not an LZ4 block");
        assertRefused(compressed(100, new byte[0]), "compressed frame of 4 bytes");
        assertRefused(Wire.frame(PART, 1), "compressed frame of 0 bytes");
        assertRefused(Wire.frame(PART, 1, (byte) 0), "compressed frame of 1 bytes");
    }

    @Test
    @DisplayName("D47: a bomb of the highest ratio is bounded by the limit of a frame")
    void d47_theBestBomb() {
        byte[] zeroes = new byte[64 << 20];
        byte[] packed = LZ4Factory.safeInstance().fastCompressor().compress(zeroes);

        long allocated = allocated(() -> assertRefused(compressed(64 << 20, packed), "unpack to"));

        assertThat(allocated).isLessThan(4L << 20);
    }

    private static byte[] compressed(int unpacked, byte[] packed) {
        byte[] body = ByteBuffer.allocate(4 + packed.length).putInt(unpacked).put(packed).array();
        return Wire.frame(PART, 1, body);
    }

    @Test
    @DisplayName("D47: a length alone allocates next to nothing")
    void d47_promisesAreNotBelieved() {
        byte[] header = hex("00400000 10 00 0000");
        warmUp(header);

        long allocated = allocated(() -> feedProven(header));

        assertThat(allocated).isLessThan(512L << 10);
    }

    @Test
    @DisplayName("D47: whoever is not proven gets short frames only, packed and unpacked")
    void d47_theUnprovenGetShortFrames() {
        try (Wire wire = new Wire()) {
            assertThat(wire.feed(hex("00000401 01 00 0000")).violation())
                    .hasMessageContaining("expected at most 1024");
        }
        byte[] packed = LZ4Factory.safeInstance().fastCompressor().compress(new byte[1_025]);
        try (Wire wire = new Wire()) {
            assertThat(wire.feed(compressed(1_025, packed)).violation())
                    .hasMessageContaining("expected at most 1024");
        }
    }

    @Seeded(runs = 1_000)
    @DisplayName("D47: any bytes are messages or a violation, and memory is bounded by them")
    void d47_anyBytes(RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(1, 3_000)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            List<MessageType> types = List.of(MessageType.values());
            MessageType type = types.get(random.nextInt(types.size()));
            bytes = Wire.frame(type.code(), random.nextInt(8) == 0 ? 1 : 0, bytes);
        }
        byte[] fed = bytes;

        long allocated = allocated(() -> feedProven(fed));

        assertThat(allocated).isLessThan((2L << 20) + 300L * bytes.length);
    }

    @Seeded(runs = 1_000)
    @DisplayName("D47: a message with some bytes changed is a message or a violation")
    void d47_almostMessages(RandomGenerator random) {
        byte[] frame = Wire.bytes(new RandomMessages(random).message());
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
        }

        feedProven(frame);
    }

    private static List<Message> feedProven(byte[] bytes) {
        try (Wire wire = Wire.proven()) {
            wire.feed(bytes);
            assertThat(wire.violations.size()).isLessThanOrEqualTo(1);
            assertThat(wire.violations).allMatch(ProtocolViolation.class::isInstance);
            for (Message message : wire.messages) {
                assertThat(Wire.bytes(message)).isNotEmpty();
            }
            return List.copyOf(wire.messages);
        }
    }

    private static void warmUp(byte[] bytes) {
        for (int i = 0; i < 3; i++) {
            feedProven(bytes);
        }
    }

    /** How many bytes {@code work} allocates on this thread. */
    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
