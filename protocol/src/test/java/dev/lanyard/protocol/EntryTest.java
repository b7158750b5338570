package dev.lanyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.testing.RandomEntries;
import dev.lanyard.protocol.testing.Seeded;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

class EntryTest {
    @Seeded(runs = 300)
    void orderIsTotal(RandomGenerator random) {
        List<Entry> entries = atOnePath(random, 12);
        for (Entry a : entries) {
            for (Entry b : entries) {
                int ab = Integer.signum(Entry.ORDER.compare(a, b));
                assertThat(Integer.signum(Entry.ORDER.compare(b, a))).isEqualTo(-ab);
                for (Entry c : entries) {
                    if (ab >= 0 && Entry.ORDER.compare(b, c) >= 0) {
                        assertThat(Entry.ORDER.compare(a, c)).isGreaterThanOrEqualTo(0);
                    }
                }
            }
        }
    }

    @Seeded(runs = 300)
    void theGreatestIsTheSameInWhateverOrderTheyCome(RandomGenerator random) {
        List<Entry> entries = atOnePath(random, 12);
        List<Entry> shuffled = new ArrayList<>(entries);
        Collections.shuffle(shuffled, new Random(random.nextLong()));

        Entry winner = Collections.max(entries, Entry.ORDER);
        Entry other = Collections.max(shuffled, Entry.ORDER);

        assertThat(Entry.ORDER.compare(winner, other)).isZero();
        assertThat(winner.hasContentOf(other)).isTrue();
        assertThat(winner.version()).isEqualTo(other.version());
    }

    private static List<Entry> atOnePath(RandomGenerator random, int count) {
        RandomEntries entries = new RandomEntries(random);
        RelativePath path = entries.path();
        return Stream.generate(() -> entries.entry(path)).limit(count).toList();
    }

    @Seeded(runs = 300)
    void sumsOfDigestsForgetTheOrderAndWhatWasTakenAway(RandomGenerator random) {
        RandomEntries entries = new RandomEntries(random);
        List<EntryDigest> digests =
                Stream.generate(() -> EntryDigest.of(entries.entry())).limit(20).toList();
        EntryDigest extra = new EntryDigest(random.nextLong(), -1);

        EntryDigest forwards = EntryDigest.ZERO.plus(extra);
        for (EntryDigest digest : digests) {
            forwards = forwards.plus(digest);
        }
        forwards = forwards.minus(extra);
        EntryDigest backwards = EntryDigest.ZERO;
        for (EntryDigest digest : digests.reversed()) {
            backwards = backwards.plus(digest);
        }

        assertThat(forwards).isEqualTo(backwards);
        for (EntryDigest digest : digests) {
            forwards = forwards.minus(digest);
        }
        assertThat(forwards).isEqualTo(EntryDigest.ZERO);
    }
}
