package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Mode;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Nodes that only give, or only take, and a member that does not care. */
class HostileModesTest extends ShareFixture {
    private Share.Node start(String name, Mode mode) throws Exception {
        Share.Node node = share.node(name);
        node.mode = mode;
        return node.start();
    }

    private Member join(Share.Node node, Mode mode) throws Exception {
        return Member.join(node.listening(), share.key(), "mallory", mode);
    }

    @Test
    @DisplayName("whatever a member tells, a send-only node stays as it is and asks for nothing")
    void aSendOnlyNodeIsNotChanged() throws Exception {
        Share.Node giver = start("giver", Mode.SEND_ONLY);
        giver.write("mine", "of the giver").write("d/below", "of the giver");
        Share.Node other = start("other", Mode.TWO_WAY);
        share.settle();
        Map<String, String> before = Trees.listing(giver.folder);

        try (Member member = join(giver, Mode.TWO_WAY)) {
            member.tell(member.file("mine", "evil"), member.deleted("d/below"));
            member.tell(member.deleted("d"), member.link("d", "/etc"), member.file("new", "evil"));
            member.say(new Message.Renaming(RelativePath.of("d"), RelativePath.of("elsewhere")));
            await().atMost(Share.PATIENCE).until(() -> giver.status().differing() > 3);
            giver.write("after", "it goes on");
            await().atMost(Share.PATIENCE).until(() -> other.has("after"));
            assertThat(member.heard())
                    .noneMatch(
                            it ->
                                    it instanceof Message.ContentAsk
                                            || it instanceof Message.DeltaAsk);
        }
        assertThat(Trees.listing(giver.folder)).containsAllEntriesOf(before);
        assertThat(giver.has("new")).isFalse();
    }

    @Test
    @DisplayName("a member that said it only receives changes nobody")
    void whoSaidThatItOnlyReceivesChangesNobody() throws Exception {
        Share.Node node = start("node", Mode.TWO_WAY);
        node.write("mine", "of the node");
        try (Member member = join(node, Mode.RECEIVE_ONLY)) {
            member.tell(member.file("mine", "evil"), member.file("new", "evil"));
            member.tell(member.deleted("mine"));
            member.say(new Message.BucketEntries(1, List.of(member.file("third", "evil"))));
            member.say(
                    new Message.BucketAnswer(
                            1, List.of(member.file("fourth", "evil")), new long[0], true));
            await().atMost(Share.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(node.problems())
                                            .filteredOn(
                                                    it -> it.kind() == Problem.Kind.PEER_AT_FAULT)
                                            .singleElement()
                                            .satisfies(
                                                    it ->
                                                            assertThat(it.detail())
                                                                    .startsWith("fourth: ")
                                                                    .contains("only receives")));
        }
        assertThat(node.read("mine")).isEqualTo("of the node");
        assertThat(Trees.listing(node.folder)).hasSize(1);
    }

    @Test
    @DisplayName("whatever a member asks, a receive-only node does not tell what was made there")
    void aReceiveOnlyNodeTellsNothing() throws Exception {
        Share.Node taker = start("taker", Mode.RECEIVE_ONLY);
        taker.write("own", "of the taker");
        await().atMost(Share.PATIENCE).until(() -> taker.status().differing() == 1);

        try (Member member = join(taker, Mode.TWO_WAY)) {
            member.tell(member.file("given", "of the member"));
            await().atMost(Share.PATIENCE).until(() -> taker.has("given"));
            member.say(new Message.EntryAsk(List.of(RelativePath.of("own"))));
            member.say(new Message.SummaryAsk(7, List.of(Bucket.ROOT)));
            member.say(new Message.BucketOffer(7, List.of(Bucket.ROOT), 1, new long[0]));
            await().atMost(Share.PATIENCE)
                    .until(() -> member.heard().stream().anyMatch(HostileModesTest::isAnswer));
            assertThat(member.heard().stream().flatMap(HostileModesTest::entries))
                    .extracting(Entry::path)
                    .doesNotContain(RelativePath.of("own"));
        }
    }

    private static boolean isAnswer(Message message) {
        return message instanceof Message.BucketAnswer answer && answer.last();
    }

    private static Stream<Entry> entries(Message message) {
        return switch (message) {
            case Message.Announce it -> it.entries().stream();
            case Message.BucketAnswer it -> it.entries().stream();
            case Message.BucketEntries it -> it.entries().stream();
            default -> Stream.empty();
        };
    }
}
