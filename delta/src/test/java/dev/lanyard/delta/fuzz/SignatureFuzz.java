package dev.lanyard.delta.fuzz;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.testing.Contents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Any bytes, taken for a signature: they are refused, or they are the only form of what was read,
 * and instructions that are found with it give a target of the right length and copy nothing that
 * it does not tell of.
 */
public final class SignatureFuzz {
    private SignatureFuzz() {}

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Signature signature;
        try {
            signature = SignatureForm.read(ByteBuffer.wrap(bytes));
        } catch (MalformedException e) {
            return;
        }
        if (!Arrays.equals(Corpus.written(signature), bytes)) {
            throw new AssertionError("another form of " + signature);
        }
        long[] made = new long[1];
        byte[] target = Fixed.target();
        new Matcher(signature, 1)
                .match(
                        Contents.target(target),
                        Long.MAX_VALUE,
                        each -> made[0] += checked(each, signature).lengthBytes());
        if (made[0] != target.length) {
            throw new AssertionError("%d bytes of %d".formatted(made[0], target.length));
        }
    }

    private static Instruction checked(Instruction each, Signature signature) {
        if (each instanceof Instruction.Copy copy
                && (copy.basisOffset() < 0 || copy.basisEnd() > signature.lengthBytes())) {
            throw new AssertionError("%s of %s".formatted(copy, signature));
        }
        return each;
    }
}
