package dev.lanyard.node.io.store;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.SampleRows;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Any bytes, taken for the columns of a row of the index: they are refused as damaged, or they are
 * a row that is the same when it is stored and read again. A column is its length in two bytes,
 * 65535 for nothing, and its bytes; the order is path, known, held, stat.
 */
public final class RowReading {
    private static final int NOTHING = 0xffff;

    private RowReading() {}

    /** Tries one; whatever it throws is a finding. */
    public static void tried(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] key = column(in);
        byte[] known = column(in);
        byte[] held = column(in);
        byte[] stat = column(in);
        Row row;
        try {
            row = RowCodec.row(key == null ? new byte[0] : key, known, held, stat);
        } catch (IllegalArgumentException damaged) {
            return;
        }
        Row again = RowCodec.row(row.path().sortKey(), known(row), held(row), RowCodec.stat(row));
        if (!again.equals(row)) {
            throw new AssertionError("%s was read, and then %s".formatted(row, again));
        }
    }

    private static byte @Nullable [] known(Row row) {
        Entry known = row.known();
        return known == null ? null : RowCodec.encode(known);
    }

    private static byte @Nullable [] held(Row row) {
        return RowCodec.held(row);
    }

    private static byte @Nullable [] column(ByteBuffer in) {
        if (in.remaining() < Short.BYTES) {
            return null;
        }
        int length = Short.toUnsignedInt(in.getShort());
        if (length == NOTHING) {
            return null;
        }
        byte[] column = new byte[Math.min(length, in.remaining())];
        in.get(column);
        return column;
    }

    /** Rows of every kind. */
    public static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            Row row = SampleRows.random(random, SampleRows.randomPath(random));
            ByteBuffer out = ByteBuffer.allocate(1 << 12);
            put(out, row.path().sortKey());
            put(out, known(row));
            put(out, held(row));
            put(out, RowCodec.stat(row));
            byte[] sample = new byte[out.position()];
            out.get(0, sample);
            samples.add(sample);
        }
        return samples;
    }

    private static void put(ByteBuffer out, byte @Nullable [] column) {
        out.putShort((short) (column == null ? NOTHING : column.length));
        if (column != null) {
            out.put(column);
        }
    }
}
