package dev.lanyard.delta.form;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;

/**
 * Reads a delta that arrives in pieces, of any length. Takes a few bytes of memory whatever it
 * says. Not thread-safe; one use each.
 */
public final class DeltaReader {
    private static final int MAGIC_BYTES = Integer.BYTES;
    private static final int HEAD_BYTES_MAX = 18;

    private final EnumSet<Form> forms;
    private final Instruction.Sink sink;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES_MAX);
    private @Nullable Grammar grammar;
    private long literalBytes;
    private long targetBytes;
    private boolean ended;

    /**
     * One that passes instructions on as soon as they are there, of a long literal the parts that
     * are.
     *
     * @param forms which are read; the delta itself says which it has
     */
    public DeltaReader(EnumSet<Form> forms, Instruction.Sink sink) {
        this.forms = EnumSet.copyOf(forms);
        this.sink = sink;
    }

    /**
     * Takes all remaining bytes, which directly follow those before.
     *
     * @throws MalformedException if no delta goes on like this
     * @throws IOException if the sink does not take an instruction
     */
    public void update(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (literalBytes > 0) {
                passOn(bytes);
            } else if (ended) {
                throw new MalformedException("bytes behind the end of the delta");
            } else {
                head.put(bytes.get());
                readHead();
            }
        }
    }

    private void passOn(ByteBuffer bytes) throws IOException {
        int count = (int) Math.min(bytes.remaining(), literalBytes);
        ByteBuffer literal = bytes.slice(bytes.position(), count);
        bytes.position(bytes.position() + count);
        literalBytes -= count;
        sink.take(new Instruction.Literal(literal));
    }

    private void readHead() throws IOException {
        if (grammar == null) {
            if (head.position() == MAGIC_BYTES) {
                grammar = grammar(head.flip().getInt());
                head.clear();
            }
            return;
        }
        Grammar.Step step = grammar.read(head.flip());
        if (step == null) {
            head.position(head.limit()).limit(head.capacity());
            return;
        }
        head.clear();
        switch (step) {
            case Grammar.Step.Copy copy -> {
                count(copy.lengthBytes());
                sink.take(new Instruction.Copy(copy.basisOffset(), copy.lengthBytes()));
            }
            case Grammar.Step.Literal literal -> {
                count(literal.lengthBytes());
                literalBytes = literal.lengthBytes();
            }
            case Grammar.Step.End end -> end(end.targetBytes());
        }
    }

    private Grammar grammar(int magic) throws MalformedException {
        for (Form form : forms) {
            Grammar found = Grammar.of(form);
            if (found.magic() == magic) {
                return found;
            }
        }
        throw new MalformedException("no delta: it begins with %08X".formatted(magic));
    }

    private void count(long lengthBytes) throws MalformedException {
        if (lengthBytes > Long.MAX_VALUE - targetBytes) {
            throw new MalformedException("a target of more than 2^63 bytes");
        }
        targetBytes += lengthBytes;
    }

    private void end(long toldBytes) throws MalformedException {
        if (toldBytes != Grammar.Step.End.UNTOLD && toldBytes != targetBytes) {
            throw new MalformedException(
                    "a target of %d bytes (expected %d)".formatted(targetBytes, toldBytes));
        }
        ended = true;
    }

    /**
     * Says that no bytes follow.
     *
     * @return how many bytes the target has
     * @throws MalformedException if the delta is not at its end
     */
    public long finish() throws MalformedException {
        if (!ended) {
            throw new MalformedException(
                    "the delta is cut off after %d bytes of the target"
                            .formatted(targetBytes - literalBytes));
        }
        return targetBytes;
    }
}
