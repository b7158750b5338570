package dev.lanyard.node.io.apply;

import static dev.lanyard.node.io.apply.Bench.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.node.core.plan.Keep;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What is pruned from versions, and what never is. */
class PruningTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Retention MONTH =
            new Retention(Duration.ofDays(30), 1_000_000, Long.MAX_VALUE, 100);

    @TempDir Path home;
    Bench bench;
    Instant now = Instant.now();

    @BeforeEach
    void openBench() throws IOException {
        bench = new Bench(home);
    }

    private Pruning pruning(Retention retention) {
        return new Pruning(bench.disk, bench.versions, retention, () -> now);
    }

    /** Rounds until nothing is left to do. */
    private void prune(Retention retention) throws IOException {
        Pruning pruning = pruning(retention);
        while (pruning.round()) {
            assertThat(bench.versionCount()).isNotNegative();
        }
    }

    /** Something in versions, as if it had been displaced so long ago; without a sidecar. */
    private VersionName kept(String path, Keep reason, Duration ago, int sizeBytes)
            throws IOException {
        VersionName name =
                new VersionName(
                        VersionName.hashOf(path(path)),
                        now.minus(ago).toEpochMilli(),
                        1,
                        reason,
                        new VersionName.Content(ago.hashCode(), sizeBytes));
        Files.write(versionsDirectory().resolve(name.toString()), new byte[sizeBytes]);
        return name;
    }

    private Path versionsDirectory() {
        return bench.folder.resolve(".lanyard/versions");
    }

    private boolean isThere(VersionName name) {
        return Files.exists(versionsDirectory().resolve(name.toString()));
    }

    @Test
    void prunesWhatIsTooOldWithItsSidecar() throws IOException {
        bench.apply(
                bench.placeFile("a", "new", bench.write("a", "old"), Keep.REPLACED),
                bench.placeFile("b", "new", bench.write("b", "old"), Keep.REPLACED));

        now = now.plus(Duration.ofDays(29));
        prune(MONTH);
        assertThat(bench.versions.list()).hasSize(2);
        now = now.plus(Duration.ofDays(2));
        prune(MONTH);

        assertThat(bench.versions.list()).isEmpty();
        try (Stream<Path> files = Files.list(versionsDirectory())) {
            assertThat(files).isEmpty();
        }
        assertThat(bench.read("a")).isEqualTo("new");
    }

    @Test
    void keepsSoManyOfEachPath() throws IOException {
        for (int day = 1; day <= 5; day++) {
            kept("a", Keep.REPLACED, DAY.multipliedBy(day), 1);
        }
        VersionName other = kept("b", Keep.DELETED, DAY.multipliedBy(6), 1);

        prune(new Retention(Duration.ofDays(30), 3, Long.MAX_VALUE, 100));

        assertThat(bench.versions.list(path("a")))
                .extracting(Kept::when)
                .containsExactly(millis(1), millis(2), millis(3));
        assertThat(isThere(other)).isTrue();
    }

    private Instant millis(int days) {
        return Instant.ofEpochMilli(now.minus(DAY.multipliedBy(days)).toEpochMilli());
    }

    @Test
    void dropsTheOldestUntilTheRestHasRoom() throws IOException {
        VersionName first = kept("a", Keep.REPLACED, DAY.multipliedBy(3), 1_000);
        VersionName second = kept("b", Keep.REPLACED, DAY.multipliedBy(2), 1_000);
        VersionName third = kept("c", Keep.REPLACED, DAY, 1_000);

        prune(new Retention(Duration.ofDays(30), 9, 2_500, 100));

        assertThat(isThere(first)).isFalse();
        assertThat(isThere(second)).isTrue();
        assertThat(isThere(third)).isTrue();
    }

    @Test
    void nothingOfTheLastHourGoesWhateverTheBounds() throws IOException {
        VersionName young = kept("a", Keep.REPLACED, Duration.ofMinutes(50), 1_000);
        VersionName younger = kept("a", Keep.REPLACED, Duration.ofMinutes(5), 1_000);

        prune(new Retention(Duration.ZERO, 1, 0, 100));

        assertThat(isThere(young)).isTrue();
        assertThat(isThere(younger)).isTrue();
    }

    @Test
    void whatLostIsNotPrunedBeforeSomebodySawIt() throws IOException {
        bench.apply(
                bench.placeFile("listed", "new", bench.write("listed", "old"), Keep.CONFLICT),
                bench.placeFile("unseen", "new", bench.write("unseen", "old"), Keep.CONFLICT),
                bench.placeFile("solved", "new", bench.write("solved", "old"), Keep.CONFLICT));
        VersionName bare = kept("no sidecar", Keep.UNCLEAN, Duration.ofDays(400), 1);
        bench.versions.markListed(
                bench.versions.list(path("listed")).stream().map(Kept::name).toList());
        bench.versions.markSeen(bench.versions.list(path("solved")));
        assertThat(bench.versions.conflicts()).extracting(Kept::path).hasSize(2);

        now = now.plus(Duration.ofDays(2));
        prune(new Retention(Duration.ofDays(30), 1, 0, 100));
        assertThat(bench.versions.list())
                .extracting(Kept::path)
                .as("space and number alone remove only what somebody dealt with")
                .containsExactlyInAnyOrder(path("listed"), path("unseen"));

        now = now.plus(Duration.ofDays(30));
        prune(MONTH);
        assertThat(bench.versions.list()).extracting(Kept::path).containsExactly(path("unseen"));
        assertThat(isThere(bare)).isTrue();
    }

    @Test
    void aRoundIsBoundedAndAListOfVeryManyIsNotHeldInMemory() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            kept("f" + i, Keep.DELETED, DAY.multipliedBy(40), 0);
        }
        Pruning pruning = pruning(MONTH);

        assertThat(pruning.round()).isTrue();

        assertThat(bench.versionCount()).isBetween(500L, 999L);
    }

    @Test
    void aContentIsFoundByItsHashUntilItIsPruned() throws IOException {
        bench.apply(bench.placeFile("a", "new", bench.write("a", "old"), Keep.REPLACED));
        assertThat(bench.versions.mayHave(Bench.hash("old"))).isTrue();
        assertThat(bench.versions.mayHave(Bench.hash("new"))).isFalse();
        Versions afterRestart = new Versions(bench.disk, InstantSource.system(), new Random(2));
        afterRestart.learn();
        assertThat(afterRestart.nameOf(Bench.hash("old")))
                .contains(bench.versions.list(path("a")).getFirst().name());

        now = now.plus(Duration.ofDays(31));
        prune(MONTH);

        assertThat(bench.versions.mayHave(Bench.hash("old"))).isFalse();
    }

    @Test
    void readsHowMuchToKeep() {
        assertThat(Retention.parse("7d,10GiB"))
                .isEqualTo(new Retention(Duration.ofDays(7), 32, 10L << 30, 100));
        assertThat(Retention.parse("12h 3 5%"))
                .isEqualTo(new Retention(Duration.ofHours(12), 3, Long.MAX_VALUE, 5));
        assertThat(Retention.parse("all").perPathMax()).isEqualTo(Integer.MAX_VALUE);
        assertThat(Retention.DEFAULT.bytesMax(50, 150)).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "30d,", "0", "101%", "-1d", "30d;32", "999999999999tib"})
    void refusesWhatItCannotUnderstand(String text) {
        assertThatThrownBy(() -> Retention.parse(text))
                .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
    }

    @Test
    void choosesWhatWasThereAtATime() {
        Instant time = Instant.parse("2026-11-20T10:00:00Z");
        Kept later = keptAt("a", time.plusSeconds(20), time.minusSeconds(5));
        Kept first = keptAt("a", time.plusSeconds(10), time.minusSeconds(9));
        Kept changedSince = keptAt("b", time.plusSeconds(10), time.plusSeconds(1));
        Kept before = keptAt("c", time.minusSeconds(1), time.minusSeconds(9));

        assertThat(AsItWas.at(time, List.of(later, first, changedSince, before)))
                .containsExactly(first);
    }

    private static Kept keptAt(String path, Instant when, Instant mtime) {
        return new Kept(
                "name",
                path(path),
                null,
                1,
                mtime,
                0644,
                null,
                null,
                null,
                null,
                null,
                Keep.REPLACED,
                when,
                null,
                false);
    }
}
