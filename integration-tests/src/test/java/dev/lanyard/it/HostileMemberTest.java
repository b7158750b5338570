package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketSum;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.testing.RandomMessages;
import dev.lanyard.protocol.transport.RawPeer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A member with the key of the share that breaks its rules, beside one that keeps them. */
class HostileMemberTest {
    private static final Duration ENDED = Duration.ofSeconds(10);

    @TempDir private Path base;
    private Share share;
    private Share.Node node;
    private Share.Node other;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        List<Share.Node> nodes = share.start(2);
        node = nodes.getFirst();
        other = nodes.getLast();
        node.write("mine", "of the node").write("d/e/f", "below").write("d/g", "below");
        share.settle();
    }

    @AfterEach
    void close() {
        share.close();
    }

    private Member join() throws Exception {
        return Member.join(node, share.key(), "mallory");
    }

    /** The honest two are as good as before. */
    private void goOn() throws Exception {
        node.write("after", "it goes on " + Instant.now());
        await().atMost(Share.PATIENCE)
                .until(() -> other.has("after") && other.read("after").equals(node.read("after")));
    }

    private void isFaulty(String peer, String detail) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.problems())
                                        .filteredOn(it -> it.kind() == Problem.Kind.PEER_AT_FAULT)
                                        .anySatisfy(
                                                it -> {
                                                    assertThat(it.subject()).isEqualTo(peer);
                                                    assertThat(it.detail()).contains(detail);
                                                }));
    }

    @Test
    @DisplayName("D49: a member whose listings are empty deletes nothing by that")
    void d49_anEmptyListing() throws Exception {
        Map<String, String> before = Trees.listing(node.folder);
        try (Member member = join()) {
            member.tell(member.directory("d"), member.directory("d/e"));
            member.say(new Message.SummaryAsk(1, List.of(Bucket.ROOT)));
            member.say(
                    new Message.SummaryTell(
                            1, List.of(new BucketSum(Bucket.ROOT, 0, EntryDigest.ZERO))));
            member.say(new BucketAnswer(1, List.of(), new long[0], true));
            member.say(new Message.BucketEntries(1, List.of()));
            member.say(new Message.Have(List.of()));
            member.say(new Message.ExchangeDone(1));
            // The node compares states with it as well, and hears that it knows nothing.
            member.tell(member.file("sentinel", "heard last"));
            await().atMost(Share.PATIENCE).until(() -> other.has("sentinel"));
            goOn();
        }
        assertThat(Trees.listing(node.folder).keySet()).containsAll(before.keySet());
        assertThat(node.read("d/e/f")).isEqualTo("below");
        assertThat(Trees.difference(node.folder, other.folder)).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("D47: frames that lie, and bombs, of a member")
    @CsvSource({
        "ffffffff 04 00 0000, frame of 4294967295 bytes",
        "7fffffff 04 00 0000, frame of 2147483647 bytes",
        "00400001 10 00 0000, expected at most 4194304",
        "00000001 7e 00 0000, message type",
        "00000014 30 00 0000, part of -1 bytes",
        "00000008 10 01 0000 7fffffff 00000000, unpack to 2147483647",
        "0000000a 33 00 0000 00000000000000000000, bytes of content left",
        "0000000a 12 00 0000 819bffffffffffffffff, ENTRY_ASK"
    })
    void d47_framesThatLie(String frame, String reason) throws Exception {
        try (Member member = join()) {
            member.wire.sendBytes(HexFormat.of().parseHex(frame.replace(" ", "")));
            assertThat(member.wire.isEnded(ENDED)).isTrue();
            assertThat(member.heard())
                    .last()
                    .isInstanceOfSatisfying(
                            Message.Goodbye.class, it -> assertThat(it.text()).contains(reason));
        }
        isFaulty("mallory", reason);
        goOn();
    }

    @Test
    @DisplayName("D47: messages that mean nothing, or nothing together, harm nobody")
    void d47_anyMessages() throws Exception {
        Random random = new Random(47);
        for (int i = 0; i < 40; i++) {
            try (Member member = Member.join(node, share.key(), "mallory " + i % 3)) {
                for (int j = 0; j < 50 && member.wire.isOpen(); j++) {
                    Message message = new RandomMessages(random).message();
                    byte[] frame = RawPeer.frame(message);
                    if (random.nextInt(20) == 0) {
                        frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
                    }
                    if (!(message instanceof Message.ForIndex)) { // Those would be believed.
                        send(member, frame);
                    }
                }
            }
        }
        goOn();
    }

    /** Fails only if it is the node that has had enough, and so ends the connection. */
    private static void send(Member member, byte[] frame) throws InterruptedException {
        try {
            member.wire.sendBytes(frame);
        } catch (IOException cut) {
            assertThat(member.wire.isEnded(ENDED)).as("ended, as %s tells", cut).isTrue();
        }
    }

    @Test
    @DisplayName("D55: an older version is refused in clear words by the node that it dials")
    void d55_anOlderVersionDials() throws Exception {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), Instant.now());
        try (Log log = new Log("no session");
                RawPeer old = RawPeer.dial(node.listening(), identity)) {
            old.send(new Message.Hello(3, new Secret(new byte[32])));
            Message.Goodbye goodbye = old.next(Message.Goodbye.class);
            assertThat(goodbye.reason()).isEqualTo(Message.Reason.PROTOCOL_VERSION);
            assertThat(goodbye.text()).contains("version 3", "update the older one");
            assertThat(old.isEnded(ENDED)).isTrue();
            await().atMost(Share.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(log.lines())
                                            .anySatisfy(
                                                    it ->
                                                            assertThat(it.facts())
                                                                    .contains("version 3")));
        }
        assertThat(node.status().peersConnected()).isEqualTo(1);
    }

    @Test
    @DisplayName("D55: an older version is refused in clear words by the node that dials it")
    void d55_anOlderVersionIsDialled() throws Exception {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), Instant.now());
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Share.Node dialler = share.node("dialler");
            dialler.write("secret", "not to be told");
            dialler.dial(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
            dialler.start();
            try (RawPeer old = RawPeer.accept(server, identity)) {
                old.send(new Message.Hello(3, new Secret(new byte[32])));
                assertThat(old.next()).isInstanceOf(Message.Hello.class);
                assertThat(old.next())
                        .isInstanceOfSatisfying(
                                Message.Goodbye.class,
                                it ->
                                        assertThat(it.reason())
                                                .isEqualTo(Message.Reason.PROTOCOL_VERSION));
                assertThat(old.isEnded(ENDED)).isTrue();
            }
            await().atMost(Share.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(dialler.control().peers())
                                            .extracting(NodeControl.Peer::trouble)
                                            .anySatisfy(
                                                    it ->
                                                            assertThat(it)
                                                                    .contains(
                                                                            "version 3",
                                                                            "update the older")));
        }
    }

    @Test
    @DisplayName("a content that is announced and never sent holds up nothing else")
    void aContentThatNeverComes() throws Exception {
        try (Member member = join()) {
            for (int i = 0; i < 500; i++) {
                member.tell(member.file("never" + i, Member.absent("never" + i), 1_000_000));
            }
            member.tell(member.file("huge", Member.absent("huge"), Long.MAX_VALUE));
            goOn();
            member.tell(member.file("told", "and sent"));
            await().atMost(Share.PATIENCE).until(() -> other.has("told"));
            assertThat(node.folder.resolve(".lanyard/staging").toFile().list())
                    .as("staged of what never came")
                    .hasSizeLessThan(600);
        }
        assertThat(node.has("never0")).isFalse();
        assertThat(node.has("huge")).isFalse();
        goOn();
    }

    @Test
    @DisplayName("D43: other bytes than were announced take no place")
    void otherBytesThanAnnounced() throws Exception {
        try (Member member = join()) {
            String said = "what it says";
            member.tell(member.file("swapped", member.swapped(said, "what it had"), 11));
            member.tell(member.file("mine", member.swapped("other text.", "short text!"), 11));
            member.tell(member.file("told", "and sent"));
            await().atMost(Share.PATIENCE).until(() -> other.has("told"));
            goOn();
        }
        assertThat(node.has("swapped")).isFalse();
        assertThat(node.read("mine")).isEqualTo("of the node");
    }

    @Test
    @Tag("long") // Somebody else may still bring it: it is listed after a minute.
    @DisplayName("a content that never comes is listed, and so is one that is another")
    void whatNeverComesIsListed() throws Exception {
        try (Member member = join()) {
            member.tell(member.file("never", Member.absent("never"), 5));
            member.tell(member.file("swapped", member.swapped("what it says", "what it had"), 11));
            member.tell(member.file("told", "and sent"));
            await().atMost(Share.PATIENCE).until(() -> other.has("told"));
        }
        await().atMost(Share.PATIENCE.multipliedBy(4))
                .untilAsserted(
                        () ->
                                assertThat(node.problems())
                                        .filteredOn(it -> it.kind() == Problem.Kind.CONTENT_MISSING)
                                        .extracting(Problem::subject)
                                        .contains("never", "swapped"));
    }

    @Test
    @Tag("long") // It is waited for a minute.
    @DisplayName("a member that never ends comparing holds up deletions for a minute and no longer")
    void whoNeverEndsComparing() throws Exception {
        try (Member member = join()) {
            member.say(new Message.SummaryAsk(1, List.of(Bucket.ROOT)));
            other.delete("d/g");
            other.write("again", "of the node");
            await().atMost(Share.PATIENCE.multipliedBy(3))
                    .until(() -> !node.has("d/g") && node.has("again"));
            isFaulty("mallory", "does not go on");
        }
        share.settle();
    }

    @Test
    @DisplayName("more replicas than a vector can name keep nobody from making versions")
    void moreReplicasThanThereCanBe() throws Exception {
        SecureRandom random = new SecureRandom();
        try (Member member = join()) {
            for (int i = 0; i < 4; i++) {
                VersionVector crowd = member.version();
                while (crowd.size() < 1_000) {
                    crowd = crowd.with(replicaOf(random), 1);
                }
                Entry.File file = (Entry.File) member.file("crowd" + i, "of " + i);
                member.tell(of(file, crowd, file.stamp()));
            }
            isFaulty("mallory", "more replicas than a share can have");
            goOn();
            node.write("mine", "edited");
            await().atMost(Share.PATIENCE).until(() -> other.read("mine").equals("edited"));
        }
    }

    /** The same file in another version. */
    private static Entry.File of(Entry.File file, VersionVector version, Stamp stamp) {
        return new Entry.File(
                file.path(),
                file.sizeBytes(),
                file.mtime(),
                file.mode(),
                file.content(),
                version,
                stamp,
                file.author());
    }

    private static ReplicaId replicaOf(SecureRandom random) {
        return new ReplicaId(random.nextLong());
    }

    @Test
    @DisplayName("D10: a file from the end of time can be edited, and the node goes on")
    void theLastStampThereIs() throws Exception {
        try (Member member = join()) {
            Entry.File file = (Entry.File) member.file("late", "from the year 9999");
            member.tell(of(file, file.version(), Stamp.LAST));
            await().atMost(Share.PATIENCE).until(() -> other.has("late"));
        }
        node.write("late", "edited");
        goOn();
        await().atMost(Share.PATIENCE)
                .until(
                        () ->
                                node.status().phase() == Phase.IDLE
                                        && Trees.difference(node.folder, other.folder).isEmpty());
        assertThat(node.read("late").equals("edited") || node.keeps("edited"))
                .as("the edit is in place or kept")
                .isTrue();
        assertThat(node.status().peersConnected()).isEqualTo(1);
    }

    @Test
    @DisplayName("a member that comes, breaks a rule and comes again is logged once in a second")
    void whoComesAgainAndAgainIsLoggedSeldom() throws Exception {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), Instant.now());
        List<Log.Line> lines;
        try (Log log = new Log("")) {
            for (int i = 0; i < 25; i++) {
                try (RawPeer peer = RawPeer.dial(node.listening(), identity)) {
                    peer.join(
                            share.key(),
                            new Message.Greeting(
                                    replicaOf(new SecureRandom()),
                                    "mallory",
                                    Message.Mode.TWO_WAY,
                                    VersionVector.empty()));
                    peer.sendBytes(RawPeer.frame(1, 0x7e, 0, (byte) 0));
                    assertThat(peer.isEnded(ENDED)).isTrue();
                }
            }
            lines = log.lines();
        }
        assertThat(lines).isNotEmpty();
        Map.of("peer connected", 4, "peer broke a rule", 1)
                .forEach(
                        (message, atOnce) -> {
                            List<Instant> at =
                                    lines.stream()
                                            .filter(it -> it.message().equals(message))
                                            .map(Log.Line::at)
                                            .toList();
                            assertThat(at).as(message).isNotEmpty();
                            long seconds =
                                    Duration.between(at.getFirst(), at.getLast()).toSeconds();
                            // One more than in theory: a line may be written later than allowed.
                            assertThat(at)
                                    .as(message)
                                    .hasSizeLessThan((int) (atOnce + seconds + 3));
                        });
        goOn();
    }
}
