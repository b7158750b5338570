package dev.lanyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.testing.RandomEntries;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

class CanonicalEntryTest {
    private static final ReplicaId ANN = new ReplicaId(0x1122334455667788L);
    private static final RelativePath PATH = RelativePath.of("a/b");
    private static final Stamp STAMP = new Stamp(Instant.ofEpochSecond(1, 2));
    private static final VersionVector VERSION = VersionVector.empty().with(ANN, 3);
    private static final ContentHash CONTENT = new ContentHash(1, 2, 3, 4);

    /** Path, stamp, author and vector, which every kind begins with. */
    private static final String HEAD =
            "0003 612f62 0000000000000001 00000002 1122334455667788 0001 1122334455667788 0000000000000003";

    private static final String CONTENT_HEX =
            "0000000000000001 0000000000000002 0000000000000003 0000000000000004";

    @Test
    void aFileHasTheseBytes() {
        assertBytes(
                new File(
                        PATH,
                        0x1234,
                        Instant.ofEpochSecond(-1, 999_999_999),
                        0754,
                        CONTENT,
                        VERSION,
                        STAMP,
                        ANN),
                "03" + HEAD + "0000000000001234 ffffffffffffffff 3b9ac9ff 01ec" + CONTENT_HEX);
    }

    @Test
    void aDirectoryHasTheseBytes() {
        assertBytes(new Directory(PATH, 0755, VERSION, STAMP, ANN), "01" + HEAD + "01ed");
    }

    @Test
    void aLinkHasTheseBytes() {
        LinkTarget target = new LinkTarget(new byte[] {'.', '.', '/', 'c'});
        assertBytes(new Symlink(PATH, target, VERSION, STAMP, ANN), "02" + HEAD + "0004 2e2e2f63");
    }

    @Test
    void aTombstoneHasTheseBytes() {
        assertBytes(new Tombstone(PATH, null, null, VERSION, STAMP, ANN), "00" + HEAD + "00");
        assertBytes(
                new Tombstone(PATH, RelativePath.of("c"), CONTENT, VERSION, STAMP, ANN),
                "00" + HEAD + "03 0001 63" + CONTENT_HEX);
        assertBytes(
                new Tombstone(PATH, null, CONTENT, VERSION, STAMP, ANN).on(20_778),
                "00" + HEAD + "06" + CONTENT_HEX + "0000512a");
        assertBytes(
                new Tombstone(PATH, RelativePath.of("c"), CONTENT, VERSION, STAMP, ANN)
                        .of(VersionVector.empty().with(ANN, 2)),
                "00" + HEAD + "0b 0001 63" + CONTENT_HEX + "0000000000000002");
    }

    private static void assertBytes(Entry entry, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

        assertThat(CanonicalEntry.encode(entry)).isEqualTo(bytes);
        assertThat(CanonicalEntry.decode(bytes)).isEqualTo(entry);
    }

    @Seeded(runs = 300)
    void everyEntryComesBackAndNoPartOfItDoes(RandomGenerator random) {
        Entry entry = new RandomEntries(random).entry();

        byte[] bytes = CanonicalEntry.encode(entry);

        assertThat(CanonicalEntry.decode(bytes)).isEqualTo(entry);
        assertThat(bytes).hasSize(CanonicalEntry.lengthBytes(entry));
        assertThat(bytes.length).isLessThanOrEqualTo(CanonicalEntry.BYTES_MAX);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CanonicalEntry.decode(cut))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> CanonicalEntry.decode(longer))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Seeded(runs = 2_000)
    void whatIsReadIsWrittenAlike(RandomGenerator random) {
        byte[] bytes = CanonicalEntry.encode(new RandomEntries(random).entry());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }

        Entry entry;
        try {
            entry = CanonicalEntry.decode(bytes);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
            return;
        }

        assertThat(CanonicalEntry.encode(entry)).isEqualTo(bytes);
    }

    @Test
    @DisplayName("D10: a stamp after the last one is refused, and nothing makes one")
    void d10_refusesStampsAtTheEndOfTime() {
        Stamp after = new Stamp(Stamp.LAST.time().plusNanos(1));
        Entry latest = new Directory(PATH, 0, VERSION, Stamp.LAST.next(), ANN);
        Entry later = new Directory(PATH, 0, VERSION, after, ANN);
        Entry never = new Directory(PATH, 0, VERSION, new Stamp(Instant.MAX), ANN);

        assertThat(CanonicalEntry.decode(CanonicalEntry.encode(latest))).isEqualTo(latest);
        for (Entry refused : new Entry[] {later, never}) {
            byte[] bytes = CanonicalEntry.encode(refused);
            assertThatThrownBy(() -> CanonicalEntry.decode(bytes))
                    .hasMessageContaining("year 9999");
        }
    }
}
