package dev.lanyard.node.io.transfer;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentWant;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the peer asks for in one session. Messages are taken by the thread of the session; lanes
 * read and send.
 *
 * <p>Small contents are read by several threads, bundle by bundle, so that the connection does not
 * wait for the disk; each larger class has one thread, so that contents of a class follow each
 * other and classes share the connection.
 */
final class Sender {
    private static final Logger log = LoggerFactory.getLogger(Sender.class);
    private static final int BUNDLE_WANTS_MAX = 64;

    private final Link link;
    private final Tally tally;
    private final AtomicInteger openWants;
    private final AtomicLong askedBytes;
    private final Lane deltas;
    private final Map<SizeClass, Lane> lanes = new EnumMap<>(SizeClass.class);
    private final Map<Long, Serving> servings = new ConcurrentHashMap<>();
    private volatile boolean ended;

    /**
     * {@code openWants} counts what the peer asked for and did not get yet, {@code askedBytes} what
     * it asks with.
     */
    Sender(
            Link link,
            Shared shared,
            AtomicInteger openWants,
            AtomicLong askedBytes,
            int smallReaders) {
        this.link = link;
        this.askedBytes = askedBytes;
        this.deltas = new Lane("send delta", 1, true, shared);
        this.tally = shared.tally();
        this.openWants = openWants;
        for (SizeClass size : SizeClass.values()) {
            int threads = size == SizeClass.SMALL ? smallReaders : 1;
            lanes.put(size, new Lane("send " + size, threads, size.isSlow(), shared));
        }
    }

    /** One question of the peer. */
    private static final class Serving {
        final long transfer;
        final AtomicInteger open;
        volatile boolean cancelled;

        Serving(long transfer, int wants) {
            this.transfer = transfer;
            this.open = new AtomicInteger(wants);
        }
    }

    /** A want and its number. */
    private record Numbered(int number, ContentWant want) {}

    /** What questions of these take until they are answered. */
    static long askedBytes(List<ContentWant> wants) {
        return wants.stream().mapToLong(want -> want.path().lengthBytes()).sum();
    }

    /** What a question for a delta takes until it is answered. */
    static long askedBytes(Message.DeltaAsk ask) {
        return (long) ask.path().lengthBytes() + ask.signature().length;
    }

    /** Begins to answer a question. */
    void ask(Message.ContentAsk ask) throws Violation {
        Serving serving = new Serving(ask.transfer(), ask.wants().size());
        if (ask.wants().isEmpty() || servings.putIfAbsent(ask.transfer(), serving) != null) {
            throw new Violation("transfer %d is empty or open already".formatted(ask.transfer()));
        }
        List<Numbered> bundle = new ArrayList<>();
        long bundleBytes = 0;
        for (int number = 0; number < ask.wants().size(); number++) {
            ContentWant want = ask.wants().get(number);
            check(ask.transfer(), want);
            Numbered numbered = new Numbered(number, want);
            SizeClass size = SizeClass.of(want.sizeBytes());
            if (size != SizeClass.SMALL) {
                put(size, bench -> sendParts(bench, serving, numbered));
                continue;
            }
            if (bundleBytes + want.sizeBytes() > Message.PART_BYTES_MAX
                    || bundle.size() == BUNDLE_WANTS_MAX) {
                putBundle(serving, bundle);
                bundle = new ArrayList<>();
                bundleBytes = 0;
            }
            bundle.add(numbered);
            bundleBytes += want.sizeBytes();
        }
        putBundle(serving, bundle);
    }

    /** Begins to answer a question for a delta. */
    void ask(Message.DeltaAsk ask) throws Violation {
        Serving serving = new Serving(ask.transfer(), 1);
        if (ask.sizeBytes() < 0 || servings.putIfAbsent(ask.transfer(), serving) != null) {
            throw new Violation("transfer %d is open already".formatted(ask.transfer()));
        }
        deltas.put(bench -> sendDelta(bench, serving, ask));
    }

    private void sendDelta(Bench bench, Serving serving, Message.DeltaAsk ask)
            throws InterruptedException {
        DeltaSender.Parts parts =
                new DeltaSender.Parts() {
                    private long offset;

                    @Override
                    public void send(byte[] bytes, boolean last) throws InterruptedException {
                        Sender.this.send(
                                new Message.ContentPart(serving.transfer, 0, offset, bytes, last));
                        tally.bytesSent.add(bytes.length);
                        offset += bytes.length;
                    }
                };
        boolean sent = new DeltaSender(bench, ask, parts).send(() -> isOver(serving));
        askedBytes.addAndGet(-askedBytes(ask));
        if (sent) {
            tally.filesSent.increment();
        } else if (!isOver(serving)) {
            send(new Message.ContentMissing(serving.transfer, 0));
        }
        done(serving, 1);
    }

    private static void check(long transfer, ContentWant want) throws Violation {
        long offsetMax =
                SizeClass.of(Math.max(0, want.sizeBytes())) == SizeClass.SMALL
                        ? 0
                        : want.sizeBytes() - 1;
        if (want.sizeBytes() < 0 || want.offset() < 0 || want.offset() > offsetMax) {
            throw new Violation(
                    "transfer %d asks for byte %d of %d"
                            .formatted(transfer, want.offset(), want.sizeBytes()));
        }
    }

    private void putBundle(Serving serving, List<Numbered> wants) {
        if (!wants.isEmpty()) {
            put(SizeClass.SMALL, bench -> sendBundle(bench, serving, wants));
        }
    }

    private void put(SizeClass size, Lane.Job job) {
        Lane lane = lanes.get(size);
        if (lane == null) {
            throw new IllegalStateException("no lane for " + size);
        }
        lane.put(job);
    }

    /** The peer does not need the rest of it. */
    void cancel(Message.ContentCancel cancel) {
        Serving serving = servings.get(cancel.transfer());
        if (serving != null) { // It may be sent whole by now.
            serving.cancelled = true;
        }
    }

    /** The session is over. */
    void end() {
        ended = true;
        lanes.values().forEach(Lane::stop);
        deltas.stop();
    }

    private void sendBundle(Bench bench, Serving serving, List<Numbered> wants)
            throws InterruptedException {
        List<Integer> numbers = new ArrayList<>(wants.size());
        List<byte[]> contents = new ArrayList<>(wants.size());
        for (Numbered numbered : wants) {
            if (isOver(serving)) {
                break;
            }
            byte[] content = readWhole(bench, numbered.want());
            if (content == null) {
                sendMissing(serving, numbered);
            } else if (content.length > SizeClass.BUNDLED_BYTES_MAX) {
                sent(content.length);
                send(
                        new Message.ContentPart(
                                serving.transfer, numbered.number(), 0, content, true));
            } else {
                sent(content.length);
                numbers.add(numbered.number());
                contents.add(content);
            }
        }
        if (!contents.isEmpty()) {
            int[] named = numbers.stream().mapToInt(Integer::intValue).toArray();
            send(new Message.ContentBundle(serving.transfer, named, contents));
        }
        askedBytes.addAndGet(-askedBytes(wants.stream().map(Numbered::want).toList()));
        done(serving, wants.size());
    }

    private static byte @Nullable [] readWhole(Bench bench, ContentWant want) {
        try (Source source = Source.find(bench, want)) {
            return source == null ? null : source.read(0, Math.toIntExact(want.sizeBytes()));
        }
    }

    private void sendParts(Bench bench, Serving serving, Numbered numbered)
            throws InterruptedException {
        ContentWant want = numbered.want();
        try (Source source = Source.find(bench, want)) {
            if (source == null || !sendParts(source, serving, numbered)) {
                sendMissing(serving, numbered);
            } else {
                tally.filesSent.increment();
            }
        }
        askedBytes.addAndGet(-askedBytes(List.of(want)));
        done(serving, 1);
    }

    /** Sends all parts; false if the file changed before the last one, which is not sent then. */
    private boolean sendParts(Source source, Serving serving, Numbered numbered)
            throws InterruptedException {
        long size = numbered.want().sizeBytes();
        long offset = numbered.want().offset();
        while (offset < size && !isOver(serving)) {
            int length = (int) Math.min(Message.PART_BYTES_MAX, size - offset);
            boolean last = offset + length == size;
            byte[] bytes = source.read(offset, length);
            if (bytes == null || (last && !source.isUnchanged())) {
                return false;
            }
            send(new Message.ContentPart(serving.transfer, numbered.number(), offset, bytes, last));
            tally.bytesSent.add(length);
            offset += length;
        }
        return true;
    }

    /** In the bulk lane, so that it does not overtake the parts before it. */
    private void sendMissing(Serving serving, Numbered numbered) throws InterruptedException {
        if (!isOver(serving)) {
            send(new Message.ContentMissing(serving.transfer, numbered.number()));
        }
    }

    private void send(Message.ForTransfer message) throws InterruptedException {
        try {
            link.sendBulk(message);
        } catch (IOException e) {
            ended = true; // The session is closing: what else was asked for is not sent either.
            log.atDebug().addKeyValue("peer", link.peer()).setCause(e).log("sending stopped");
        }
    }

    private boolean isOver(Serving serving) {
        return ended || serving.cancelled;
    }

    private void sent(int bytes) {
        tally.bytesSent.add(bytes);
        tally.filesSent.increment();
    }

    private void done(Serving serving, int wants) {
        openWants.addAndGet(-wants);
        if (serving.open.addAndGet(-wants) == 0) {
            servings.remove(serving.transfer);
        }
    }
}
