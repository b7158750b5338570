package dev.lanyard.node.io.transfer;

import static dev.lanyard.node.io.disk.FaultyDisk.any;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

@Timeout(120)
class TransfersTest {
    private static final int MIB = 1 << 20;

    @TempDir Path temp;
    private final List<Side> sides = new ArrayList<>();

    private Side side(String name) throws IOException {
        Side side = Side.in(temp, name);
        sides.add(side);
        return side;
    }

    @AfterEach
    void close() {
        sides.forEach(Side::close);
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void bringsThousandsOfSmallFiles() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Random random = new Random(5);
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (int i = 0; i < 3_000; i++) {
            int size = i % 100 == 0 ? 0 : random.nextInt(i % 50 == 1 ? 300_000 : 8_000);
            contents.put("f" + i, random(size, i));
        }
        List<Entry.File> entries = source.hold(contents);
        List<RelativePath> paths = entries.stream().map(Entry.File::path).toList();
        Side.connect(target, source);

        // when
        for (int from = 0; from < entries.size(); from += 256) {
            target.fetch(entries.subList(from, Math.min(from + 256, entries.size())));
        }
        target.awaitOutcomes(paths);

        // then
        for (int i = 0; i < entries.size(); i++) {
            assertThat(TreeHash.of(target.staged("f" + i)))
                    .isEqualTo(entries.get(i).content().bytes());
        }
        assertThat(target.stagedNames()).hasSize(entries.size());
        await().untilAsserted( // Who sends counts when it was sent.
                        () ->
                                assertThat(source.transfers.amounts().bytesSent())
                                        .isEqualTo(target.transfers.amounts().bytesReceived()));
    }

    @Test
    void bringsAnEmptyFileWithoutAskingAnybody() throws IOException {
        // given
        Side target = side("target");
        Side nobody = side("nobody");
        Side.connect(target, nobody);

        // when
        target.fetch(Side.entry("empty", new byte[0]));

        // then
        assertThat(target.staged("empty")).isEmpty();
    }

    @Test
    void findsNoContentForAnEntryThatLiesAboutItsSize() throws IOException {
        // given
        Side target = side("target");
        Side.connect(target, side("nobody"));

        // when
        target.fetch(Side.entry("liar", 0, ContentHash.of(TreeHash.of(new byte[] {1}))));

        // then
        assertThat(target.outcome("liar")).isInstanceOf(FetchOutcome.Missing.class);
        assertThat(target.stagedNames()).isEmpty();
    }

    @Test
    void bringsALargeFile() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        byte[] content = random(100 * MIB + 17, 1);
        Entry.File entry = source.hold("large", content);
        FakeLink[] links = Side.connect(target, source);

        // when
        target.fetch(entry);

        // then
        assertThat(target.staged("large")).isEqualTo(content);
        assertThat(target.stagedNames()).singleElement().asString().startsWith("s-");
        assertThat(links[0].contentBytesReleased.get()).isEqualTo(content.length);
    }

    @Test
    void findsTheContentAtAnotherPathThanTheHint() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        byte[] content = random(5_000, 1);
        source.hold("new/name", content);
        Side.connect(target, source);

        // when
        target.fetch(Side.entry("old/name", content));

        // then
        assertThat(target.staged("old/name")).isEqualTo(content);
    }

    @Test
    @DisplayName("P4: an interrupted content goes on at its last whole chunk, also after a restart")
    void p4_resumesAtTheLastWholeChunk() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        byte[] content = random(20 * MIB + 5, 1);
        Entry.File entry = source.hold("large", content);
        FakeLink[] first = Side.connect(target, source);
        AtomicLong arrived = new AtomicLong();
        first[0].passes(
                message -> {
                    if (message instanceof Message.ContentPart part
                            && arrived.addAndGet(part.bytes().length) > 12 * MIB) {
                        first[0].close(Message.Reason.SILENCE, "cut");
                        return false;
                    }
                    return true;
                });
        target.fetch(entry);
        assertThat(target.outcome("large")).isInstanceOf(FetchOutcome.Cut.class);
        assertThat(target.stagedNames()).containsExactly("p-" + entry.content());
        assertThat(StagedNames.contentOf("p-" + entry.content())).isEqualTo(entry.content());

        // when
        target.restart();
        FakeLink[] second = Side.connect(target, source);
        target.fetch(entry);

        // then
        assertThat(target.staged("large")).isEqualTo(content);
        assertThat(second[1].contentBytesSent.get()).isEqualTo(8 * MIB + 5);
        assertThat(target.stagedNames()).singleElement().asString().startsWith("s-");
    }

    @Test
    void beginsAgainWhenTheBegunPartIsNotWhatItWas() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        byte[] content = random(6 * MIB, 1);
        Entry.File entry = source.hold("large", content);
        Files.write(target.staging().resolve("p-" + entry.content()), random(3 * MIB, 2));
        FakeLink[] links = Side.connect(target, source);

        // when
        target.fetch(entry);

        // then
        assertThat(target.staged("large")).isEqualTo(content);
        assertThat(links[1].contentBytesSent.get()).isEqualTo(3 * MIB + 6 * MIB);
    }

    @Test
    void goesOnFromAPartThatIsWholeAlready() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        byte[] content = random(6 * MIB, 1);
        Entry.File entry = source.hold("large", content);
        Files.write(target.staging().resolve("p-" + entry.content()), content);
        FakeLink[] links = Side.connect(target, source);

        // when
        target.fetch(entry);

        // then
        assertThat(target.staged("large")).isEqualTo(content);
        assertThat(links[1].contentBytesSent.get()).isEqualTo(MIB);
    }

    @Test
    void bringsOneLargeContentToTwoPathsAtOnce() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        byte[] content = random(9 * MIB, 1);
        source.hold("one", content);
        Side.connect(target, source);

        // when
        target.fetch(Side.entry("one", content), Side.entry("two", content));

        // then
        assertThat(target.staged("one")).isEqualTo(content);
        assertThat(target.staged("two")).isEqualTo(content);
        assertThat(target.stagedNames()).hasSize(2).allMatch(name -> name.startsWith("s-"));
    }

    @Test
    @DisplayName("D17: the source is truncated half-way: nothing is left of it, others go on")
    void d17_sourceIsTruncatedHalfWay() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Entry.File large = source.hold("large", random(40 * MIB, 1));
        Entry.File small = source.hold("small", random(100, 2));
        FakeLink[] links = Side.connect(target, source);
        links[0].passes(
                message -> {
                    if (message instanceof Message.ContentPart part && part.offset() == 8 * MIB) {
                        truncate(source.folder.resolve("large"));
                    }
                    return true;
                });

        // when
        target.fetch(large);
        target.fetch(small);

        // then
        assertThat(target.outcome("large")).isInstanceOf(FetchOutcome.Missing.class);
        assertThat(target.outcome("small")).isInstanceOf(FetchOutcome.Ready.class);
        assertThat(target.stagedNames()).singleElement().asString().startsWith("s-");
    }

    private static void truncate(Path file) {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("D17: the peer is killed half-way: the fetch is answered, and may go elsewhere")
    void d17_peerIsKilledHalfWay() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Entry.File medium = source.hold("medium", random(3 * MIB, 1));
        Entry.File small = source.hold("small", random(3_000, 2));
        FakeLink[] links = Side.connect(target, source);
        links[0].passes(message -> false);

        // when
        target.fetch(medium, small);
        links[1].close(Message.Reason.FAILURE, "killed");

        // then
        assertThat(target.outcome("medium")).isInstanceOf(FetchOutcome.Cut.class);
        assertThat(target.outcome("small")).isInstanceOf(FetchOutcome.Cut.class);
        await().untilAsserted(() -> assertThat(target.stagedNames()).isEmpty());
    }

    @Test
    void aFetchFromASessionThatEndedIsCut() throws IOException {
        // given
        Side target = side("target");
        FakeLink[] links = Side.connect(target, side("source"));
        links[0].close(Message.Reason.STOPPING, "bye");

        // when
        target.fetch(Side.entry("a", random(10, 1)));

        // then
        assertThat(target.outcome("a")).isInstanceOf(FetchOutcome.Cut.class);
    }

    @Test
    void doesNotSendWhatChangedSinceItWasHeld() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Entry.File small = source.hold("small", random(1_000, 1));
        Entry.File medium = source.hold("medium", random(2 * MIB, 1));
        Files.write(source.folder.resolve("small"), random(999, 3));
        Files.write(source.folder.resolve("medium"), random(2 * MIB + 1, 3));
        FakeLink[] links = Side.connect(target, source);

        // when
        target.fetch(small, medium);

        // then
        assertThat(target.outcome("small")).isInstanceOf(FetchOutcome.Missing.class);
        assertThat(target.outcome("medium")).isInstanceOf(FetchOutcome.Missing.class);
        assertThat(links[1].contentBytesSent.get()).isZero();
    }

    @Test
    void neverStagesAWrongContentThatNoStatTells() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        List<Entry.File> entries = new ArrayList<>();
        for (int size : new int[] {1_000, 100_000, 2 * MIB, 5 * MIB}) {
            Path file = source.folder.resolve("f" + size);
            entries.add(source.hold("f" + size, random(size, 1)));
            FileTime before = Files.getLastModifiedTime(file);
            Files.write(file, random(size, 2));
            Files.setLastModifiedTime(file, before);
        }
        FakeLink[] links = Side.connect(target, source);

        // when
        target.fetch(entries);

        // then
        for (Entry.File entry : entries) {
            assertThat(target.outcome(entry.path().toString()))
                    .isInstanceOf(FetchOutcome.Missing.class);
        }
        assertThat(target.stagedNames()).isEmpty();
        long size = entries.stream().mapToLong(Entry.File::sizeBytes).sum();
        assertThat(links[1].contentBytesSent.get()).isEqualTo(2 * size); // Once more, and no more.
    }

    @Test
    @DisplayName("D19: a full disk fails the large content only, and leaves nothing of it")
    void d19_diskFillsUp() throws IOException {
        // given
        Side target = side("target");
        AtomicInteger writes = new AtomicInteger();
        target.disk.fail(
                call -> call.operation() == Operation.WRITE_BYTES && writes.incrementAndGet() > 36,
                DiskException.Fault.DISK_FULL);
        Side source = side("source");
        byte[] large = random(30 * MIB, 1);
        Entry.File entry = source.hold("large", large);
        Entry.File small = source.hold("small", random(2_000, 2));
        Side.connect(target, source);

        // when
        target.fetch(entry);

        // then
        assertThat(target.outcome("large"))
                .isInstanceOfSatisfying(
                        FetchOutcome.Failed.class,
                        failed -> assertThat(failed.obstacle()).isEqualTo(Obstacle.DISK_FULL));
        assertThat(target.stagedNames()).isEmpty();

        // when there is space again
        target.disk.heal();
        target.outcomes.clear();
        target.fetch(small, entry);

        // then
        assertThat(target.staged("small")).hasSize(2_000);
        assertThat(target.staged("large")).isEqualTo(large);
    }

    @Test
    @DisplayName("D19: what cannot fit is not begun, so that small contents still find room")
    void d19_refusesWhatCannotFit() throws IOException {
        // given
        Side target = side("target");
        target.disk.freeBytes(9 * MIB);
        Side source = side("source");
        Entry.File large = source.hold("large", random(10 * MIB, 1));
        Entry.File small = source.hold("small", random(2_000, 2));
        FakeLink[] links = Side.connect(target, source);

        // when
        target.fetch(large, small);

        // then
        assertThat(target.outcome("large"))
                .isInstanceOfSatisfying(
                        FetchOutcome.Failed.class,
                        failed -> assertThat(failed.obstacle()).isEqualTo(Obstacle.DISK_FULL));
        assertThat(target.staged("small")).hasSize(2_000);
        assertThat(links[1].contentBytesSent.get()).isEqualTo(2_000);
    }

    @Test
    void aLostRootFailsEveryWant() throws IOException {
        // given
        Side target = side("target");
        target.disk.loseRoot();
        Side source = side("source");
        Entry.File small = source.hold("small", random(10, 1));
        Entry.File large = source.hold("large", random(5 * MIB, 1));
        Side.connect(target, source);

        // when
        target.fetch(small, large);

        // then
        for (String path : List.of("small", "large")) {
            assertThat(target.outcome(path))
                    .isInstanceOfSatisfying(
                            FetchOutcome.Failed.class,
                            failed -> assertThat(failed.obstacle()).isEqualTo(Obstacle.ROOT_LOST));
        }
    }

    @Test
    void aSmallContentOvertakesALargeOne() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Entry.File large = source.hold("large", random(150 * MIB, 1));
        List<Entry.File> smalls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            smalls.add(source.hold("small" + i, random(3_000, i)));
        }
        List<RelativePath> smallPaths = smalls.stream().map(Entry.File::path).toList();
        FakeLink[] links = Side.connect(target, source);
        AtomicInteger parts = new AtomicInteger();
        AtomicInteger partsBefore = new AtomicInteger();
        links[0].passes(
                message -> {
                    if (message instanceof Message.ContentPart) {
                        if (parts.incrementAndGet() == 20) {
                            target.fetch(smalls);
                        }
                        if (!target.outcomes.keySet().containsAll(smallPaths)) {
                            partsBefore.set(parts.get());
                            slowDown(parts.get() - 20); // As a connection that is not in memory.
                        }
                    }
                    return true;
                });

        // when
        target.fetch(large);
        target.awaitOutcomes(smallPaths);

        // then
        assertThat(target.outcome("large")).isInstanceOf(FetchOutcome.Ready.class);
        assertThat(partsBefore).hasValueLessThan(300);
    }

    private static void slowDown(int partsLate) {
        if (partsLate > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void stagesWhatWasSentAheadWithoutAsking() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Entry.File small = source.hold("small", random(30_000, 1));
        Entry.File edited = source.hold("edited", random(30_000, 2));
        Entry.File large = source.hold("large", random(100_000, 3));
        Files.write(source.folder.resolve("edited"), random(10, 4));
        FakeLink[] links = Side.connect(target, source);

        // when
        List<Message.ForTransfer> ahead = source.transfers.ahead(List.of(small, edited, large));
        ahead.forEach(links[1]::send);
        await().until(() -> target.transfers.amounts().bytesReceived() == 30_000);
        target.fetch(small);

        // then
        assertThat(target.staged("small")).isEqualTo(random(30_000, 1));
        assertThat(ahead)
                .singleElement()
                .isInstanceOfSatisfying(
                        Message.ContentAhead.class,
                        it -> assertThat(it.contents()).containsExactly(random(30_000, 1)));
        assertThat(links[1].contentBytesSent.get()).isZero();
    }

    @Test
    void sendsNothingAheadThatOnlyMoved() throws IOException {
        // given
        Side source = side("source");
        Entry.File moved = source.hold("new", random(30_000, 1));
        Entry.Tombstone old =
                new Entry.Tombstone(
                        RelativePath.of("old"),
                        moved.path(),
                        moved.content(),
                        moved.version(),
                        moved.stamp(),
                        moved.author());

        // when
        List<Message.ForTransfer> ahead = source.transfers.ahead(List.of(old, moved));

        // then
        assertThat(ahead).isEmpty();
    }

    @Test
    void cancelsWithoutAnswerAndLeavesNothing() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Entry.File large = source.hold("large", random(100 * MIB, 1));
        FakeLink[] links = Side.connect(target, source);
        CompletableFuture<Long> fetch = new CompletableFuture<>();
        CompletableFuture<Void> heard = new CompletableFuture<>();
        AtomicInteger parts = new AtomicInteger();
        links[0].passes(
                message -> {
                    if (message instanceof Message.ContentPart && parts.incrementAndGet() == 10) {
                        target.transfers.cancel(new Effect.CancelFetch(fetch.join()));
                        heard.join(); // What comes meanwhile is not what is counted below.
                    }
                    return true;
                });
        links[1].passes(
                message -> {
                    if (message instanceof Message.ContentCancel) {
                        heard.complete(null);
                    }
                    return true;
                });

        // when
        fetch.complete(target.fetch(large));
        await().until(() -> parts.get() >= 10);

        // then
        await().untilAsserted(() -> assertThat(target.stagedNames()).isEmpty());
        Entry.File next = source.hold("next", random(3 * MIB, 2));
        target.fetch(next);
        assertThat(target.outcome("next")).isInstanceOf(FetchOutcome.Ready.class);
        assertThat(target.outcomes).doesNotContainKey(large.path());
        assertThat(links[1].contentBytesSent.get()).isLessThan(50L * MIB);
        await().untilAsserted(
                        () ->
                                assertThat(links[0].contentBytesReleased.get())
                                        .isEqualTo(links[1].contentBytesSent.get()));
    }

    @Test
    void discardsWhatIsStaged() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Side.connect(target, source);
        target.fetch(source.hold("a", random(100, 1)));
        FetchOutcome.Ready ready = (FetchOutcome.Ready) target.outcome("a");

        // when
        target.transfers.discard(ready.staged().name());

        // then
        await().untilAsserted(() -> assertThat(target.stagedNames()).isEmpty());
    }

    @Test
    void prunesBegunPartsThatNobodyWants() throws IOException {
        // given
        Side target = side("target");
        ContentHash wanted = ContentHash.of(TreeHash.of(random(1, 1)));
        ContentHash unwanted = ContentHash.of(TreeHash.of(random(1, 2)));
        Files.write(target.staging().resolve("p-" + wanted), random(1, 1));
        Files.write(target.staging().resolve("p-" + unwanted), random(1, 1));
        Files.write(target.staging().resolve("s-1"), random(1, 1));

        // when
        target.transfers.prunePartials(wanted::equals);

        // then
        assertThat(target.stagedNames()).containsExactly("p-" + wanted, "s-1");
    }

    @Test
    void copiesAContentThatIsHere() throws IOException {
        // given
        Side side = side("side");
        byte[] content = random(3 * MIB, 1);
        side.hold("here", content);

        // when
        side.copy(Side.entry("there", content), "here");

        // then
        assertThat(side.staged("there")).isEqualTo(content);
        assertThat(side.transfers.amounts().filesCopied()).isOne();
    }

    @Test
    void copiesNothingFromAFileThatChanged() throws IOException {
        // given
        Side side = side("side");
        byte[] content = random(100_000, 1);
        Path file = side.folder.resolve("same length");
        side.hold("same length", content);
        FileTime before = Files.getLastModifiedTime(file);
        Files.write(file, random(100_000, 2));
        Files.setLastModifiedTime(file, before);
        side.hold("shorter", content);
        Files.write(side.folder.resolve("shorter"), random(10, 2));

        // when
        side.copy(Side.entry("a", content), "same length");
        side.copy(Side.entry("b", content), "shorter");
        side.copy(Side.entry("c", content), "absent");

        // then
        for (String path : List.of("a", "b", "c")) {
            assertThat(side.outcome(path)).isInstanceOf(FetchOutcome.Missing.class);
        }
        assertThat(side.stagedNames()).isEmpty();
    }

    @Test
    void saysThatTheDiskIsFullWhenACopyFindsItSo() throws IOException {
        // given
        Side side = side("side");
        side.disk.fail(any(Operation.COPY), DiskException.Fault.DISK_FULL);
        byte[] content = random(100, 1);
        side.hold("here", content);

        // when
        side.copy(Side.entry("there", content), "here");

        // then
        assertThat(side.outcome("there"))
                .isInstanceOfSatisfying(
                        FetchOutcome.Failed.class,
                        failed -> assertThat(failed.obstacle()).isEqualTo(Obstacle.DISK_FULL));
    }
}
