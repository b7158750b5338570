package dev.lanyard.delta.benchmark;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.Target;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.patch.Patched;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.sign.Signer;
import dev.lanyard.delta.testing.Deltas;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The engine beside {@code rdiff}, {@code rsync --no-whole-file} and {@code cp}: {@code SideBySide
 * [MEBIBYTES [ROUNDS [EDIT ...]]]}. All work on the same files, in memory where there is room for
 * files, and in turns. {@code -Dlanyard.command=FILE} puts our program beside them, with what it
 * takes to start; the engine itself is measured warm.
 */
final class SideBySide implements AutoCloseable {
    private static final int MEBIBYTES = 1024;
    private static final int ROUNDS = 3;
    private static final int WARM_UPS = 5;
    private static final int THREADS = 2;
    private static final int PIECE_BYTES = 128 << 10;
    private static final String ROW = "%-34s";
    private static final String CELL = "%22s";

    private final Inputs inputs;
    private final Programs programs;
    private final int rounds;
    private final int warmUps;
    private final PrintStream out;
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

    private SideBySide(Inputs inputs, int rounds, int warmUps, PrintStream out) {
        this.inputs = inputs;
        this.programs = new Programs(inputs, System.getProperty("lanyard.command"));
        this.rounds = rounds;
        this.warmUps = warmUps;
        this.out = out;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int mebibytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : MEBIBYTES;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : ROUNDS;
        List<Edit> edits =
                arguments.length > 2
                        ? Arrays.stream(arguments).skip(2).map(Edit::valueOf).toList()
                        : List.of(Edit.values());
        run(mebibytes, rounds, WARM_UPS, edits, System.out);
    }

    /** Measures with files of so many mebibytes, and prints what came of it. */
    static void run(int mebibytes, int rounds, int warmUps, List<Edit> edits, PrintStream out)
            throws Exception {
        try (Inputs inputs = new Inputs(Inputs.parent(), mebibytes);
                SideBySide all = new SideBySide(inputs, rounds, warmUps, out)) {
            out.printf("%d MiB, seconds: median of %d (least-greatest)%n", mebibytes, rounds);
            for (Edit edit : edits) {
                inputs.make(edit);
                all.compare(edit);
            }
        }
    }

    private void compare(Edit edit) throws Exception {
        out.printf("%n" + ROW, edit.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        for (String name : List.of("rdiff", "lanyard", "one thread", "two threads")) {
            out.printf(CELL, name);
        }
        out.println();
        boolean isBeside = programs.hasLanyard();
        Times[] signature =
                row(
                        "signature",
                        new Work(true, false, () -> programs.rdiff("signature", "old", "1.sig")),
                        new Work(
                                isBeside,
                                false,
                                () -> programs.lanyard("signature", "old", "2.sig")),
                        new Work(true, true, () -> sign(1)),
                        new Work(true, true, () -> sign(THREADS)));
        Times[] delta =
                row(
                        "delta",
                        new Work(true, false, () -> programs.rdiff("delta", "1.sig", "new", "1")),
                        new Work(
                                isBeside,
                                false,
                                () -> programs.lanyard("delta", "2.sig", "new", "2")),
                        new Work(true, true, () -> match(Form.LANYARD, 1)),
                        new Work(true, true, () -> match(Form.LANYARD, THREADS)));
        Times[] patch =
                row(
                        "patch",
                        new Work(true, false, () -> programs.rdiff("patch", "old", "1", "made1")),
                        new Work(
                                isBeside,
                                false,
                                () -> programs.lanyard("patch", "old", "2", "made2")),
                        new Work(true, true, this::patch),
                        new Work(false, true, this::patch));
        check("made1", "made3");
        if (isBeside) {
            check("made2");
        }
        double[] all = new double[signature.length];
        for (int i = 0; i < all.length; i++) {
            Times patched = patch[i].isThere() ? patch[i] : patch[i - 1];
            all[i] = signature[i].median() + delta[i].median() + patched.median();
        }
        out.printf(ROW, "all three");
        for (double each : all) {
            out.printf(CELL, "%.3f".formatted(each));
        }
        out.println();
        bytes();
        rsync();
    }

    private void bytes() throws IOException {
        long ourSignature = Files.size(inputs.file("3.sig"));
        long rdiffForm = ourSignature + match(Form.RDIFF, 1);
        long ownForm = ourSignature + match(Form.LANYARD, 1);
        long theirs = Files.size(inputs.file("1.sig")) + Files.size(inputs.file("1"));
        out.printf(ROW + CELL + CELL + CELL + "%n", "bytes", theirs, "", ownForm);
        out.printf(
                ROW + CELL + CELL + CELL + "%n", "bytes, in the form of rdiff", "", "", rdiffForm);
        for (String each : List.of("1.sig", "1", "2.sig", "2", "made1", "made2", "made3")) {
            Files.deleteIfExists(inputs.file(each));
        }
    }

    private void rsync() throws Exception {
        if (!Programs.has("rsync")) {
            return;
        }
        double[] seconds = new double[rounds];
        double[] copied = new double[rounds];
        long bytes = 0;
        for (int i = 0; i < rounds; i++) {
            long begin = System.nanoTime();
            programs.cp("old", "made4");
            long between = System.nanoTime();
            bytes = programs.rsync("new", "made4");
            seconds[i] = (System.nanoTime() - between) / 1e9;
            copied[i] = (between - begin) / 1e9;
        }
        check("made4");
        Files.delete(inputs.file("made4"));
        out.printf(ROW + CELL + "%n", "cp", new Times(copied));
        out.printf(ROW + CELL + CELL + "%n", "rsync: all, bytes", new Times(seconds), bytes);
    }

    /** Measures works in turns, and prints them side by side. */
    private Times[] row(String name, Work... works) throws Exception {
        double[][] seconds = new double[works.length][rounds];
        for (Work each : works) {
            for (int i = 0; i < warmUps && each.isThere && each.isOurs; i++) {
                each.step.run();
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < works.length; i++) {
                long begin = System.nanoTime();
                if (works[i].isThere) {
                    works[i].step.run();
                    seconds[i][round] = (System.nanoTime() - begin) / 1e9;
                }
            }
        }
        Times[] times = Arrays.stream(seconds).map(Times::new).toArray(Times[]::new);
        out.printf(ROW, name);
        for (Times each : times) {
            out.printf(CELL, each);
        }
        out.println();
        return times;
    }

    private long sign(int threads) throws IOException {
        try (FileChannel file = FileChannel.open(inputs.file("old"));
                FileChannel to = Inputs.create(inputs.file("3.sig"))) {
            Basis basis = file::read;
            SignatureForm.write(
                    Signer.sign(basis, file.size(), Deltas.SEED, executor, threads),
                    bytes -> Inputs.writeAll(to, bytes));
            return to.size();
        }
    }

    private long match(Form form, int threads) throws IOException {
        Signature signature =
                SignatureForm.read(ByteBuffer.wrap(Files.readAllBytes(inputs.file("3.sig"))));
        try (FileChannel now = FileChannel.open(inputs.file("new"));
                FileChannel to = Inputs.create(inputs.file("3"))) {
            Target target = now::read;
            Matcher matcher = new Matcher(signature, 1);
            DeltaWriter writer = new DeltaWriter(form, bytes -> Inputs.writeAll(to, bytes));
            if (threads == 1) {
                matcher.match(target, Long.MAX_VALUE, writer);
            } else {
                matcher.match(target, now.size(), Long.MAX_VALUE, writer, executor, threads);
            }
            writer.finish();
            return to.size();
        }
    }

    private long patch() throws IOException {
        try (FileChannel old = FileChannel.open(inputs.file("old"));
                FileChannel delta = FileChannel.open(inputs.file("3"));
                FileChannel to = Inputs.create(inputs.file("made3"))) {
            Basis basis = old::read;
            Patcher patcher = new Patcher(basis, old.size(), Long.MAX_VALUE, new Copied(old, to));
            DeltaReader reader = new DeltaReader(EnumSet.of(Form.LANYARD), patcher);
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
            while (delta.read(piece.clear()) >= 0) {
                reader.update(piece.flip());
            }
            return reader.finish();
        }
    }

    private void check(String... made) throws IOException {
        for (String each : made) {
            long at = Files.mismatch(inputs.file(each), inputs.file("new"));
            if (at >= 0) {
                throw new IOException("%s differs from the new file at %d".formatted(each, at));
            }
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }

    /** What is copied is copied by the kernel. */
    private record Copied(FileChannel old, FileChannel to) implements Patched {
        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            Inputs.writeAll(to, bytes);
        }

        @Override
        public long copy(long basisOffset, long targetOffset, long lengthBytes) throws IOException {
            long done = 0;
            for (long more = 1; more > 0 && done < lengthBytes; done += more) {
                more = old.transferTo(basisOffset + done, lengthBytes - done, to);
            }
            return done;
        }
    }

    /** One cell of a row; ours is warmed up. */
    private record Work(boolean isThere, boolean isOurs, Step step) {}

    /** Returns how many bytes came of it. */
    @FunctionalInterface
    private interface Step {
        long run() throws Exception;
    }

    /** How long the rounds took. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Times(double[] seconds) {
        Times {
            Arrays.sort(seconds);
        }

        boolean isThere() {
            return seconds[0] > 0;
        }

        double median() {
            return seconds[seconds.length / 2];
        }

        @Override
        public String toString() {
            return isThere()
                    ? String.format(
                            Locale.ROOT,
                            "%.3f (%.3f-%.3f)",
                            median(),
                            seconds[0],
                            seconds[seconds.length - 1])
                    : "-";
        }
    }
}
