package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.CanonicalEntry;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketEntries;
import dev.lanyard.protocol.message.Message.BucketOffer;
import dev.lanyard.protocol.message.Message.BucketSum;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.ForIndex;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.PathVersion;
import dev.lanyard.protocol.message.Message.Renaming;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.message.Message.SettleTell;
import dev.lanyard.protocol.message.Message.SummaryAsk;
import dev.lanyard.protocol.message.Message.SummaryTell;

import java.nio.ByteBuffer;
import java.util.List;

/** The fields of what the replicas say about entries. */
final class IndexForm {
    private static final int OBSTACLE_CHARS_MAX = 65_535;
    private static final int DIGEST_BYTES = 2 * Long.BYTES;
    private static final int BUCKET_INDEX_MAX = (1 << (8 * Bucket.LEAF_LEVEL)) - 1;

    private IndexForm() {}

    static void write(CborOut out, ForIndex message) {
        switch (message) {
            case Announce announce -> out.begin(1).list(announce.entries(), IndexForm::entry).end();
            case Have have -> out.begin(1).list(have.versions(), IndexForm::pathVersion).end();
            case EntryAsk ask -> out.begin(1).list(ask.paths(), IndexForm::path).end();
            case SummaryAsk ask ->
                    out.begin(2)
                            .number(ask.exchange())
                            .list(ask.buckets(), IndexForm::bucket)
                            .end();
            case SummaryTell tell ->
                    out.begin(2).number(tell.exchange()).list(tell.sums(), IndexForm::sum).end();
            case BucketOffer offer ->
                    out.begin(4)
                            .number(offer.exchange())
                            .list(offer.buckets(), IndexForm::bucket)
                            .bytes(Words.bytes(offer.salt()))
                            .bytes(Words.bytes(offer.hashes()))
                            .end();
            case BucketAnswer answer ->
                    out.begin(4)
                            .number(answer.exchange())
                            .list(answer.entries(), IndexForm::entry)
                            .bytes(Words.bytes(answer.wanted()))
                            .flag(answer.last())
                            .end();
            case BucketEntries entries ->
                    out.begin(2)
                            .number(entries.exchange())
                            .list(entries.entries(), IndexForm::entry)
                            .end();
            case ExchangeDone done -> out.begin(1).number(done.exchange()).end();
            case SettleAsk ask -> out.begin(1).number(ask.token()).end();
            case SettleTell tell ->
                    out.begin(2).number(tell.token()).text(checkObstacle(tell.obstacle())).end();
            case Renaming renaming ->
                    out.begin(2).bytes(renaming.from().bytes()).bytes(renaming.to().bytes()).end();
        }
    }

    static Message announce(CborIn in) throws ProtocolViolation {
        return new Announce(entries(in));
    }

    static Message have(CborIn in) throws ProtocolViolation {
        return new Have(in.list("versions", Message.ITEMS_MAX, IndexForm::pathVersion));
    }

    static Message entryAsk(CborIn in) throws ProtocolViolation {
        return new EntryAsk(in.list("paths", Message.ITEMS_MAX, IndexForm::path));
    }

    static Message summaryAsk(CborIn in) throws ProtocolViolation {
        return new SummaryAsk(
                in.number("exchange"), in.list("buckets", Message.BUCKETS_MAX, IndexForm::bucket));
    }

    static Message summaryTell(CborIn in) throws ProtocolViolation {
        return new SummaryTell(
                in.number("exchange"), in.list("sums", Message.BUCKETS_MAX, IndexForm::sum));
    }

    static Message bucketOffer(CborIn in) throws ProtocolViolation {
        return new BucketOffer(
                in.number("exchange"),
                in.list("buckets", Message.BUCKETS_MAX, IndexForm::bucket),
                Words.read("salt", in),
                Words.readAll("hashes", in));
    }

    static Message bucketAnswer(CborIn in) throws ProtocolViolation {
        return new BucketAnswer(
                in.number("exchange"), entries(in), Words.readAll("wanted", in), in.flag("last"));
    }

    static Message bucketEntries(CborIn in) throws ProtocolViolation {
        return new BucketEntries(in.number("exchange"), entries(in));
    }

    static Message exchangeDone(CborIn in) throws ProtocolViolation {
        return new ExchangeDone(in.number("exchange"));
    }

    static Message settleAsk(CborIn in) throws ProtocolViolation {
        return new SettleAsk(in.number("token"));
    }

    static Message settleTell(CborIn in) throws ProtocolViolation {
        return new SettleTell(in.number("token"), in.text("obstacle", OBSTACLE_CHARS_MAX));
    }

    static Message renaming(CborIn in) throws ProtocolViolation {
        return new Renaming(path(in), path(in));
    }

    static void path(CborOut out, RelativePath path) {
        out.bytes(path.bytes());
    }

    static RelativePath path(CborIn in) throws ProtocolViolation {
        return RelativePath.of(in.bytes("path", 1, RelativePath.PATH_BYTES_MAX));
    }

    private static List<Entry> entries(CborIn in) throws ProtocolViolation {
        return in.list("entries", Message.ITEMS_MAX, IndexForm::entry);
    }

    static void entry(CborOut out, Entry entry) {
        out.bytes(CanonicalEntry.encode(entry));
    }

    static Entry entry(CborIn in) throws ProtocolViolation {
        return CanonicalEntry.decode(in.bytes("entry", 1, CanonicalEntry.BYTES_MAX));
    }

    private static void pathVersion(CborOut out, PathVersion version) {
        path(out.begin(2), version.path());
        out.bytes(Words.bytes(version.digest().high(), version.digest().low())).end();
    }

    private static PathVersion pathVersion(CborIn in) throws ProtocolViolation {
        in.begin("version");
        PathVersion version = new PathVersion(path(in), digest(in));
        in.end("version");
        return version;
    }

    private static void bucket(CborOut out, Bucket bucket) {
        out.begin(2).number(bucket.level()).number(bucket.index()).end();
    }

    private static Bucket bucket(CborIn in) throws ProtocolViolation {
        in.begin("bucket");
        Bucket bucket = bucketFields(in);
        in.end("bucket");
        return bucket;
    }

    private static Bucket bucketFields(CborIn in) throws ProtocolViolation {
        return new Bucket(
                in.number("level", 0, Bucket.LEAF_LEVEL), in.number("index", 0, BUCKET_INDEX_MAX));
    }

    private static void sum(CborOut out, BucketSum sum) {
        out.begin(4)
                .number(sum.bucket().level())
                .number(sum.bucket().index())
                .number(sum.count())
                .bytes(Words.bytes(sum.sum().high(), sum.sum().low()))
                .end();
    }

    private static BucketSum sum(CborIn in) throws ProtocolViolation {
        in.begin("sum");
        BucketSum sum =
                new BucketSum(bucketFields(in), in.number("count", 0L, Long.MAX_VALUE), digest(in));
        in.end("sum");
        return sum;
    }

    private static EntryDigest digest(CborIn in) throws ProtocolViolation {
        ByteBuffer words = ByteBuffer.wrap(in.bytes("digest", DIGEST_BYTES));
        return new EntryDigest(words.getLong(), words.getLong());
    }

    private static String checkObstacle(String obstacle) {
        if (obstacle.length() > OBSTACLE_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "obstacle of %d characters (expected at most %d)"
                            .formatted(obstacle.length(), OBSTACLE_CHARS_MAX));
        }
        return obstacle;
    }
}
