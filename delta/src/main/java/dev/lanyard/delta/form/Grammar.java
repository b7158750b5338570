package dev.lanyard.delta.form;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** What differs between the forms of deltas: how the heads of steps are written. */
interface Grammar {
    /** What every delta begins with. */
    int magic();

    /** How many bytes the head of a step has at most. */
    int headBytesMax();

    void putCopy(Instruction.Copy copy, ByteBuffer to);

    /** Puts what comes before the bytes of a literal. */
    void putLiteral(long lengthBytes, ByteBuffer to);

    void putEnd(long targetBytes, ByteBuffer to);

    /**
     * The step whose head is the remaining bytes, at least one, or null if there are more.
     *
     * @throws MalformedException if nothing can make a head of them
     */
    @Nullable Step read(ByteBuffer head) throws MalformedException;

    /** A grammar that has seen nothing yet. */
    static Grammar of(Form form) {
        return switch (form) {
            case LANYARD -> new LanyardForm();
            case RDIFF -> new RdiffForm();
        };
    }

    /** A head, understood. */
    sealed interface Step {
        record Copy(long basisOffset, long lengthBytes) implements Step {}

        record Literal(long lengthBytes) implements Step {}

        /**
         * The end of the delta.
         *
         * @param targetBytes how many bytes the steps give together, or {@link #UNTOLD}
         */
        record End(long targetBytes) implements Step {
            static final long UNTOLD = -1;
        }
    }
}
