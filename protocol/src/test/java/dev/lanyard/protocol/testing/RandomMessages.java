package dev.lanyard.protocol.testing;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketEntries;
import dev.lanyard.protocol.message.Message.BucketOffer;
import dev.lanyard.protocol.message.Message.BucketSum;
import dev.lanyard.protocol.message.Message.ClockAsk;
import dev.lanyard.protocol.message.Message.ClockTell;
import dev.lanyard.protocol.message.Message.ContentAhead;
import dev.lanyard.protocol.message.Message.ContentAsk;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentCancel;
import dev.lanyard.protocol.message.Message.ContentMissing;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.ContentWant;
import dev.lanyard.protocol.message.Message.Credit;
import dev.lanyard.protocol.message.Message.DeltaAhead;
import dev.lanyard.protocol.message.Message.DeltaAsk;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.Hello;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.KeptVersion;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Message.PathVersion;
import dev.lanyard.protocol.message.Message.Proof;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Message.Renaming;
import dev.lanyard.protocol.message.Message.Retired;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.message.Message.SettleTell;
import dev.lanyard.protocol.message.Message.SummaryAsk;
import dev.lanyard.protocol.message.Message.SummaryTell;
import dev.lanyard.protocol.message.Message.VersionsAsk;
import dev.lanyard.protocol.message.Message.VersionsTell;
import dev.lanyard.protocol.message.Message.Why;
import dev.lanyard.protocol.message.Secret;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Messages of every kind, drawn at random. */
public final class RandomMessages {
    private final RandomGenerator random;
    private final RandomEntries entries;
    private final List<Supplier<Message>> kinds =
            List.of(
                    this::hello,
                    () -> new Proof(secret()),
                    this::greeting,
                    KeepAlive::new,
                    () -> new Credit(1 + random().nextLong(1L << 40)),
                    () -> new Goodbye(any(Reason.values()), text(100)),
                    this::handOver,
                    () -> new Announce(some(entries()::entry)),
                    () -> new Have(some(this::pathVersion)),
                    () -> new EntryAsk(some(entries()::path)),
                    () -> new SummaryAsk(random().nextLong(), some(this::bucket)),
                    () -> new SummaryTell(random().nextLong(), some(this::sum)),
                    this::offer,
                    this::answer,
                    () -> new BucketEntries(random().nextLong(), some(entries()::entry)),
                    () -> new ExchangeDone(random().nextLong()),
                    () -> new SettleAsk(random().nextLong()),
                    () -> new SettleTell(random().nextLong(), text(300)),
                    this::renaming,
                    () -> new ContentAsk(random().nextLong(), some(this::want)),
                    () -> new ContentCancel(random().nextLong()),
                    () -> new ContentMissing(random().nextLong(), random().nextInt(1 << 30)),
                    () -> new VersionsAsk(random().nextLong(), entries().path()),
                    this::versions,
                    () -> new ClockAsk(random().nextLong()),
                    this::clock,
                    this::part,
                    this::bundle,
                    () -> new ContentAhead(some(this::content)),
                    this::deltaAsk,
                    this::deltaAhead);

    /** Messages that {@code random} decides. */
    public RandomMessages(RandomGenerator random) {
        this.random = random;
        this.entries = new RandomEntries(random);
    }

    /** Any message. */
    public Message message() {
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    /** One of each kind. */
    public List<Message> oneOfEach() {
        return kinds.stream().map(Supplier::get).toList();
    }

    private RandomGenerator random() {
        return random;
    }

    private RandomEntries entries() {
        return entries;
    }

    private Message hello() {
        return new Hello(random.nextInt(1 << 20), secret());
    }

    private Message handOver() {
        return new HandOver(
                shareKey(),
                Stream.generate(this::retired)
                        .limit(random.nextInt(KeyRing.FORMER_MAX + 1))
                        .toList(),
                nodes());
    }

    private Set<NodeId> nodes() {
        return Stream.generate(() -> NodeId.of(secret().bytes()))
                .limit(random.nextInt(4))
                .collect(Collectors.toSet());
    }

    private Retired retired() {
        long seconds = 1 + random.nextLong(KeyRing.KEPT.toSeconds());
        return new Retired(shareKey(), Duration.ofSeconds(seconds));
    }

    private ShareKey shareKey() {
        return ShareKey.of(secret().bytes());
    }

    private Message clock() {
        return new ClockTell(
                random.nextLong(), Instant.ofEpochMilli(random.nextLong(-1L << 42, 1L << 42)));
    }

    private Message greeting() {
        return new Greeting(
                entries.replica(),
                text(255),
                any(Mode.values()),
                entries.version(entries.replica()));
    }

    private Message offer() {
        return new BucketOffer(random.nextLong(), some(this::bucket), random.nextLong(), longs());
    }

    private Message renaming() {
        RelativePath to = RelativePath.of("another name");
        RelativePath from = entries.path();
        boolean isNested = from.equals(to) || from.isBelow(to);
        return new Renaming(isNested ? RelativePath.of("a name") : from, to);
    }

    private Message answer() {
        return new BucketAnswer(
                random.nextLong(), some(entries::entry), longs(), random.nextBoolean());
    }

    private Message part() {
        return new ContentPart(
                random.nextLong(),
                random.nextInt(1 << 20),
                random.nextLong(1L << 50),
                content(),
                random.nextBoolean());
    }

    private Message deltaAhead() {
        byte[] delta = content();
        long deltaBytes = delta.length == 0 ? 1 + random.nextLong(1L << 40) : delta.length;
        return new DeltaAhead(entries.content(), entries.content(), deltaBytes, delta);
    }

    private Message deltaAsk() {
        return new DeltaAsk(
                random.nextLong(),
                entries.path(),
                entries.content(),
                random.nextLong(1L << 40),
                entries.content(),
                content());
    }

    private Message bundle() {
        List<byte[]> contents = some(this::content);
        return new ContentBundle(
                random.nextLong(),
                contents.stream().mapToInt(_ -> random.nextInt(1 << 20)).toArray(),
                contents);
    }

    private Message versions() {
        List<KeptVersion> versions = some(this::keptVersion);
        return new VersionsTell(random.nextLong(), versions, random.nextBoolean());
    }

    private KeptVersion keptVersion() {
        Entry entry = entries.entry();
        while (entry instanceof Entry.Directory || entry instanceof Entry.Tombstone) {
            entry = entries.entry();
        }
        return new KeptVersion(
                "%x-R".formatted(random.nextLong()),
                entry,
                Instant.ofEpochMilli(random.nextLong()),
                any(Why.values()));
    }

    private PathVersion pathVersion() {
        return new PathVersion(entries.path(), digest());
    }

    private BucketSum sum() {
        return new BucketSum(bucket(), random.nextLong(1L << 40), digest());
    }

    private ContentWant want() {
        long size = random.nextLong(1L << 40);
        return new ContentWant(entries.path(), entries.content(), size, random.nextLong(size + 1));
    }

    private Bucket bucket() {
        int level = random.nextInt(Bucket.LEAF_LEVEL + 1);
        return new Bucket(level, random.nextInt(1 << (8 * level)));
    }

    private EntryDigest digest() {
        return new EntryDigest(random.nextLong(), random.nextLong());
    }

    private Secret secret() {
        byte[] bytes = new byte[Secret.LENGTH];
        random.nextBytes(bytes);
        return new Secret(bytes);
    }

    private byte[] content() {
        byte[] content = new byte[random.nextInt(random.nextInt(4) == 0 ? 20_000 : 100)];
        if (random.nextBoolean()) {
            random.nextBytes(content);
        }
        return content;
    }

    private long[] longs() {
        return random.longs(random.nextInt(300)).toArray();
    }

    private String text(int charsMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(charsMax); i > 0; i--) {
            text.append((char) (random.nextInt(8) == 0 ? 'ä' : random.nextInt(' ', 127)));
        }
        return text.toString();
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> List<T> some(Supplier<T> item) {
        return Stream.generate(item).limit(random.nextInt(6)).toList();
    }
}
