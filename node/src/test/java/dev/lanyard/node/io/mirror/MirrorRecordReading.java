package dev.lanyard.node.io.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.mirror.Row;
import dev.lanyard.node.core.mirror.Sight.Kind;
import dev.lanyard.node.io.mirror.MirrorRecord.Named;
import dev.lanyard.protocol.RelativePath;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Any bytes, taken for the record of a mirror: it is empty, or all of it can be read, and is the
 * same when it is written and read again. Where the first byte is odd, the sum is put right.
 */
public final class MirrorRecordReading {
    private static final byte[] RESERVED_AT_THE_TOP = ".lanyard".getBytes(UTF_8);
    private static final byte[] NAME = {'b'};

    private MirrorRecordReading() {}

    /** Tries one; whatever it throws is a finding. */
    public static void tried(byte[] bytes) {
        byte[] rest = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
        if (bytes.length > 0 && (bytes[0] & 1) != 0 && rest.length > Integer.BYTES) {
            int end = rest.length - Integer.BYTES;
            CRC32C sum = new CRC32C();
            sum.update(rest, 0, end);
            ByteBuffer.wrap(rest).putInt(end, (int) sum.getValue());
        }
        MirrorRecord record = MirrorRecord.decode(ByteBuffer.wrap(rest));
        long[] rows = new long[1];
        record.eachFile(0, (path, _) -> rows[0] += record.rows(path.parent().orElse(null)).size());
        record.rows(null);
        long count = record.count();
        ByteBuffer written = record.encode(true, record.sourceInode(), "boot");
        long again = MirrorRecord.decode(written).count();
        if (again != count) {
            throw new AssertionError("%d rows were read, and then %d".formatted(count, again));
        }
    }

    /** An empty one, and one of two directories. */
    public static List<byte[]> samples() {
        MirrorRecord record = new MirrorRecord();
        byte[] empty = sample(record);
        Instant time = Instant.parse("2024-02-29T12:34:56.123456789Z");
        FileStat stat = new FileStat(3, time, time, 0644, 17, 0);
        record.put(null, 1, List.of(new Named(NAME, new Row(Kind.FILE, stat, stat))));
        record.put(
                RelativePath.of("a"),
                2,
                List.of(
                        new Named(NAME, new Row(Kind.FILE, stat, stat)),
                        new Named(new byte[] {'c'}, new Row(Kind.LINK, stat, stat)),
                        new Named(RESERVED_AT_THE_TOP, new Row(Kind.FILE, stat, stat))));
        return List.of(empty, sample(record));
    }

    private static byte[] sample(MirrorRecord record) {
        ByteBuffer written = record.encode(false, 1, "boot");
        byte[] sample = new byte[1 + written.remaining()];
        sample[0] = 1;
        written.get(sample, 1, written.remaining());
        return sample;
    }
}
