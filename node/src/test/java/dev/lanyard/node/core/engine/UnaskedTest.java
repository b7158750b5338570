package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** A peer that asks for the same again and again, and answers what nobody asked. */
class UnaskedTest {
    private static final RelativePath FILE = RelativePath.of("f");

    private final World world = new World(1, 2);
    private final World.Node node = world.nodes.getFirst();

    @BeforeEach
    void bothHaveIt() {
        node.tree.write(FILE, "text", Instant.EPOCH);
        assertThat(world.settle(1_000)).isTrue();
    }

    private SessionId session() {
        return node.links.getFirst().here;
    }

    private void hear(Message.ForIndex message) {
        node.events.add(new Event.Received(session(), message));
        step();
    }

    private void step() {
        node.step(10);
        while (!node.effects.isEmpty()) {
            node.run(node.effects.removeFirst());
        }
    }

    private List<Message.ForIndex> said(Predicate<Message.ForIndex> those) {
        return node.links.getFirst().outgoing.stream().filter(those).toList();
    }

    @Test
    void tellsOncePerMessageWhatIsAskedForOften() {
        hear(new Message.EntryAsk(Collections.nCopies(1_000, FILE)));

        assertThat(said(it -> it instanceof Message.Announce))
                .singleElement()
                .satisfies(it -> assertThat(((Message.Announce) it).entries()).hasSize(1));
    }

    @Test
    void namesOncePerMessageWhatIsInABucketThatIsOfferedOften() {
        hear(new Message.BucketOffer(7, Collections.nCopies(256, Bucket.ROOT), 1, new long[0]));

        assertThat(said(it -> it instanceof Message.BucketAnswer))
                .singleElement()
                .satisfies(it -> assertThat(((Message.BucketAnswer) it).entries()).hasSize(1));
    }

    @Test
    @DisplayName("D47: who asks for all at once is told to compare piece by piece")
    void tellsNotAllAtOnce() {
        for (int file = 0; file < 16_400; file++) {
            RelativePath path = RelativePath.of("file " + file);
            VersionVector version = VersionVector.empty().with(new ReplicaId(9), file + 1);
            Entry gone = new Tombstone(path, null, null, version, Stamp.ZERO, new ReplicaId(9));
            node.index.put(new Row(path, gone, new Held(gone, null)));
        }
        node.index.commit();

        hear(new Message.BucketOffer(7, List.of(Bucket.ROOT), 1, new long[0]));

        assertThat(said(it -> it instanceof Message.SummaryAsk)).hasSize(1);
        assertThat(said(it -> it instanceof Message.BucketAnswer))
                .singleElement()
                .satisfies(it -> assertThat(((Message.BucketAnswer) it).entries()).isEmpty());
    }

    @Test
    void takesOnlyAnswersToWhatItAsked() {
        node.events.add(new Event.SessionOverflowed(session()));
        step();
        List<Message.ForIndex> asked = said(it -> it instanceof Message.SummaryAsk);
        long exchange = ((Message.SummaryAsk) asked.getFirst()).exchange();
        BucketSum lie = new BucketSum(Bucket.ROOT, 1_000_000, new EntryDigest(1, 1));

        hear(new Message.SummaryTell(exchange, Collections.nCopies(256, lie)));
        assertThat(said(it -> it instanceof Message.SummaryAsk)).isEqualTo(asked);

        hear(new Message.SummaryTell(exchange, List.of(lie)));
        int once = said(it -> it instanceof Message.SummaryAsk).size();
        hear(new Message.SummaryTell(exchange, List.of(lie)));
        assertThat(said(it -> it instanceof Message.SummaryAsk)).hasSize(once);
        assertThat(once).isGreaterThan(asked.size());
    }

    @Test
    void onlySoManyQuestionsWaitForTheirAnswer() {
        hear(new Message.SummaryAsk(1, List.of(Bucket.ROOT))); // Comparing goes on meanwhile.
        for (int i = 0; i < Waits.SETTLES_MAX + 10; i++) {
            hear(new Message.SettleAsk(i));
        }

        assertThat(said(it -> it instanceof Message.SettleTell)).hasSize(10);
    }

    @Test
    @DisplayName("D47: what an answer says nothing of counts as compared only when asked for again")
    void comparesAgainWhatAnAnswerSaysNothingOf() {
        world.disconnectAll();
        world.connect(node, world.nodes.getLast());
        step();

        long exchange = offersAndHearsNothing();
        assertThat(said(it -> it instanceof Message.ExchangeDone)).isEmpty();

        assertThat(offersAndHearsNothing()).isEqualTo(exchange);
        assertThat(said(it -> it instanceof Message.ExchangeDone))
                .containsExactly(new Message.ExchangeDone(exchange));
    }

    /** The node is told of a sum that is not its own, and what it offers then gets no answer. */
    private long offersAndHearsNothing() {
        Message.SummaryAsk ask =
                (Message.SummaryAsk) said(it -> it instanceof Message.SummaryAsk).getLast();
        assertThat(ask.buckets()).containsExactly(Bucket.ROOT);
        node.links.getFirst().outgoing.clear();
        BucketSum other = new BucketSum(Bucket.ROOT, 1, EntryDigest.ZERO);
        hear(new Message.SummaryTell(ask.exchange(), List.of(other)));
        assertThat(said(it -> it instanceof Message.BucketOffer)).hasSize(1);
        hear(new Message.BucketAnswer(ask.exchange(), List.of(), new long[0], true));
        return ask.exchange();
    }

    @Test
    @DisplayName("S11: what was to be replaced when it became ignored does not win afterwards")
    void whatIsLessDoesNotWinForBeingIgnored() {
        Entry.File ours = (Entry.File) Objects.requireNonNull(known());
        ReplicaId other = new ReplicaId(77);
        Entry.File newer =
                new Entry.File(
                        FILE,
                        5,
                        ours.mtime(),
                        ours.mode(),
                        new ContentHash(1, 2, 3, 4),
                        ours.version().with(other, 1),
                        ours.stamp().next(),
                        other);
        hear(new Message.Announce(List.of(newer)));
        assertThat(known()).isEqualTo(newer);
        world.disconnectAll();

        node.tree.write(IgnoreRules.FILE, "f\n", Instant.EPOCH);
        assertThat(world.run(1_000)).isTrue();
        assertThat(node.index.row(FILE)).isNull();
        node.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        world.run(1_000);

        assertThat(known()).isEqualTo(newer);
    }

    private @Nullable Entry known() {
        Row row = node.index.row(FILE);
        return row == null ? null : row.known();
    }
}
