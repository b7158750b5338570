package dev.lanyard.node.io.apply;

import static java.util.stream.Collectors.toSet;

import dev.lanyard.node.io.disk.StateFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Remembers, across a power cut, which batches were begun and are not known to be durable and in
 * the index. Thread-safe: the worker begins batches, the flusher clears them.
 */
public final class Journal implements AutoCloseable {
    /*
     * record = length u32 | crc32c u32 | generation u64 | body        crc over generation and body
     * body   = 5 u8 | batch i64 | boot id | count u32, count x intent           begun
     *        | 1 u8 | the same                                                  begun, and 4 is never said of it
     *        | 2 u8 | count u32, count x batch i64                              cleared
     *        | 3 u8 | count u32, count x batch i64                              doubtful
     *        | 4 u8 | batch i64 | index u32                                     not carried out
     *        | 6 u8 | count u32, count x batch i64                              durable
     *
     * Records follow each other from the start of the file. Whenever no batch is open the next one
     * is written at the start again, under the next generation; reading ends at the first record
     * that is torn or of another generation. So the file does not grow and is not truncated, and a
     * flush has no change of its size to write. What is overwritten speaks of cleared batches only.
     */

    /** Enough for a few batches: beyond it the file grows. */
    private static final int FILE_BYTES = 1 << 20;

    private static final int HEADER_BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;
    private static final int BEGUN_EARLIER = 1;
    private static final int CLEARED = 2;
    private static final int DOUBTFUL = 3;
    private static final int UNDONE = 4;
    private static final int BEGUN = 5;
    private static final int DURABLE = 6;

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final StateFile file;
    private final String bootId;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Unfinished> unfinished;
    private final TreeSet<Long> open = new TreeSet<>();

    /** The first that this run may begin anew with. */
    private final long firstGeneration;

    private long generation;
    private long end;
    private boolean recovered;

    /**
     * A batch that was begun and not cleared by an earlier run.
     *
     * @param mayBeTorn whether contents may not have reached the disk: the machine was started
     *     since, or flushing them failed
     * @param undone which of the intents are known not to have been carried out, by their index
     */
    record Unfinished(long batch, boolean mayBeTorn, List<Intent> intents, Set<Integer> undone) {
        Unfinished(long batch, boolean mayBeTorn, List<Intent> intents) {
            this(batch, mayBeTorn, intents, Set.of());
        }

        private Unfinished torn() {
            return new Unfinished(batch, true, intents, undone);
        }

        private Unfinished durable() {
            return new Unfinished(batch, false, intents, undone);
        }

        /** What earlier versions wrote does not tell what was carried out. */
        private Unfinished withoutAny() {
            Set<Integer> all = IntStream.range(0, intents.size()).boxed().collect(toSet());
            return new Unfinished(batch, mayBeTorn, intents, all);
        }

        private Unfinished without(int index) {
            Set<Integer> all = new HashSet<>(undone);
            all.add(index);
            return new Unfinished(batch, mayBeTorn, intents, all);
        }
    }

    private Journal(
            StateFile file,
            String bootId,
            List<Unfinished> unfinished,
            long generation,
            long firstGeneration,
            long end) {
        this.file = file;
        this.bootId = bootId;
        this.unfinished = unfinished;
        this.generation = generation;
        this.firstGeneration = firstGeneration;
        this.end = end;
        this.recovered = unfinished.isEmpty();
    }

    /**
     * Opens the journal in {@code path}, which is in the state directory.
     *
     * @param bootId differs after each start of the machine
     */
    public static Journal open(java.nio.file.Path path, String bootId, InstantSource wallClock)
            throws IOException {
        return open(StateFile.open(path, FILE_BYTES), bootId, wallClock);
    }

    static Journal open(StateFile file, String bootId, InstantSource wallClock) throws IOException {
        ByteBuffer bytes = file.read();
        Map<Long, Unfinished> unfinished = new LinkedHashMap<>();
        long generation = bytes.remaining() < HEADER_BYTES ? 0 : bytes.getLong(8);
        for (byte[] body = next(bytes, generation);
                body.length > 0;
                body = next(bytes, generation)) {
            replay(body, bootId, unfinished);
        }
        // The generation of a torn first record is not known: begin with one that no file can have.
        long above = Math.max(generation + 1, wallClock.millis() << 20);
        return new Journal(
                file,
                bootId,
                List.copyOf(unfinished.values()),
                generation,
                above,
                bytes.position());
    }

    /** The body of the record at the position; empty, and the position stays, if there is none. */
    private static byte[] next(ByteBuffer bytes, long generation) {
        byte[] none = new byte[0];
        int start = bytes.position();
        if (bytes.remaining() < HEADER_BYTES) {
            return none;
        }
        int length = bytes.getInt(start);
        if (length <= Long.BYTES || length > bytes.remaining() - 2 * Integer.BYTES) {
            return none;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(start + 2 * Integer.BYTES, length));
        if ((int) crc.getValue() != bytes.getInt(start + Integer.BYTES)
                || bytes.getLong(start + 2 * Integer.BYTES) != generation) {
            return none;
        }
        byte[] body = new byte[length - Long.BYTES];
        bytes.get(start + HEADER_BYTES, body);
        bytes.position(start + 2 * Integer.BYTES + length);
        return body;
    }

    /** A record whose sum is right was written so: by a later version, or by nobody of ours. */
    private static void replay(byte[] body, String bootId, Map<Long, Unfinished> unfinished)
            throws IOException {
        try {
            understand(body, bootId, unfinished);
        } catch (EOFException
                | UTFDataFormatException
                | IllegalArgumentException
                | ClassCastException
                | NoSuchElementException
                | DateTimeException notOurs) {
            throw new IOException(
                    "the journal has a record of %d bytes that is none of this version"
                            .formatted(body.length),
                    notOurs);
        }
    }

    private static void understand(byte[] body, String bootId, Map<Long, Unfinished> unfinished)
            throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        int kind = in.readUnsignedByte();
        if (kind == BEGUN || kind == BEGUN_EARLIER) {
            long batch = in.readLong();
            boolean otherBoot = !in.readUTF().equals(bootId);
            List<Intent> intents = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                intents.add(IntentCodec.read(in));
            }
            Unfinished begun = new Unfinished(batch, otherBoot, intents);
            unfinished.put(batch, kind == BEGUN ? begun : begun.withoutAny());
            return;
        }
        if (kind == UNDONE) {
            long batch = in.readLong();
            int index = in.readInt();
            unfinished.computeIfPresent(batch, (_, begun) -> begun.without(index));
            return;
        }
        for (int left = in.readInt(); left > 0; left--) {
            long batch = in.readLong();
            switch (kind) {
                case CLEARED -> unfinished.remove(batch);
                case DURABLE -> unfinished.computeIfPresent(batch, (_, begun) -> begun.durable());
                default -> unfinished.computeIfPresent(batch, (_, begun) -> begun.torn());
            }
        }
    }

    /** What earlier runs left open, in the order in which it was begun. */
    List<Unfinished> unfinished() {
        return unfinished;
    }

    /** Forgets what {@link #unfinished} told: recovery is done with it. Durable on return. */
    void reset() throws IOException {
        lock.lock();
        try {
            beginAnew();
            append(batches(CLEARED, List.of()));
            recovered = true;
        } finally {
            lock.unlock();
        }
        file.force();
    }

    /** Writes down what is going to be done; durable on return. */
    void begin(long batch, List<Intent> intents) throws IOException {
        byte[] body = begun(batch, intents);
        long before;
        long after;
        lock.lock();
        try {
            if (!recovered) {
                throw new IllegalStateException(
                        "batch %d begun while %d are not recovered"
                                .formatted(batch, unfinished.size()));
            }
            if (open.isEmpty()) {
                beginAnew();
            }
            before = end;
            append(body);
            after = end;
            open.add(batch);
        } finally {
            lock.unlock();
        }
        try {
            file.force();
        } catch (IOException e) {
            abandon(batch, before, after);
            throw e;
        }
    }

    /**
     * Nothing will be done under a record that could not be flushed: the next one overwrites it.
     */
    private void abandon(long batch, long start, long after) throws IOException {
        lock.lock();
        try {
            if (end == after) {
                end = start;
            } else {
                append(batches(CLEARED, List.of(batch)));
            }
            open.remove(batch);
        } finally {
            lock.unlock();
        }
    }

    private void beginAnew() {
        generation = Math.max(generation + 1, firstGeneration);
        end = 0;
    }

    /**
     * Writes down that an intent was not carried out, before what it had in staging is dropped. Not
     * flushed: it tells what a user did before the next start, and of a machine that was started
     * since nothing is concluded from it.
     */
    void undone(long batch, int index) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES);
        body.put((byte) UNDONE).putLong(batch).putInt(index);
        lock.lock();
        try {
            append(body.array());
        } finally {
            lock.unlock();
        }
    }

    /**
     * These batches, as far as they were begun, are durable: whatever happens to the machine,
     * nothing of them is torn. Not flushed: {@link #force} does that.
     */
    void durable(Collection<Long> batches) throws IOException {
        lock.lock();
        try {
            List<Long> durable = batches.stream().filter(open::contains).toList();
            if (!durable.isEmpty()) {
                append(batches(DURABLE, durable));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * These batches, as far as they were begun, are durable and in the index. Not flushed: {@link
     * #force} does that.
     */
    void clear(Collection<Long> batches) throws IOException {
        lock.lock();
        try {
            List<Long> cleared = batches.stream().filter(open::contains).toList();
            if (!cleared.isEmpty()) {
                append(batches(CLEARED, cleared));
                cleared.forEach(open::remove);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The contents of these batches may not have reached the disk, and never will be known to:
     * whoever recovers them looks at each byte. Durable on return.
     */
    void doubt(Collection<Long> batches) throws IOException {
        lock.lock();
        try {
            append(batches(DOUBTFUL, batches));
        } finally {
            lock.unlock();
        }
        file.force();
    }

    /** Makes what was cleared durable. */
    void force() throws IOException {
        file.force();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            log.atWarn().setCause(e).log("journal not closed");
        }
    }

    /** Called with the lock held. */
    private void append(byte[] body) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + body.length);
        record.putInt(Long.BYTES + body.length).putInt(0).putLong(generation).put(body).flip();
        CRC32C crc = new CRC32C();
        crc.update(record.slice(2 * Integer.BYTES, Long.BYTES + body.length));
        record.putInt(Integer.BYTES, (int) crc.getValue());
        int length = record.remaining();
        file.write(record, end);
        end += length;
    }

    private byte[] begun(long batch, List<Intent> intents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 * intents.size() + 64);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(BEGUN);
        out.writeLong(batch);
        out.writeUTF(bootId);
        out.writeInt(intents.size());
        for (Intent intent : intents) {
            IntentCodec.write(out, intent);
        }
        return bytes.toByteArray();
    }

    private static byte[] batches(int kind, Collection<Long> batches) {
        ByteBuffer body = ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES * batches.size());
        body.put((byte) kind).putInt(batches.size());
        for (long batch : batches) {
            body.putLong(batch);
        }
        return body.array();
    }
}
