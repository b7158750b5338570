package dev.lanyard.delta.form;

import dev.lanyard.delta.Instruction;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a delta. Not thread-safe; one use each. */
public final class DeltaWriter implements Instruction.Sink {
    private static final int BUFFER_BYTES = 8 << 10;
    private static final int SMALL_LITERAL_BYTES_MAX = 1 << 10;

    private final Grammar grammar;
    private final ByteSink out;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long targetBytes;

    /** One that writes to {@code out}, few and large pieces. */
    public DeltaWriter(Form form, ByteSink out) {
        this.grammar = Grammar.of(form);
        this.out = out;
        buffer.putInt(grammar.magic());
    }

    @Override
    public void take(Instruction instruction) throws IOException {
        if (buffer.remaining() < grammar.headBytesMax() + SMALL_LITERAL_BYTES_MAX) {
            flush();
        }
        targetBytes += instruction.lengthBytes();
        switch (instruction) {
            case Instruction.Copy copy -> grammar.putCopy(copy, buffer);
            case Instruction.Literal literal -> put(literal.bytes());
        }
    }

    private void put(ByteBuffer literal) throws IOException {
        grammar.putLiteral(literal.remaining(), buffer);
        if (literal.remaining() <= SMALL_LITERAL_BYTES_MAX) {
            buffer.put(literal);
        } else {
            flush();
            out.write(literal);
        }
    }

    /**
     * Writes the end; a delta without it is cut off.
     *
     * @throws IOException if {@code out} does not take it
     */
    public void finish() throws IOException {
        if (buffer.remaining() < grammar.headBytesMax()) {
            flush();
        }
        grammar.putEnd(targetBytes, buffer);
        flush();
    }

    private void flush() throws IOException {
        out.write(buffer.flip());
        buffer.clear();
    }
}
