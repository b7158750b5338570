package dev.lanyard.delta.testing;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.sign.SignatureBuilder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The whole way, in memory, and the slow way. */
public final class Deltas {
    /** A seed like any other. */
    public static final byte[] SEED = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Deltas() {}

    /** The signature of a basis. */
    public static Signature signature(byte[] basis) {
        SignatureBuilder builder = new SignatureBuilder(basis.length, SEED);
        builder.update(ByteBuffer.wrap(basis));
        return builder.finish();
    }

    /** All instructions for a target, literals that follow each other as one. */
    public static List<Instruction> instructions(Signature signature, byte[] target)
            throws IOException {
        List<Instruction> all = new ArrayList<>();
        new Matcher(signature, 1)
                .match(Contents.target(target), Long.MAX_VALUE, each -> add(all, each));
        return all;
    }

    /** Adds an instruction so that it lasts, and to the literal before it if it is one too. */
    public static void add(List<Instruction> all, Instruction next) {
        if (!all.isEmpty()
                && all.getLast() instanceof Instruction.Literal(ByteBuffer before)
                && next instanceof Instruction.Literal(ByteBuffer bytes)) {
            ByteBuffer joined = ByteBuffer.allocate(before.remaining() + bytes.remaining());
            joined.put(before.duplicate()).put(bytes.duplicate()).flip();
            all.set(all.size() - 1, new Instruction.Literal(joined));
        } else {
            all.add(kept(next));
        }
    }

    /** An instruction that lasts. */
    public static Instruction kept(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Copy copy -> copy;
            case Instruction.Literal(ByteBuffer bytes) -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(bytes.position(), copy);
                yield new Instruction.Literal(ByteBuffer.wrap(copy));
            }
        };
    }

    /** A delta, written. */
    public static byte[] written(Form form, List<Instruction> instructions) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DeltaWriter writer =
                new DeltaWriter(
                        form,
                        buffer -> {
                            while (buffer.hasRemaining()) {
                                bytes.write(buffer.get());
                            }
                        });
        for (Instruction each : instructions) {
            writer.take(kept(each));
        }
        writer.finish();
        return bytes.toByteArray();
    }

    /** What a delta makes of a basis. */
    public static byte[] patched(byte[] basis, byte[] delta, long targetBytesMax)
            throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        DeltaReader reader =
                new DeltaReader(
                        EnumSet.allOf(Form.class),
                        new Patcher(
                                Contents.basis(basis),
                                basis.length,
                                targetBytesMax,
                                (bytes, _) -> {
                                    while (bytes.hasRemaining()) {
                                        target.write(bytes.get());
                                    }
                                }));
        reader.update(ByteBuffer.wrap(delta));
        reader.finish();
        return target.toByteArray();
    }

    /** How many bytes of these instructions are literals. */
    public static long literalBytes(List<Instruction> instructions) {
        return instructions.stream()
                .filter(Instruction.Literal.class::isInstance)
                .mapToLong(Instruction::lengthBytes)
                .sum();
    }

    /**
     * What must not be: a whole block of the basis within one literal, found by comparing each of
     * them with every place.
     *
     * @return where in the target, or -1
     */
    public static long missed(byte[] basis, int blockBytes, List<Instruction> instructions) {
        Set<ByteBuffer> blocks = new HashSet<>();
        for (int at = 0; at + blockBytes <= basis.length; at += blockBytes) {
            blocks.add(ByteBuffer.wrap(basis, at, blockBytes));
        }
        long offset = 0;
        for (Instruction each : instructions) {
            if (each instanceof Instruction.Literal(ByteBuffer bytes)) {
                for (int at = 0; at + blockBytes <= bytes.limit(); at++) {
                    if (blocks.contains(bytes.slice(at, blockBytes))) {
                        return offset + at;
                    }
                }
            }
            offset += each.lengthBytes();
        }
        return -1;
    }
}
