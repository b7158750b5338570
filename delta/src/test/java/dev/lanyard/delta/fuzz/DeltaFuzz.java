package dev.lanyard.delta.fuzz;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/**
 * Any bytes, taken for a delta of either form: they are refused, or they make a target, never one
 * that is longer than it may be; the same whether they come at once or one by one, and again when
 * what was read is written in each form.
 */
public final class DeltaFuzz {
    private static final int TARGET_BYTES_MAX = 100_000;

    private DeltaFuzz() {}

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        List<Instruction> read = new ArrayList<>();
        byte @Nullable [] made = made(bytes, Math.max(1, bytes.length), read);
        if (!Arrays.equals(made, made(bytes, 1, new ArrayList<>()))) {
            throw new AssertionError("another target, of bytes that come one by one");
        }
        if (made == null) {
            return;
        }
        for (Form form : Form.values()) {
            byte[] again = Deltas.written(form, read);
            if (!Arrays.equals(made, made(again, again.length, new ArrayList<>()))) {
                throw new AssertionError("another target, written again as " + form);
            }
        }
    }

    /** What comes of a delta that arrives in such pieces, or null if it is refused. */
    private static byte @Nullable [] made(byte[] delta, int pieceBytes, List<Instruction> read)
            throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        Patcher patcher =
                new Patcher(
                        Contents.basis(Fixed.basis()),
                        Fixed.basis().length,
                        TARGET_BYTES_MAX,
                        (bytes, offset) -> append(bytes, offset, target));
        DeltaReader reader =
                new DeltaReader(
                        EnumSet.allOf(Form.class),
                        each -> {
                            read.add(Deltas.kept(each)); // Who takes a literal empties it.
                            patcher.take(each);
                        });
        try {
            for (int at = 0; at < delta.length; at += pieceBytes) {
                int count = Math.min(pieceBytes, delta.length - at);
                reader.update(ByteBuffer.wrap(delta, at, count));
            }
            long told = reader.finish();
            if (told != target.size() || told != patcher.targetBytes()) {
                throw new AssertionError("%d bytes of %d".formatted(target.size(), told));
            }
            return target.toByteArray();
        } catch (MalformedException e) {
            return null;
        }
    }

    private static void append(ByteBuffer bytes, long offset, ByteArrayOutputStream to) {
        if (offset != to.size() || bytes.remaining() > TARGET_BYTES_MAX - to.size()) {
            throw new AssertionError(
                    "%d bytes at %d behind %d".formatted(bytes.remaining(), offset, to.size()));
        }
        while (bytes.hasRemaining()) {
            to.write(bytes.get());
        }
    }
}
