package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.SettleAsk;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

class FramesTest {
    private static final ReplicaId AUTHOR = new ReplicaId(1);

    private static Entry entry(String path) {
        return new Entry.Directory(
                RelativePath.of(path),
                0755,
                VersionVector.empty().with(AUTHOR, 1),
                Stamp.ZERO,
                AUTHOR);
    }

    private static List<Entry> entries(int count) {
        return IntStream.range(0, count).mapToObj(i -> entry("d" + i)).toList();
    }

    @Test
    void leavesAloneWhatFits() {
        // given
        Message.ForIndex announce = new Announce(entries(1_000));

        // then
        assertThat(Frames.split(announce)).containsExactly(announce);
        assertThat(Frames.split(new SettleAsk(1))).containsExactly(new SettleAsk(1));
        assertThat(Frames.split(new Announce(List.of()))).containsExactly(new Announce(List.of()));
    }

    @Test
    void cutsManyEntriesInOrder() {
        // given
        List<Entry> entries = entries(2_500);

        // when
        List<Message.ForIndex> parts = Frames.split(new Announce(entries));

        // then
        assertThat(parts)
                .containsExactly(
                        new Announce(entries.subList(0, 1_000)),
                        new Announce(entries.subList(1_000, 2_000)),
                        new Announce(entries.subList(2_000, 2_500)));
    }

    @Test
    void longItemsWeighWhatTheyTake() {
        // given
        Entry entry = entry("a".repeat(200) + ("/" + "b".repeat(200)).repeat(75));

        // then
        assertThat(Frames.weight(new Announce(entries(1_000)))).isEqualTo(1_001);
        assertThat(Frames.weight(new Announce(List.of(entry)))).isGreaterThan(25);
        assertThat(Frames.weight(new EntryAsk(List.of(entry.path())))).isGreaterThan(25);
    }

    @Test
    void cutsLongPaths() {
        // given
        RelativePath path = RelativePath.of("a".repeat(200) + ("/" + "b".repeat(200)).repeat(75));
        List<RelativePath> paths = java.util.Collections.nCopies(100, path);

        // when
        List<Message.ForIndex> parts = Frames.split(new EntryAsk(paths));

        // then
        assertThat(parts)
                .allSatisfy(
                        part ->
                                assertThat(((EntryAsk) part).paths())
                                        .hasSizeBetween(1, (int) (Frames.BYTES_MAX / 15_000)));
        assertThat(parts.stream().mapToInt(part -> ((EntryAsk) part).paths().size()).sum())
                .isEqualTo(100);
    }

    @Test
    void onlyTheLastPartOfALastAnswerIsTheLast() {
        // given
        List<Entry> entries = entries(1_500);
        long[] wanted = LongStream.range(0, 120_000).toArray();

        // when
        List<Message.ForIndex> parts = Frames.split(new BucketAnswer(9, entries, wanted, true));

        // then
        List<BucketAnswer> answers = parts.stream().map(BucketAnswer.class::cast).toList();
        assertThat(answers).extracting(BucketAnswer::last).containsExactly(false, false, true);
        assertThat(answers).extracting(BucketAnswer::exchange).containsOnly(9L);
        assertThat(answers.stream().flatMap(answer -> answer.entries().stream()))
                .containsExactlyElementsOf(entries);
        assertThat(
                        answers.stream()
                                .flatMapToLong(answer -> LongStream.of(answer.wanted()))
                                .toArray())
                .isEqualTo(wanted);
    }
}
