package dev.lanyard.delta.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.Target;
import dev.lanyard.delta.sign.Signer;
import dev.lanyard.delta.testing.Deltas;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Files that are too large for every build: -Dsparse.gigabytes=5 (or 20, with -Xmx64m). */
@EnabledIfSystemProperty(named = "sparse.gigabytes", matches = "[0-9]+")
final class SparseTest {
    @TempDir Path temporary;

    @Test
    @DisplayName("D41: one byte at the front of a sparse file")
    void d41_oneByteAtTheFront() throws IOException {
        long length = Long.getLong("sparse.gigabytes") << 30;
        Path old = temporary.resolve("old");
        Path now = temporary.resolve("new");
        write(old, length, 0, length / 2, length - 1);
        write(now, length + 1, 1, length / 2 + 1, length);
        List<Instruction> found = new ArrayList<>();

        try (ExecutorService executor = Executors.newFixedThreadPool(2);
                FileChannel oldFile = FileChannel.open(old);
                FileChannel newFile = FileChannel.open(now)) {
            Basis basis = oldFile::read;
            Target target = newFile::read;
            Signature signature = Signer.sign(basis, length, Deltas.SEED, executor, 2);
            new Matcher(signature, 1)
                    .match(
                            target,
                            length + 1,
                            Long.MAX_VALUE,
                            each -> found.add(Deltas.kept(each)),
                            executor,
                            2);
            assertMakes(basis, found, target, length + 1);
            assertThat(Deltas.literalBytes(found)).isLessThan(2L * signature.blockBytes());
        }
    }

    private static void write(Path file, long length, long... places) throws IOException {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.allocate(1), length - 1);
            for (long place : places) {
                out.write(ByteBuffer.wrap(new byte[] {1}), place);
            }
        }
    }

    /** Compares in place: nothing of this size is written a second time. */
    private static void assertMakes(
            Basis basis, List<Instruction> found, Target target, long length) throws IOException {
        long at = 0;
        for (Instruction each : found) {
            for (long done = 0; done < each.lengthBytes(); ) {
                int wanted = (int) Math.min(1 << 20, each.lengthBytes() - done);
                ByteBuffer made = ByteBuffer.allocate(wanted);
                switch (each) {
                    case Instruction.Copy copy -> basis.read(made, copy.basisOffset() + done);
                    case Instruction.Literal(ByteBuffer bytes) ->
                            made.put(bytes.slice((int) done, wanted));
                }
                ByteBuffer wantedBytes = ByteBuffer.allocate(made.flip().remaining());
                while (wantedBytes.hasRemaining()) {
                    target.read(wantedBytes, at + done + wantedBytes.position());
                }
                assertThat(made.mismatch(wantedBytes.flip())).isEqualTo(-1);
                done += made.remaining();
            }
            at += each.lengthBytes();
        }
        assertThat(at).isEqualTo(length);
    }
}
