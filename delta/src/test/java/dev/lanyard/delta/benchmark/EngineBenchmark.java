package dev.lanyard.delta.benchmark;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.Target;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.sign.Signer;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * The engine and {@code rdiff} side by side, on the same files: {@code EngineBenchmark DIRECTORY
 * [MEGABYTES [ROUNDS]]}. Both are measured in turns; the medians and the best are printed. The
 * directory is best in memory; it holds up to three times as much.
 */
public final class EngineBenchmark implements AutoCloseable {
    private static final int MIB = 1 << 20;
    private static final int THREADS = 2;
    private static final int WARM_UPS = 8;

    private final Path directory;
    private final int megabytes;
    private final int rounds;
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

    private EngineBenchmark(Path directory, int megabytes, int rounds) {
        this.directory = directory;
        this.megabytes = megabytes;
        this.rounds = rounds;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int megabytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1024;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "benchmark");
        try (EngineBenchmark benchmark = new EngineBenchmark(directory, megabytes, rounds)) {
            benchmark.run();
        }
    }

    private void run() throws Exception {
        System.out.printf(
                "%-34s %8s %8s %6s %8s %8s %6s %12s %12s%n",
                "%d MiB".formatted(megabytes),
                "rdiff s",
                "ours s",
                "times",
                "best",
                "best",
                "times",
                "rdiff bytes",
                "ours");
        content("old", megabytes, 1);
        compare(
                "signature, one thread",
                () -> rdiff("signature", "old", "sig.rdiff"),
                () -> SignatureForm.encodedBytes(sign(1)));
        compare(
                "signature, two threads",
                () -> rdiff("signature", "old", "sig.rdiff"),
                () -> SignatureForm.encodedBytes(sign(THREADS)));
        Signature signature = sign(THREADS);
        byte[] mebibyte = Contents.random(Seeds.of(2), MIB);
        for (Edit edit : Edit.values()) {
            edit.make(this, mebibyte);
            compareDeltas(edit.name().toLowerCase(Locale.ROOT).replace('_', ' '), signature);
        }
        Files.delete(directory.resolve("new"));
        identicalBlocks("old", 0);
        identicalBlocks("new", 3);
        rdiff("signature", "old", "sig.rdiff");
        compareDeltas("identical blocks, shifted", sign(THREADS));
    }

    /** What becomes of the old file. */
    private enum Edit {
        A_MEBIBYTE_IN_THE_MIDDLE,
        A_KIBIBYTE_AT_THE_FRONT,
        A_MEBIBYTE_APPENDED,
        UNRELATED;

        void make(EngineBenchmark benchmark, byte[] mebibyte) throws IOException {
            Path now = benchmark.directory.resolve("new");
            Files.deleteIfExists(now);
            try (FileChannel out = create(now);
                    FileChannel old = FileChannel.open(benchmark.directory.resolve("old"))) {
                long half = old.size() / 2;
                switch (this) {
                    case A_MEBIBYTE_IN_THE_MIDDLE -> {
                        old.transferTo(0, half, out);
                        out.write(ByteBuffer.wrap(mebibyte));
                        old.transferTo(half + MIB, half - MIB, out);
                    }
                    case A_KIBIBYTE_AT_THE_FRONT -> {
                        out.write(ByteBuffer.wrap(mebibyte, 0, 1024));
                        old.transferTo(0, 2 * half, out);
                    }
                    case A_MEBIBYTE_APPENDED -> {
                        old.transferTo(0, 2 * half, out);
                        out.write(ByteBuffer.wrap(mebibyte));
                    }
                    case UNRELATED -> benchmark.content("new", benchmark.megabytes, 3);
                }
            }
        }
    }

    private void compareDeltas(String what, Signature signature) throws Exception {
        Matcher matcher = new Matcher(signature);
        compare(
                "delta: " + what,
                () -> rdiff("delta", "sig.rdiff", "new", "delta.rdiff"),
                () -> match(matcher));
        Files.deleteIfExists(directory.resolve("delta.rdiff"));
        compare("patch: " + what, () -> rdiff("patch", "old", "delta", "made"), this::patch);
        Files.deleteIfExists(directory.resolve("made"));
        Files.deleteIfExists(directory.resolve("delta"));
    }

    private Signature sign(int threads) throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve("old"))) {
            Basis basis = file::read;
            return Signer.sign(basis, file.size(), Deltas.SEED, executor, threads);
        }
    }

    private long match(Matcher matcher) throws IOException {
        Path delta = directory.resolve("delta");
        Files.deleteIfExists(delta);
        try (FileChannel now = FileChannel.open(directory.resolve("new"));
                FileChannel out = create(delta)) {
            Target target = now::read;
            DeltaWriter writer = new DeltaWriter(Form.RDIFF, bytes -> writeAll(out, bytes));
            matcher.match(target, Long.MAX_VALUE, writer);
            writer.finish();
            return out.size();
        }
    }

    private long patch() throws IOException {
        Path made = directory.resolve("made");
        Files.deleteIfExists(made);
        try (FileChannel old = FileChannel.open(directory.resolve("old"));
                FileChannel delta = FileChannel.open(directory.resolve("delta"));
                FileChannel out = create(made)) {
            Basis basis = old::read;
            Patcher patcher =
                    new Patcher(
                            basis, old.size(), Long.MAX_VALUE, (bytes, _) -> writeAll(out, bytes));
            DeltaReader reader = new DeltaReader(EnumSet.allOf(Form.class), patcher);
            ByteBuffer piece = ByteBuffer.allocate(128 << 10);
            while (delta.read(piece.clear()) >= 0) {
                reader.update(piece.flip());
            }
            return reader.finish();
        }
    }

    private long rdiff(String verb, String... files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("rdiff", "-f", verb));
        for (String file : files) {
            command.add(directory.resolve(file).toString());
        }
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("rdiff failed: " + command);
        }
        return Files.size(directory.resolve(files[files.length - 1]));
    }

    private void compare(String what, Work theirs, Work ours) throws Exception {
        double[] theirSeconds = new double[rounds];
        double[] ourSeconds = new double[rounds];
        long theirBytes = 0;
        long ourBytes = 0;
        for (int i = 0; i < WARM_UPS; i++) { // These also make what is patched.
            ourBytes = ours.run();
        }
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            theirBytes = theirs.run();
            long between = System.nanoTime();
            ourBytes = ours.run();
            theirSeconds[i] = (between - start) / 1e9;
            ourSeconds[i] = (System.nanoTime() - between) / 1e9;
        }
        Arrays.sort(theirSeconds);
        Arrays.sort(ourSeconds);
        double their = theirSeconds[rounds / 2];
        double our = ourSeconds[rounds / 2];
        System.out.printf(
                "%-34s %8.3f %8.3f %6.1f %8.3f %8.3f %6.1f %12d %12d%n",
                what,
                their,
                our,
                their / our,
                theirSeconds[0],
                ourSeconds[0],
                theirSeconds[0] / ourSeconds[0],
                theirBytes,
                ourBytes);
    }

    private void content(String name, int mebibytes, long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        try (FileChannel out = create(directory.resolve(name))) {
            for (int i = 0; i < mebibytes; i++) {
                writeAll(out, ByteBuffer.wrap(Contents.random(random, MIB)));
            }
        }
    }

    /** One in fifty blocks differs from the others. */
    private void identicalBlocks(String name, int shift) throws IOException {
        byte[] same = Contents.random(Seeds.of(5), 128 << 10);
        RandomGenerator random = Seeds.of(6);
        try (FileChannel out = create(directory.resolve(name))) {
            writeAll(out, ByteBuffer.wrap(new byte[shift]));
            for (int i = 0; i < 8 * megabytes; i++) {
                byte[] block = i % 50 == 0 ? Contents.random(random, same.length) : same;
                writeAll(out, ByteBuffer.wrap(block));
            }
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        executor.shutdown();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** Returns how many bytes came of it. */
    @FunctionalInterface
    private interface Work {
        long run() throws Exception;
    }
}
