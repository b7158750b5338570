package dev.lanyard.delta.benchmark;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.Target;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.sign.Signer;
import dev.lanyard.delta.testing.Deltas;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * How long the engine takes for a file that is in memory already, 1 GiB unless JMH is told
 * otherwise. Nothing is written: what a delta or a target costs a disk is another question.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 6)
@Measurement(iterations = 5)
@Fork(1)
public class EngineBenchmark {
    private static final int PIECE_BYTES = 128 << 10;

    /** How many threads work at it. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH begins each trial with its @Setup.
    public static class Workers {
        @Param({"1", "2"})
        public int threads;

        ExecutorService executor;

        @Setup(Level.Trial)
        public void start() {
            executor = Executors.newFixedThreadPool(threads);
        }

        @TearDown(Level.Trial)
        public void stop() {
            executor.shutdown();
        }
    }

    /** A file of random bytes. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH begins each trial with its @Setup.
    public static class Old {
        @Param("1024")
        public int mebibytes;

        private Inputs inputs;
        FileChannel file;
        long lengthBytes;

        @Setup(Level.Trial)
        public void make() throws IOException {
            inputs = new Inputs(Inputs.parent(), mebibytes);
            inputs.makeOld();
            file = FileChannel.open(inputs.file("old"));
            lengthBytes = file.size();
        }

        @TearDown(Level.Trial)
        public void delete() throws IOException {
            file.close();
            inputs.close();
        }
    }

    /** An old file, what became of it, and what is known of both. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH begins each trial with its @Setup.
    public static class Edited {
        @Param("1024")
        public int mebibytes;

        @Param public Edit edit;

        private Inputs inputs;
        FileChannel old;
        FileChannel now;
        long oldBytes;
        long newBytes;
        Matcher matcher;
        List<Instruction> instructions;

        @Setup(Level.Trial)
        public void make() throws IOException {
            inputs = new Inputs(Inputs.parent(), mebibytes);
            inputs.make(edit);
            old = FileChannel.open(inputs.file("old"));
            now = FileChannel.open(inputs.file("new"));
            oldBytes = old.size();
            newBytes = now.size();
            try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
                Basis basis = old::read;
                matcher = new Matcher(Signer.sign(basis, oldBytes, Deltas.SEED, executor, 1), 1);
            }
            instructions = new ArrayList<>();
            Target target = now::read;
            matcher.match(target, Long.MAX_VALUE, each -> instructions.add(Deltas.kept(each)));
        }

        @TearDown(Level.Trial)
        public void delete() throws IOException {
            old.close();
            now.close();
            inputs.close();
        }
    }

    /** Both sums of every block. */
    @Benchmark
    public Signature signature(Old old, Workers workers) throws IOException {
        Basis basis = old.file::read;
        return Signer.sign(basis, old.lengthBytes, Deltas.SEED, workers.executor, workers.threads);
    }

    /** The hash that names a content. */
    @Benchmark
    public byte[] treeHash(Old old) throws IOException {
        TreeHash hash = new TreeHash();
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        for (long at = 0; at < old.lengthBytes; ) {
            at += old.file.read(piece.clear(), at);
            hash.update(piece.flip());
        }
        return hash.finish();
    }

    /** What is new in the new file. */
    @Benchmark
    public Matcher.Outcome match(Edited files, Workers workers) throws IOException {
        Target target = files.now::read;
        if (workers.threads == 1) {
            return files.matcher.match(target, Long.MAX_VALUE, _ -> {});
        }
        return files.matcher.match(
                target, files.newBytes, Long.MAX_VALUE, _ -> {}, workers.executor, workers.threads);
    }

    /** The new file, made of the old one. */
    @Benchmark
    public long patch(Edited files) throws IOException {
        Patcher patcher =
                new Patcher(
                        files.old::read,
                        files.oldBytes,
                        files.newBytes,
                        (bytes, _) -> bytes.position(bytes.limit()));
        for (Instruction each : files.instructions) {
            patcher.take(
                    each instanceof Instruction.Literal(ByteBuffer bytes)
                            ? new Instruction.Literal(bytes.duplicate())
                            : each);
        }
        return patcher.targetBytes();
    }
}
