package dev.lanyard.node.core.index;

import static dev.lanyard.node.core.index.SampleRows.behind;
import static dev.lanyard.node.core.index.SampleRows.changed;
import static dev.lanyard.node.core.index.SampleRows.directory;
import static dev.lanyard.node.core.index.SampleRows.file;
import static dev.lanyard.node.core.index.SampleRows.hash;
import static dev.lanyard.node.core.index.SampleRows.heard;
import static dev.lanyard.node.core.index.SampleRows.heldBack;
import static dev.lanyard.node.core.index.SampleRows.link;
import static dev.lanyard.node.core.index.SampleRows.path;
import static dev.lanyard.node.core.index.SampleRows.settled;
import static dev.lanyard.node.core.index.SampleRows.tombstone;
import static dev.lanyard.node.core.index.SampleRows.unshared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Index.Amount;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What every index must do, whatever it keeps its rows in. */
public abstract class IndexContract {
    private static final int ALL = 1_000_000;

    /** The index under test; {@link #restart} puts another one in its place. */
    protected Index index;

    /** An index without rows. */
    protected abstract Index create();

    /** The index as it is found after the node was stopped without a further commit. */
    protected abstract Index reopen(Index stopped);

    @BeforeEach
    final void begin() {
        index = create();
    }

    @AfterEach
    final void end() {
        index.close();
    }

    private void restart() {
        index = reopen(index);
    }

    @Test
    void formerEntriesAreBesideTheRows() {
        Entry live = file("d/x", 1, 1);
        index.putFormer(live);
        index.commit();
        restart();

        assertThat(index.hasFormer()).isTrue();
        assertThat(index.former(path("d/x"))).isEqualTo(live);
        assertThat(index.former(path("d"))).isNull();
        assertThat(index.row(path("d/x"))).isNull();
        assertThat(index.sum(Bucket.ROOT).count()).isZero();
        assertThat(index.pendingAmount(Pending.PLACE)).isEqualTo(new Amount(0, 0));

        index.removeFormer(path("d/x"));
        index.commit();
        restart();
        assertThat(index.former(path("d/x"))).isNull();
    }

    @Test
    void readersCanTellWhetherWhatTheyReadIsStillSo() {
        try (IndexReader reader = index.reader()) {
            long before = reader.commits();
            assertThat(before).isEven();

            index.put(settled(file("a", 1, 1)));
            assertThat(reader.commits()).isEqualTo(before); // It sees nothing of that yet.
            index.commit();

            assertThat(reader.commits()).isEven().isGreaterThan(before);
            assertThat(index.commits()).isEqualTo(reader.commits());

            long after = reader.commits();
            index.commit(); // Of nothing.
            assertThat(reader.commits()).isEqualTo(after);
        }
    }

    @Test
    void anEmptyIndexHasNothing() {
        assertThat(index.hasFormer()).isFalse();
        assertThat(index.row(path("a"))).isNull();
        assertThat(index.page(null, true, 10)).isEmpty();
        assertThat(index.pageBelow(null, null, 10)).isEmpty();
        assertThat(index.holders(hash(1), 10)).isEmpty();
        assertThat(index.heldAmount()).isEqualTo(new Amount(0, 0));
        assertThat(index.sum(Bucket.ROOT))
                .isEqualTo(new BucketSum(Bucket.ROOT, 0, EntryDigest.ZERO));
        assertThat(index.knownOf(0)).isEmpty();
        assertThat(index.text("name")).isNull();
    }

    @Test
    void givesBackEveryShapeOfRow() {
        List<Row> rows =
                List.of(
                        settled(file("a", 10, 1)),
                        settled(directory("b")),
                        settled(link("c", "../\u00ff")),
                        settled(tombstone("d")),
                        heard(file("e", 11, 2)),
                        heard(tombstone("f")),
                        behind(file("g", 12, 3), file("g", 13, 4)),
                        behind(tombstone("h"), directory("h")),
                        behind(directory("i"), tombstone("i")),
                        unshared(file("j", 14, 5)));

        rows.forEach(index::put);

        assertThat(index.page(null, true, ALL)).isEqualTo(rows);
        for (Row row : rows) {
            assertThat(index.row(row.path())).isEqualTo(row);
        }
        index.commit();
        restart();
        assertThat(index.page(null, true, ALL)).isEqualTo(rows);
    }

    @Test
    void givesBackPathsThatAreNoText() {
        byte[] bytes = {(byte) 0xff, '/', 1, (byte) 0x80, '\n'};
        RelativePath path = RelativePath.of(bytes);
        Row row = SampleRows.random(new SplittableRandom(1), path);

        index.put(row);
        index.commit();
        restart();

        assertThat(index.row(path)).isEqualTo(row);
        assertThat(index.page(null, true, 10)).containsExactly(row);
    }

    @Test
    void givesBackTheLongestPath() {
        byte[] bytes = new byte[RelativePath.PATH_BYTES_MAX];
        Arrays.fill(bytes, (byte) 0xff);
        for (int i = 255; i < bytes.length - 1; i += 256) {
            bytes[i] = '/';
        }
        bytes[bytes.length - 1] = 'x';
        RelativePath path = RelativePath.of(bytes);
        Row row = SampleRows.random(new SplittableRandom(2), path);

        index.put(row);
        index.commit();
        restart();

        assertThat(index.page(null, true, 10)).containsExactly(row);
    }

    @Test
    void replacesAndForgets() {
        index.put(heard(file("a", 10, 1)));
        index.put(settled(file("a", 10, 1)));
        index.put(settled(file("b", 10, 1)));

        index.remove(path("b"));
        index.remove(path("never-there"));

        assertThat(index.page(null, true, 10)).containsExactly(settled(file("a", 10, 1)));
        assertThat(index.row(path("b"))).isNull();
    }

    @Test
    void ordersByComponentSoThatADirectoryIsFollowedByItsContent() {
        putFiles("a/x", "a.b", "b", "a", "a/x/y", "a-", "a/x.z");

        assertThat(paths(index.page(null, true, ALL)))
                .containsExactly("a", "a/x", "a/x/y", "a/x.z", "a-", "a.b", "b");
    }

    @Test
    void pagesForwardFromAPathWithOrWithoutIt() {
        putFiles("a", "a/x", "b", "c");

        assertThat(paths(index.page(null, false, 2))).containsExactly("a", "a/x");
        assertThat(paths(index.page(path("a/x"), false, 2))).containsExactly("b", "c");
        assertThat(paths(index.page(path("a/x"), true, 2))).containsExactly("a/x", "b");
        assertThat(paths(index.page(path("a/y"), true, 1))).containsExactly("b");
        assertThat(paths(index.page(path("c"), false, 2))).isEmpty();
    }

    @Test
    void pagesBelowADirectoryAndNoFurther() {
        putFiles("a", "a/x", "a/x/y", "a/z", "a-", "a.b", "b/x");

        assertThat(paths(index.pageBelow(path("a"), null, ALL)))
                .containsExactly("a/x", "a/x/y", "a/z");
        assertThat(paths(index.pageBelow(path("a"), path("a/x"), ALL)))
                .containsExactly("a/x/y", "a/z");
        assertThat(paths(index.pageBelow(path("a"), path("a"), 1))).containsExactly("a/x");
        assertThat(paths(index.pageBelow(path("a"), path("a/z"), ALL))).isEmpty();
        assertThat(paths(index.pageBelow(path("a"), path("b"), ALL))).isEmpty();
        assertThat(paths(index.pageBelow(path("b"), path("a"), ALL))).containsExactly("b/x");
        assertThat(paths(index.pageBelow(path("a.b"), null, ALL))).isEmpty();
        assertThat(paths(index.pageBelow(null, path("a.b"), ALL))).containsExactly("b/x");
    }

    @Test
    void listsPendingRowsForwardAndBackward() {
        putFiles("settled");
        index.put(heard(file("a", 10, 1)));
        index.put(heard(file("a/x", 20, 1)));
        index.put(heard(file("a.b", 30, 1)));
        index.put(behind(tombstone("d"), file("d", 40, 2)));
        index.put(behind(tombstone("d/y"), directory("d/y")));
        index.put(heard(tombstone("n")));
        index.put(heldBack(file("o", 50, 1)));

        assertThat(pending(Pending.PLACE, null, false)).containsExactly("a", "a/x", "a.b");
        assertThat(pending(Pending.PLACE, "a", false)).containsExactly("a/x", "a.b");
        assertThat(pending(Pending.PLACE, null, true)).containsExactly("a.b", "a/x", "a");
        assertThat(pending(Pending.PLACE, "a.b", true)).containsExactly("a/x", "a");
        assertThat(pending(Pending.REMOVE, null, true)).containsExactly("d/y", "d");
        assertThat(pending(Pending.NOTE, null, false)).containsExactly("n");
        assertThat(pending(Pending.HELD_BACK, null, false)).containsExactly("o");
        assertThat(pending(Pending.NOTHING, null, false)).containsExactly("settled");
        assertThat(index.pending(Pending.PLACE, null, false, 2)).hasSize(2);
    }

    @Test
    void countsWorkThatIsLeftAndFilesThatAreHeld() {
        index.put(heard(file("a", 10, 1)));
        index.put(behind(file("b", 20, 1), file("b", 300, 2)));
        index.put(behind(directory("c"), file("c", 4_000, 3)));
        index.put(behind(tombstone("d"), file("d", 50_000, 3)));
        index.put(heard(tombstone("e")));
        index.put(settled(file("f", 600_000, 3)));
        index.put(unshared(file("g", 7_000_000, 3)));
        index.put(heldBack(file("h", 80_000_000, 4)));
        index.put(changed(file("i", 1, 4), file("i", 2, 4)));

        assertThat(index.pendingAmount(Pending.PLACE)).isEqualTo(new Amount(3, 30));
        assertThat(index.pendingAmount(Pending.REMOVE)).isEqualTo(new Amount(1, 50_000));
        assertThat(index.pendingAmount(Pending.NOTE)).isEqualTo(new Amount(1, 0));
        assertThat(index.pendingAmount(Pending.NOTHING)).isEqualTo(new Amount(1, 600_000));
        assertThat(index.pendingAmount(Pending.ADDED)).isEqualTo(new Amount(1, 7_000_000));
        assertThat(index.pendingAmount(Pending.CHANGED)).isEqualTo(new Amount(1, 1));
        assertThat(index.pendingAmount(Pending.HELD_BACK)).isEqualTo(new Amount(1, 80_000_000));
        assertThat(index.heldAmount()).isEqualTo(new Amount(7, 87_654_302));
    }

    @Test
    void tellsWhoHoldsAContentByItsWholeHash() {
        ContentHash wanted = new ContentHash(1, 2, 3, 4);
        ContentHash similar = new ContentHash(1, 2, 3, 5);
        index.put(settled(withContent("b", wanted)));
        index.put(settled(withContent("a", wanted)));
        index.put(behind(file("c", 10, 9), withContent("c", wanted)));
        index.put(settled(withContent("aa", similar)));
        index.put(heard(withContent("d", wanted)));
        index.commit();

        assertThat(index.holders(wanted, 10))
                .containsExactlyInAnyOrder(path("a"), path("b"), path("c"));
        assertThat(index.holders(wanted, 2)).hasSize(2);
        assertThat(index.holders(similar, 10)).containsExactly(path("aa"));
        try (IndexReader reader = index.reader()) {
            assertThat(reader.holders(wanted, 10))
                    .containsExactlyInAnyOrder(path("a"), path("b"), path("c"));
            index.put(settled(withContent("a", similar)));
            index.put(settled(withContent("e", wanted)));
            assertThat(index.holders(wanted, 10))
                    .containsExactlyInAnyOrder(path("b"), path("c"), path("e"));
            assertThat(reader.holders(wanted, 10))
                    .containsExactlyInAnyOrder(path("a"), path("b"), path("c"));
            index.commit();
            assertThat(reader.holders(wanted, 10))
                    .containsExactlyInAnyOrder(path("b"), path("c"), path("e"));
        }
    }

    @Test
    void tellsWhoHoldsAContentThatManyFilesHave() {
        for (int i = 0; i < 3_000; i++) {
            index.put(settled(file("f" + i, 0, 7)));
        }
        index.commit();
        for (int i = 0; i < 3_000; i += 2) {
            index.remove(path("f" + i));
        }

        assertThat(index.holders(hash(7), ALL)).hasSize(1_500).doesNotHaveDuplicates();
        assertThat(index.holders(hash(7), 1_000)).hasSize(1_000);
        assertThat(index.holders(hash(7), 1)).hasSize(1);
    }

    @Test
    void listsAndSumsWhatIsKnownByBucket() {
        Entry.File shared = file("a", 10, 1);
        index.put(settled(shared));
        index.put(unshared(file("b", 10, 1)));
        int leaf = Bucket.leafOf(path("a"));

        Bucket leafBucket = new Bucket(2, leaf);
        assertThat(index.knownOf(leaf)).containsExactly(shared);
        assertThat(index.knownOf(Bucket.leafOf(path("b")))).isEmpty();
        assertThat(index.sum(leafBucket))
                .isEqualTo(new BucketSum(leafBucket, 1, EntryDigest.of(shared)));
        assertThat(index.sum(new Bucket(1, leaf >> 8)).sum()).isEqualTo(EntryDigest.of(shared));
        assertThat(index.sum(Bucket.ROOT).count()).isEqualTo(1);
    }

    @Test
    @DisplayName("D32: tombstones are found by their days, and those that are past are in no sum")
    void listsTombstonesByTheirDays() {
        index.put(SampleRows.deleted("b", 7));
        index.put(SampleRows.deleted("a", 7));
        index.put(SampleRows.deleted("c", 5));
        index.put(SampleRows.deleted("d", 8));
        index.put(SampleRows.deleted("of no day", Entry.Tombstone.NO_DAY));
        BucketSum before = index.sum(Bucket.ROOT);
        index.put(SampleRows.deleted("z", Entry.Tombstone.PAST));
        index.put(settled(file("live", 1, 1)));
        index.commit();
        restart();

        assertThat(paths(index.tombstones(8, null, ALL))).containsExactly("z", "c", "a", "b");
        List<Row> page = index.tombstones(8, null, 2);
        assertThat(paths(page)).containsExactly("z", "c");
        assertThat(paths(index.tombstones(8, page.getLast(), 1))).containsExactly("a");
        assertThat(paths(index.tombstones(8, index.row(path("a")), ALL))).containsExactly("b");
        index.remove(path("live"));
        assertThat(index.sum(Bucket.ROOT)).isEqualTo(before);
        assertThat(index.knownOf(Bucket.leafOf(path("z"))))
                .noneMatch(known -> known.path().equals(path("z")));

        index.put(SampleRows.deleted("a", Entry.Tombstone.PAST));
        assertThat(paths(index.tombstones(1, null, ALL))).containsExactly("a", "z");
        assertThat(index.sum(Bucket.ROOT).count()).isEqualTo(before.count() - 1);
    }

    @Test
    void keepsWhatWasCommittedAndNothingElse() {
        index.put(settled(file("a", 10, 1)));
        index.putText("name", "one");
        index.commit();
        index.put(settled(file("a", 20, 2)));
        index.put(settled(file("b", 30, 2)));
        index.putText("name", "two");
        index.putText("other", "three");
        BucketSum committedSum = new BucketSum(Bucket.ROOT, 1, EntryDigest.of(file("a", 10, 1)));

        restart();

        assertThat(index.page(null, true, ALL)).containsExactly(settled(file("a", 10, 1)));
        assertThat(index.row(path("b"))).isNull();
        assertThat(index.text("name")).isEqualTo("one");
        assertThat(index.text("other")).isNull();
        assertThat(index.sum(Bucket.ROOT)).isEqualTo(committedSum);
        assertThat(index.heldAmount()).isEqualTo(new Amount(1, 10));
        assertThat(index.holders(hash(2), 10)).isEmpty();
    }

    @Test
    void aRemovedRowStaysAwayAfterTheCommit() {
        putFiles("a", "b");
        index.commit();
        index.remove(path("a"));
        index.commit();

        restart();

        assertThat(paths(index.page(null, true, ALL))).containsExactly("b");
    }

    @Test
    void replacesATextAndKeepsTextsApart() {
        index.putText("one", "1");
        index.putText("two", "");
        index.putText("one", "\u00e9\n'\"");
        index.commit();
        restart();

        assertThat(index.text("one")).isEqualTo("\u00e9\n'\"");
        assertThat(index.text("two")).isEmpty();
    }

    @Test
    void readersSeeWhatIsCommittedAndTheOwnerSeesAll() {
        putFiles("a");
        index.commit();
        try (IndexReader reader = index.reader()) {
            putFiles("b");

            assertThat(paths(index.page(null, true, ALL))).containsExactly("a", "b");
            assertThat(paths(reader.page(null, true, ALL))).containsExactly("a");
            assertThat(reader.row(path("b"))).isNull();
            assertThat(reader.pageBelow(null, path("a"), 10)).isEmpty();

            index.commit();

            assertThat(paths(reader.page(null, true, ALL))).containsExactly("a", "b");
        }
    }

    @Test
    void aReaderOnAnotherThreadSeesWholeCommits() throws InterruptedException {
        List<Integer> seen = new ArrayList<>();
        Thread reading;
        try (IndexReader reader = index.reader()) {
            reading =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        int count = 0;
                                        while (count < 400) {
                                            count = reader.page(null, true, ALL).size();
                                            seen.add(count);
                                        }
                                    });
            for (int i = 0; i < 100; i++) {
                putFiles("a" + i, "b" + i, "c" + i, "d" + i);
                index.commit();
            }
            reading.join();
        }

        assertThat(seen).allMatch(count -> count % 4 == 0).isSorted().endsWith(400);
    }

    /** Prints how long it took; a machine that is busy must not fail it. */
    @Test
    void holdsAHundredThousandRows(TestReporter reporter) {
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, 100_000).boxed().toList());
        Collections.shuffle(numbers, new Random(1));
        long began = System.nanoTime();
        for (int number : numbers) {
            index.put(settled(file("dir%03d/%d".formatted(number / 1_000, number), 1, number)));
            if (number % 1_000 == 0) {
                index.commit();
            }
        }
        index.commit();
        long put = System.nanoTime();
        restart();
        long reopened = System.nanoTime();
        int walked = 0;
        List<Row> page = index.page(null, true, 1_000);
        while (!page.isEmpty()) {
            walked += page.size();
            page = index.page(page.getLast().path(), false, 1_000);
        }
        long end = System.nanoTime();

        assertThat(walked).isEqualTo(100_000);
        assertThat(index.sum(Bucket.ROOT).count()).isEqualTo(100_000);
        assertThat(index.heldAmount()).isEqualTo(new Amount(100_000, 100_000));
        assertThat(index.pageBelow(path("dir042"), null, ALL)).hasSize(1_000);
        assertThat(index.holders(hash(4_711), 10)).containsExactly(path("dir004/4711"));
        reporter.publishEntry(
                Map.of(
                        "put in random order ms", millis(put - began),
                        "reopened ms", millis(reopened - put),
                        "walked ms", millis(end - reopened)));
    }

    private static String millis(long nanos) {
        return Long.toString(Duration.ofNanos(nanos).toMillis());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void followsAnyHistoryAsASlowModelDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<RelativePath, Row> model = new TreeMap<>();
        TreeMap<RelativePath, Row> committed = new TreeMap<>();
        for (int step = 0; step < 3_000; step++) {
            RelativePath path = SampleRows.randomPath(random);
            switch (random.nextInt(20)) {
                case 0 -> {
                    index.commit();
                    committed = new TreeMap<>(model);
                }
                case 1, 2, 3, 4, 5 -> {
                    index.remove(path);
                    model.remove(path);
                }
                default -> {
                    Row row = SampleRows.random(random, path);
                    index.put(row);
                    model.put(path, row);
                }
            }
            if (random.nextInt(500) == 0) {
                restart();
                model = new TreeMap<>(committed);
            }
            if (step % 100 == 0) {
                assertAgrees(model, random);
            }
        }
        index.commit();
        restart();
        assertAgrees(model, random);
    }

    private void assertAgrees(Map<RelativePath, Row> model, SplittableRandom random) {
        List<Row> rows = List.copyOf(model.values());
        assertThat(index.page(null, true, ALL)).isEqualTo(rows);
        for (Row row : rows) {
            assertThat(index.row(row.path())).isEqualTo(row);
        }
        for (Pending kind : Pending.values()) {
            List<Row> pending = rows.stream().filter(row -> row.pending() == kind).toList();
            assertThat(index.pending(kind, null, false, ALL)).isEqualTo(pending);
            assertThat(index.pending(kind, null, true, ALL)).isEqualTo(pending.reversed());
            assertThat(index.pendingAmount(kind).count()).isEqualTo(pending.size());
        }
        assertThat(index.tombstones(3, null, ALL))
                .isEqualTo(
                        rows.stream()
                                .filter(row -> dayOf(row) < 3 && dayOf(row) != 0)
                                .sorted(Comparator.comparingLong(IndexContract::dayOf))
                                .toList());
        RelativePath directory = SampleRows.randomPath(random);
        assertThat(index.pageBelow(directory, null, ALL))
                .isEqualTo(rows.stream().filter(row -> row.path().isBelow(directory)).toList());
        for (int content = 0; content < 6; content++) {
            ContentHash hash = new ContentHash(content / 2, 0, 0, content % 2);
            assertThat(index.holders(hash, ALL))
                    .containsExactlyInAnyOrderElementsOf(
                            rows.stream().filter(row -> holds(row, hash)).map(Row::path).toList());
        }
        assertSumsAgree(rows);
    }

    private static int dayOf(Row row) {
        return row.known() instanceof Entry.Tombstone known ? known.day() : 0;
    }

    private static boolean holds(Row row, ContentHash content) {
        Held held = row.held();
        return held != null
                && held.entry() instanceof Entry.File file
                && file.content().equals(content);
    }

    private void assertSumsAgree(List<Row> rows) {
        Map<Bucket, BucketSum> sums = new TreeMap<>(Comparator.comparing(Bucket::toString));
        Map<Integer, List<Entry>> leaves = new TreeMap<>();
        long heldFiles = 0;
        for (Row row : rows) {
            heldFiles += row.held() != null && row.held().entry() instanceof Entry.File ? 1 : 0;
            Entry known = row.told();
            if (known != null) {
                int leaf = Bucket.leafOf(row.path());
                leaves.computeIfAbsent(leaf, _ -> new ArrayList<>()).add(known);
                for (int level = 0; level <= 2; level++) {
                    Bucket bucket = new Bucket(level, leaf >> (8 * (2 - level)));
                    sums.merge(
                            bucket,
                            new BucketSum(bucket, 1, EntryDigest.of(known)),
                            IndexContract::plus);
                }
            }
        }
        assertThat(index.heldAmount().count()).isEqualTo(heldFiles);
        assertThat(index.sum(Bucket.ROOT))
                .isEqualTo(
                        sums.getOrDefault(
                                Bucket.ROOT, new BucketSum(Bucket.ROOT, 0, EntryDigest.ZERO)));
        sums.forEach((bucket, sum) -> assertThat(index.sum(bucket)).isEqualTo(sum));
        leaves.forEach((leaf, known) -> assertThat(index.knownOf(leaf)).isEqualTo(known));
    }

    private static BucketSum plus(BucketSum one, BucketSum other) {
        return new BucketSum(
                one.bucket(), one.count() + other.count(), one.sum().plus(other.sum()));
    }

    private static Entry.File withContent(String path, ContentHash content) {
        Entry.File file = file(path, 10, 0);
        return new Entry.File(
                file.path(),
                file.sizeBytes(),
                file.mtime(),
                file.mode(),
                content,
                file.version(),
                file.stamp(),
                file.author());
    }

    private void putFiles(String... paths) {
        for (String path : paths) {
            index.put(settled(file(path, 1, path.getBytes(StandardCharsets.UTF_8).length)));
        }
    }

    private static List<String> paths(List<Row> rows) {
        return rows.stream().map(row -> row.path().toString()).toList();
    }

    private List<String> pending(Pending kind, @Nullable String after, boolean descending) {
        return paths(index.pending(kind, after == null ? null : path(after), descending, ALL));
    }
}
