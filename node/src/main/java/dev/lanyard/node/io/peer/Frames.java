package dev.lanyard.node.io.peer;

import dev.lanyard.protocol.CanonicalEntry;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketEntries;
import dev.lanyard.protocol.message.Message.BucketOffer;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.Renaming;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.message.Message.SettleTell;
import dev.lanyard.protocol.message.Message.SummaryAsk;
import dev.lanyard.protocol.message.Message.SummaryTell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** Weighs messages, and cuts those that may be long into such as a frame can hold; pure. */
public final class Frames {
    /** How many bytes its items have at most, about. */
    static final long BYTES_MAX = 1 << 20;

    /** So many bytes of paths and versions an item may have, and weighs no more than others. */
    private static final int LIGHT_BYTES = 512;

    private static final int HASHES_MAX = 50_000;

    /** What an item takes beside what can be measured. */
    private static final long FIELDS_BYTES = 64;

    private Frames() {}

    /** {@code message} as one or more that say the same. */
    static List<Message.ForIndex> split(Message.ForIndex message) {
        return switch (message) {
            case Announce(var entries) ->
                    parts(entries, Frames::entryBytes).stream()
                            .<Message.ForIndex>map(Announce::new)
                            .toList();
            case Have(var versions) ->
                    parts(versions, version -> FIELDS_BYTES + version.path().lengthBytes()).stream()
                            .<Message.ForIndex>map(Have::new)
                            .toList();
            case EntryAsk(var paths) ->
                    parts(paths, path -> 4 + path.lengthBytes()).stream()
                            .<Message.ForIndex>map(EntryAsk::new)
                            .toList();
            case BucketEntries(long exchange, var entries) ->
                    parts(entries, Frames::entryBytes).stream()
                            .<Message.ForIndex>map(part -> new BucketEntries(exchange, part))
                            .toList();
            case BucketAnswer answer -> split(answer);
            // Bounded by the engine, which must see their answers whole.
            case SummaryAsk _,
                    SummaryTell _,
                    BucketOffer _,
                    ExchangeDone _,
                    SettleAsk _,
                    SettleTell _,
                    Renaming _ ->
                    List.of(message);
        };
    }

    /** Entries in parts that fit; at least one part. */
    static List<List<Entry>> entryParts(List<Entry> entries) {
        return parts(entries, Frames::entryBytes);
    }

    private static List<Message.ForIndex> split(BucketAnswer answer) {
        List<List<Entry>> entries = parts(answer.entries(), Frames::entryBytes);
        long[] wanted = answer.wanted();
        int wantedParts = Math.max(1, (wanted.length + HASHES_MAX - 1) / HASHES_MAX);
        int count = Math.max(entries.size(), wantedParts);
        List<Message.ForIndex> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = Math.min(wanted.length, i * HASHES_MAX);
            int to = Math.min(wanted.length, from + HASHES_MAX);
            messages.add(
                    new BucketAnswer(
                            answer.exchange(),
                            i < entries.size() ? entries.get(i) : List.of(),
                            Arrays.copyOfRange(wanted, from, to),
                            answer.last() && i == count - 1));
        }
        return messages;
    }

    private static <T> List<List<T>> parts(List<T> items, ToLongFunction<T> bytesOf) {
        List<List<T>> parts = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < items.size(); i++) {
            long more = bytesOf.applyAsLong(items.get(i));
            if (i > from && (i - from == Message.ITEMS_MAX || bytes + more > BYTES_MAX)) {
                parts.add(List.copyOf(items.subList(from, i)));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        if (parts.isEmpty()) {
            return List.of(items);
        }
        parts.add(List.copyOf(items.subList(from, items.size())));
        return parts;
    }

    private static long entryBytes(Entry entry) {
        return FIELDS_BYTES + CanonicalEntry.lengthBytes(entry);
    }

    /**
     * How much a message weighs in a queue: its items, the long ones by the room that they take,
     * and one.
     */
    public static int weight(Message.ForIndex message) {
        return 1
                + switch (message) {
                    case Announce announce -> weight(announce.entries());
                    case Have have ->
                            have.versions().stream().mapToInt(it -> weight(it.path())).sum();
                    case EntryAsk ask -> ask.paths().stream().mapToInt(Frames::weight).sum();
                    case SummaryAsk ask -> ask.buckets().size();
                    case SummaryTell tell -> tell.sums().size();
                    // Eight hashes take about as much room as a small entry.
                    case BucketOffer offer -> offer.buckets().size() + offer.hashes().length / 8;
                    case BucketAnswer answer ->
                            weight(answer.entries()) + answer.wanted().length / 8;
                    case BucketEntries entries -> weight(entries.entries());
                    case SettleTell tell -> tell.obstacle().length() / LIGHT_BYTES;
                    case Renaming renaming -> weight(renaming.from()) + weight(renaming.to());
                    case ExchangeDone _, SettleAsk _ -> 0;
                };
    }

    private static int weight(List<Entry> entries) {
        return entries.stream()
                .mapToInt(entry -> 1 + CanonicalEntry.lengthBytes(entry) / LIGHT_BYTES)
                .sum();
    }

    private static int weight(RelativePath path) {
        return 1 + path.lengthBytes() / LIGHT_BYTES;
    }
}
