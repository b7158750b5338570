package dev.lanyard.it;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketSum;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.ContentWant;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.transport.RawPeer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A member of a share, with its key, that has no folder: it tells whatever entries a test likes,
 * and sends whatever bytes it likes for what it is asked for. What it is asked to compare, it knows
 * nothing of.
 */
final class Member implements AutoCloseable {
    private static final Duration KEEP_ALIVE_EVERY = Duration.ofSeconds(2);

    final RawPeer wire;
    private final ReplicaId replica = new ReplicaId(new SecureRandom().nextLong());
    private final Map<ContentHash, byte[]> contents = new ConcurrentHashMap<>();
    private final Queue<Message> heard = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    private long counter;

    private Member(RawPeer wire) {
        this.wire = wire;
    }

    /** Joins the share of {@code node} as a member that gives and takes. */
    static Member join(Share.Node node, ShareKey key, String name) throws Exception {
        return join(node.listening(), key, name, Mode.TWO_WAY);
    }

    /** Joins; {@code mode} is what it says of itself. */
    static Member join(InetSocketAddress node, ShareKey key, String name, Mode mode)
            throws Exception {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), Instant.now());
        Member member = new Member(RawPeer.dial(node, identity));
        member.wire.join(
                key, new Message.Greeting(member.replica, name, mode, VersionVector.empty()));
        member.wire.listen(member::answer);
        long every = KEEP_ALIVE_EVERY.toMillis();
        var _ =
                member.clock.scheduleAtFixedRate(
                        () -> member.say(new Message.KeepAlive()),
                        every,
                        every,
                        TimeUnit.MILLISECONDS);
        return member;
    }

    private void answer(Message message) {
        heard.add(message);
        switch (message) {
            case Message.SummaryAsk ask ->
                    say(
                            new Message.SummaryTell(
                                    ask.exchange(),
                                    ask.buckets().stream()
                                            .map(each -> new BucketSum(each, 0, EntryDigest.ZERO))
                                            .toList()));
            case Message.BucketOffer offer ->
                    say(new BucketAnswer(offer.exchange(), List.of(), new long[0], true));
            case Message.ContentAsk ask -> give(ask);
            case Message.DeltaAsk ask -> say(new Message.ContentMissing(ask.transfer(), 0));
            default -> {}
        }
    }

    /** Sends what it has; what it does not have, it never sends. */
    private void give(Message.ContentAsk ask) {
        for (int i = 0; i < ask.wants().size(); i++) {
            ContentWant want = ask.wants().get(i);
            byte[] bytes = contents.get(want.content());
            if (bytes != null) {
                say(new ContentPart(ask.transfer(), i, 0, bytes, true));
            }
        }
    }

    /** Says something; a connection that has ended is no fault of a test. */
    void say(Message message) {
        try {
            wire.send(message);
        } catch (IOException ended) {
            heard.add(new Message.Goodbye(Message.Reason.FAILURE, String.valueOf(ended)));
        }
    }

    /** Announces these. */
    void tell(Entry... entries) {
        say(new Message.Announce(List.of(entries)));
    }

    /** What the node has said so far. */
    List<Message> heard() {
        return List.copyOf(heard);
    }

    /** The hash of a text that is sent when it is asked for. */
    ContentHash content(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        contents.put(hash(bytes), bytes);
        return hash(bytes);
    }

    /** Sends {@code other} when it is asked for the content of {@code text}. */
    ContentHash swapped(String text, String other) {
        ContentHash hash = hash(text.getBytes(StandardCharsets.UTF_8));
        contents.put(hash, other.getBytes(StandardCharsets.UTF_8));
        return hash;
    }

    /** The hash of a text that is never sent. */
    static ContentHash absent(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ContentHash hash(byte[] bytes) {
        TreeHash hash = new TreeHash();
        hash.update(ByteBuffer.wrap(bytes));
        return ContentHash.of(hash.finish());
    }

    /** A file with this text, made now. */
    Entry file(String path, String text) {
        return file(path, content(text), text.getBytes(StandardCharsets.UTF_8).length);
    }

    Entry file(String path, ContentHash content, long sizeBytes) {
        return new Entry.File(
                RelativePath.of(path),
                sizeBytes,
                Instant.now(),
                0644,
                content,
                version(),
                now(),
                replica);
    }

    Entry link(String path, String target) {
        return new Entry.Symlink(
                RelativePath.of(path),
                new Entry.LinkTarget(target.getBytes(StandardCharsets.UTF_8)),
                version(),
                now(),
                replica);
    }

    Entry directory(String path) {
        return new Entry.Directory(RelativePath.of(path), 0755, version(), now(), replica);
    }

    Entry deleted(String path) {
        return new Entry.Tombstone(RelativePath.of(path), null, null, version(), now(), replica);
    }

    /** A version that has seen nothing of others. */
    VersionVector version() {
        return VersionVector.empty().with(replica, ++counter);
    }

    ReplicaId replica() {
        return replica;
    }

    static Stamp now() {
        return new Stamp(Instant.now());
    }

    @Override
    public void close() {
        clock.shutdownNow();
        wire.close();
    }
}
