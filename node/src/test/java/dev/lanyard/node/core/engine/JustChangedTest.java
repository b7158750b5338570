package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.InMemoryIndex;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

class JustChangedTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.5Z");

    private final InMemoryIndex index = new InMemoryIndex();

    private static FileStat stat(Instant ctime) {
        return new FileStat(4, NOW.minusSeconds(100_000), ctime, 0644, 1, 1);
    }

    private void see(FileStat stat) {
        see(stat, NOW);
    }

    private void see(FileStat stat, Instant now) {
        ContentHash content = ContentHash.of(new byte[ContentHash.LENGTH]);
        SeenFile file = new SeenFile(RelativePath.of("f"), stat, content, null);
        JustChanged.note(index, new Event.Observed(1, List.of(file), now));
        index.commit();
    }

    @Test
    void whatWasSeenRightAfterItChangedIsDoubtedByTheNextStart() {
        see(stat(NOW.minusMillis(400)));

        JustChanged.Span span = JustChanged.before(index).orElseThrow();
        assertThat(span.has(stat(NOW.minusMillis(400)))).isTrue();
        assertThat(span.has(stat(NOW.minusSeconds(20)))).as("hashing may last").isTrue();
        assertThat(span.has(stat(NOW.minusSeconds(100)))).isFalse();
        assertThat(span.has(stat(NOW.plusSeconds(100)))).isFalse();
    }

    @Test
    void whatWasSeenLongAfterItChangedIsNot() {
        see(stat(NOW.minusSeconds(200)));

        assertThat(JustChanged.before(index)).isEmpty();
    }

    @Test
    void whatWasSeenBeforeTheClockWasSetIsDoubtedStill() {
        see(stat(NOW));
        Instant set = NOW.minusSeconds(50_000);
        for (int second = 0; second < 100; second++) {
            see(stat(set.plusSeconds(second)), set.plusSeconds(second));
        }

        JustChanged.Span span = JustChanged.before(index).orElseThrow();
        assertThat(span.has(stat(NOW))).isTrue();
        assertThat(span.has(stat(set.plusSeconds(99)))).isTrue();
        assertThat(span.moments()).hasSizeLessThanOrEqualTo(5);
    }

    private void place(FileStat stat) {
        RelativePath path = RelativePath.of("f");
        ContentHash content = ContentHash.of(new byte[ContentHash.LENGTH]);
        ReplicaId author = new ReplicaId(1);
        VersionVector version = VersionVector.empty().with(author, 1);
        File file = new File(path, 4, stat.mtime(), 0644, content, version, Stamp.ZERO, author);
        JustChanged.note(
                index,
                List.of(
                        new Outcome.Done(path, new Held(file, stat)),
                        new Outcome.Unexpected(RelativePath.of("g"))));
        index.commit();
    }

    @Test
    void whatWasJustPutInPlaceIsDoubtedByTheNextStart() {
        place(stat(NOW));

        JustChanged.Span span = JustChanged.before(index).orElseThrow();
        assertThat(span.has(stat(NOW))).isTrue();
        assertThat(span.has(stat(NOW.minusSeconds(100)))).isFalse();
    }

    @Test
    void whatWasPutInPlaceLongAgoTakesNoDoubtAway() {
        see(stat(NOW.minusMillis(400)));

        place(stat(NOW.minusSeconds(100_000)));

        assertThat(JustChanged.before(index).orElseThrow().has(stat(NOW))).isTrue();
    }
}
