package dev.lanyard.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketEntries;
import dev.lanyard.protocol.message.Message.BucketOffer;
import dev.lanyard.protocol.message.Message.BucketSum;
import dev.lanyard.protocol.message.Message.ClockAsk;
import dev.lanyard.protocol.message.Message.ClockTell;
import dev.lanyard.protocol.message.Message.ContentAhead;
import dev.lanyard.protocol.message.Message.ContentAsk;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentCancel;
import dev.lanyard.protocol.message.Message.ContentMissing;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.ContentWant;
import dev.lanyard.protocol.message.Message.Credit;
import dev.lanyard.protocol.message.Message.DeltaAhead;
import dev.lanyard.protocol.message.Message.DeltaAsk;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.Hello;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.KeptVersion;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Message.PathVersion;
import dev.lanyard.protocol.message.Message.Proof;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Message.Renaming;
import dev.lanyard.protocol.message.Message.Retired;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.message.Message.SettleTell;
import dev.lanyard.protocol.message.Message.SummaryAsk;
import dev.lanyard.protocol.message.Message.SummaryTell;
import dev.lanyard.protocol.message.Message.VersionsAsk;
import dev.lanyard.protocol.message.Message.VersionsTell;
import dev.lanyard.protocol.message.Message.Why;
import dev.lanyard.protocol.message.Secret;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The bytes of one message of each kind: whoever changes them changes the protocol's version. */
class GoldenFramesTest {
    private static final ReplicaId ANN = new ReplicaId(0x1122334455667788L);
    private static final Secret SECRET = new Secret(filled(32, 0x5a));
    private static final RelativePath PATH = RelativePath.of("a/b");
    private static final ContentHash CONTENT = ContentHash.of(filled(32, 0xcc));
    private static final ContentHash BASIS = ContentHash.of(filled(32, 0xbb));
    private static final EntryDigest DIGEST = new EntryDigest(1, -2);
    private static final VersionVector VERSION = VersionVector.empty().with(ANN, 3);
    private static final Entry ENTRY =
            new Entry.Directory(PATH, 0755, VERSION, new Stamp(Instant.ofEpochSecond(1, 2)), ANN);

    private static final Entry LINK =
            new Entry.Symlink(
                    PATH,
                    new Entry.LinkTarget(new byte[] {'c'}),
                    VERSION,
                    new Stamp(Instant.ofEpochSecond(1, 2)),
                    ANN);

    private static final String SECRET_HEX = "5820" + "5a".repeat(32);
    private static final String ENTRY_HEX =
            "582e 01 0003 612f62 0000000000000001 00000002 1122334455667788"
                    + "0001 1122334455667788 0000000000000003 01ed";
    private static final String LINK_HEX =
            "582f 02 0003 612f62 0000000000000001 00000002 1122334455667788"
                    + "0001 1122334455667788 0000000000000003 0001 63";
    private static final String DIGEST_HEX = "50 0000000000000001 fffffffffffffffe";

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static Arguments golden(Message message, String hex) {
        return Arguments.of(message, hex);
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                golden(new Hello(1, SECRET), "00000024 01 00 0000 82 01" + SECRET_HEX),
                golden(new Proof(SECRET), "00000023 02 00 0000 81" + SECRET_HEX),
                golden(
                        new Greeting(ANN, "ä", Mode.RECEIVE_ONLY, VERSION),
                        "0000001f 03 00 0000 84 48 1122334455667788 62 c3a4 02"
                                + "50 1122334455667788 0000000000000003"),
                golden(new KeepAlive(), "00000001 04 00 0000 80"),
                golden(new Credit(2_097_152), "00000006 05 00 0000 81 1a00200000"),
                golden(new Goodbye(Reason.SILENCE, "why"), "00000006 06 00 0000 82 05 63 776879"),
                golden(
                        new HandOver(
                                ShareKey.of(filled(32, 0x11)),
                                List.of(
                                        new Retired(
                                                ShareKey.of(filled(32, 0x44)),
                                                Duration.ofDays(30))),
                                Set.of(NodeId.of(filled(32, 0x33)), NodeId.of(filled(32, 0x22)))),
                        "0000008e 07 00 0000 83 5820"
                                + "11".repeat(32)
                                + "81 82 5820"
                                + "44".repeat(32)
                                + "1a00278d00 5840"
                                + "22".repeat(32)
                                + "33".repeat(32)),
                golden(new Announce(List.of(ENTRY)), "00000032 10 00 0000 81 81" + ENTRY_HEX),
                golden(
                        new Have(List.of(new PathVersion(PATH, DIGEST))),
                        "00000018 11 00 0000 81 81 82 43 612f62" + DIGEST_HEX),
                golden(new EntryAsk(List.of(PATH)), "00000006 12 00 0000 81 81 43 612f62"),
                golden(
                        new SummaryAsk(-1, List.of(Bucket.ROOT, new Bucket(2, 65_535))),
                        "0000000b 13 00 0000 82 20 82 82 00 00 82 02 19ffff"),
                golden(
                        new SummaryTell(7, List.of(new BucketSum(new Bucket(1, 2), 5, DIGEST))),
                        "00000018 14 00 0000 82 07 81 84 01 02 05" + DIGEST_HEX),
                golden(
                        new BucketOffer(7, List.of(new Bucket(1, 2)), 9, new long[] {1, -1}),
                        "00000020 15 00 0000 84 07 81 82 01 02 48 0000000000000009"
                                + "50 0000000000000001 ffffffffffffffff"),
                golden(
                        new BucketAnswer(7, List.of(), new long[] {3}, true),
                        "0000000d 16 00 0000 84 07 80 48 0000000000000003 f5"),
                golden(
                        new BucketEntries(7, List.of(ENTRY)),
                        "00000033 17 00 0000 82 07 81" + ENTRY_HEX),
                golden(new ExchangeDone(7), "00000002 18 00 0000 81 07"),
                golden(new SettleAsk(24), "00000003 19 00 0000 81 1818"),
                golden(new SettleTell(24, "x"), "00000005 1a 00 0000 82 1818 61 78"),
                golden(
                        new Renaming(PATH, RelativePath.of("c")),
                        "00000007 1b 00 0000 82 43 612f62 41 63"),
                golden(
                        new ContentAsk(7, List.of(new ContentWant(PATH, CONTENT, 300, 16))),
                        "0000002e 20 00 0000 82 07 81 84 43 612f62 5820"
                                + "cc".repeat(32)
                                + "19012c 10"),
                golden(new ContentCancel(7), "00000002 21 00 0000 81 07"),
                golden(new ContentMissing(7, 3), "00000003 22 00 0000 82 07 03"),
                golden(
                        new DeltaAsk(7, PATH, CONTENT, 300, BASIS, new byte[] {1, 2}),
                        "00000050 23 00 0000 86 07 43 612f62 5820"
                                + "cc".repeat(32)
                                + "19012c 5820"
                                + "bb".repeat(32)
                                + "42 0102"),
                golden(new VersionsAsk(7, PATH), "00000006 28 00 0000 82 07 43 612f62"),
                golden(
                        new VersionsTell(
                                7,
                                List.of(
                                        new KeptVersion(
                                                "17-D",
                                                LINK,
                                                Instant.ofEpochMilli(1_000),
                                                Why.DELETED)),
                                true),
                        "0000003f 29 00 0000 83 07 81 84 64 31372d44" + LINK_HEX + "1903e8 01 f5"),
                golden(new ClockAsk(7), "00000002 2a 00 0000 81 07"),
                golden(
                        new ClockTell(7, Instant.ofEpochMilli(1_000)),
                        "00000005 2b 00 0000 82 07 1903e8"),
                golden(
                        new ContentPart(7, 3, 0x10000, new byte[] {1, 2, 3}, true),
                        "00000018 30 00 0000 0000000000000007 00000003 0000000000010000 01 010203"),
                golden(
                        new ContentBundle(
                                7, new int[] {3, 4}, List.of(new byte[] {1}, new byte[0])),
                        "0000001b 31 00 0000 0000000000000007 0002 00000003 00000001"
                                + "00000004 00000000 01"),
                golden(
                        new ContentAhead(List.of(new byte[] {1}, new byte[] {2, 3})),
                        "0000000d 32 00 0000 0002 00000001 00000002 01 0203"),
                golden(
                        new DeltaAhead(BASIS, CONTENT, 2, new byte[] {1, 2}),
                        "0000004a 33 00 0000"
                                + "bb".repeat(32)
                                + "cc".repeat(32)
                                + "0000000000000002 0102"));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void hasTheseBytes(Message message, String hex) {
        byte[] expected = HexFormat.of().parseHex(hex.replace(" ", ""));

        assertThat(HexFormat.of().formatHex(Wire.bytes(message)))
                .isEqualTo(HexFormat.of().formatHex(expected));
        try (Wire wire = Wire.proven()) {
            assertThat(wire.feed(expected).single()).usingRecursiveComparison().isEqualTo(message);
        }
    }

    @Test
    void thereIsOneOfEachKind() {
        assertThat(frames().map(each -> MessageType.of((Message) each.get()[0])))
                .containsExactly(MessageType.values());
    }
}
