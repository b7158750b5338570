package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.apply.Journal.Unfinished;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.StateFile;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.testing.RandomEntries;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Any bytes, taken for a journal: it is read up to where it is damaged, or refused with an {@code
 * IOException} where the sums are right and what they are of is not; and what is read of it is read
 * again when it is written down anew. Where the first byte is odd, the sums are put right.
 */
public final class JournalReading {
    private static final int SUMMED_AT = 2 * Integer.BYTES;
    private static final String BOOT = "boot-1";
    private static final Instant TIME = Instant.parse("2024-02-29T12:34:56.123456789Z");

    private JournalReading() {}

    /** Tries one; whatever it throws is a finding. */
    public static void tried(byte[] bytes) {
        byte[] rest = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
        if (bytes.length > 0 && (bytes[0] & 1) != 0) {
            putSumsRight(ByteBuffer.wrap(rest));
        }
        List<Unfinished> read;
        try (Journal journal = open(new Memory(rest))) {
            read = journal.unfinished();
        } catch (IOException refused) {
            return;
        }
        read.forEach(each -> each.intents().forEach(Intent::byPath));
        List<List<Intent>> intents = read.stream().map(Unfinished::intents).toList();
        if (!written(intents).equals(intents)) {
            throw new AssertionError("other intents of a journal that was written anew");
        }
    }

    /** What is read of a journal that these were written down in, each in a batch of its own. */
    private static List<List<Intent>> written(List<List<Intent>> batches) {
        Memory file = new Memory(new byte[0]);
        try {
            write(batches, file);
            try (Journal again = open(file)) {
                return again.unfinished().stream().map(Unfinished::intents).toList();
            }
        } catch (IOException e) {
            throw new AssertionError("what was read cannot be written", e);
        }
    }

    private static void write(List<List<Intent>> batches, StateFile file) throws IOException {
        try (Journal journal = open(file)) {
            long batch = 1;
            for (List<Intent> intents : batches) {
                journal.begin(batch++, intents);
            }
        }
    }

    private static Journal open(StateFile file) throws IOException {
        return Journal.open(file, BOOT, InstantSource.fixed(TIME));
    }

    private static void putSumsRight(ByteBuffer bytes) {
        int at = 0;
        while (bytes.limit() - at >= SUMMED_AT + Long.BYTES) {
            int length = bytes.getInt(at);
            if (length <= Long.BYTES || length > bytes.limit() - at - SUMMED_AT) {
                return;
            }
            bytes.putLong(at + SUMMED_AT, bytes.getLong(SUMMED_AT)); // All of one generation.
            CRC32C sum = new CRC32C();
            sum.update(bytes.slice(at + SUMMED_AT, length));
            bytes.putInt(at + Integer.BYTES, (int) sum.getValue());
            at += SUMMED_AT + length;
        }
    }

    /** Journals with all kinds of records. */
    public static List<byte[]> samples() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        RandomEntries entries = new RandomEntries(random);
        Memory one = new Memory(new byte[0]);
        write(List.of(intents(entries)), one);
        Memory file = new Memory(new byte[0]);
        try (Journal journal = open(file)) {
            for (long batch = 1; batch <= 3; batch++) {
                journal.begin(batch, intents(entries).subList(0, (int) batch));
            }
            journal.undone(1, 0);
            journal.doubt(List.of(2L, 7L));
            journal.clear(List.of(3L, 9L));
        }
        return Stream.of(one, file)
                .flatMap(it -> Stream.of(after((byte) 0, it.bytes), after((byte) 1, it.bytes)))
                .toList();
    }

    private static byte[] after(byte first, byte[] rest) {
        return ByteBuffer.allocate(1 + rest.length).put(first).put(rest).array();
    }

    private static List<Intent> intents(RandomEntries entries) {
        RelativePath path = entries.path();
        Entry.File file = some(Entry.File.class, entries, path);
        Entry.Directory directory = some(Entry.Directory.class, entries, path);
        Entry.Tombstone gone = some(Entry.Tombstone.class, entries, path);
        Entry.Symlink link = some(Entry.Symlink.class, entries, path);
        FileStat stat = new FileStat(3, TIME, TIME, 0644, 17, 1);
        Held held = new Held(file, stat);
        Held heldDirectory = new Held(directory, stat);
        Found found = new Found(Kind.FILE, stat, 1);
        VersionName name = new VersionName(VersionName.hashOf(path), 1, 2, Keep.REPLACED, null);
        Step.Moved child = new Step.Moved(file, gone, held);
        return List.of(
                new Intent(
                        new Step.PlaceFile(file, new Staged("s-1"), held, Keep.CONFLICT),
                        "s-1",
                        found,
                        name),
                new Intent(new Step.PlaceLink(link, null, Keep.REPLACED), "s-2", found, null),
                new Intent(new Step.Remove(gone, held, Keep.DELETED), null, null, name),
                new Intent(new Step.SetAttributes(file, held), null, null, null),
                new Intent(new Step.MakeDirectory(directory, null, Keep.UNCLEAN), "n", found, null),
                new Intent(new Step.Rename(file, gone, held, held, Keep.REPLACED), "r", null, name),
                new Intent(
                        new Step.RenameDirectory(directory, gone, heldDirectory, List.of(child)),
                        null,
                        null,
                        null));
    }

    private static <T extends Entry> T some(
            Class<T> kind, RandomEntries entries, RelativePath path) {
        Entry entry = entries.entry(path);
        while (!kind.isInstance(entry)) {
            entry = entries.entry(path);
        }
        return kind.cast(entry);
    }

    /** A file in memory, which is not flushed. */
    private static final class Memory implements StateFile {
        private byte[] bytes;

        Memory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public ByteBuffer read() {
            return ByteBuffer.wrap(bytes.clone());
        }

        @Override
        public void write(ByteBuffer more, long offset) {
            int at = Math.toIntExact(offset);
            int length = more.remaining();
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, at + length));
            more.get(bytes, at, length);
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }
}
