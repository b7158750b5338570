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
import dev.lanyard.delta.testing.Deltas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How much heap signature, delta and patch of a large file take: {@code SparseHeap [MEBIBYTES [MORE
 * ...]]}. A sparse file gets one byte at the front; each run is a process of its own whose heap is
 * as large as the signature and MORE mebibytes, first 64, and fails if that is not enough or
 * another file comes of it.
 */
final class SparseHeap {
    private static final int MEBIBYTES = 20 << 10;
    private static final int MORE_MEBIBYTES = 64;
    private static final int THREADS = 2;
    private static final int PIECE_BYTES = 1 << 20;

    private SparseHeap() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("within")) {
            measure(Path.of(arguments[1]), System.out);
            return;
        }
        int mebibytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : MEBIBYTES;
        run(mebibytes, MORE_MEBIBYTES);
        for (String more :
                List.of(arguments).subList(Math.min(1, arguments.length), arguments.length)) {
            run(mebibytes, Integer.parseInt(more));
        }
    }

    /** Measures in a process with a heap of its own. */
    static void run(int mebibytes, int more) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("lanyard-sparse");
        try {
            long length = (long) mebibytes << 20;
            write(directory.resolve("old"), length, 0, length / 2, length - 1);
            write(directory.resolve("new"), length + 1, 1, length / 2 + 1, length);
            long heap = signatureBytes(length) + ((long) more << 20);
            int ended =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+UseSerialGC",
                                    "-Xmx" + (heap >> 10) + "k",
                                    "-cp",
                                    place(SparseHeap.class) + ":" + place(Matcher.class),
                                    SparseHeap.class.getName(),
                                    "within",
                                    directory.toString())
                            .inheritIO()
                            .start()
                            .waitFor();
            if (ended != 0) {
                throw new IOException("%d MiB above the signature: failed".formatted(more));
            }
        } finally {
            Files.deleteIfExists(directory.resolve("old"));
            Files.deleteIfExists(directory.resolve("new"));
            Files.delete(directory);
        }
    }

    /** Whoever runs tests has class paths of its own. */
    private static String place(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    private static long signatureBytes(long length) {
        int blockBytes = Signature.blockBytesFor(length);
        return SignatureForm.encodedBytes(Signature.blockCount(length, blockBytes));
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

    /** Signs, matches and patches in this process; what is patched is compared, not written. */
    static void measure(Path directory, PrintStream out) throws IOException {
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS);
                FileChannel old = FileChannel.open(directory.resolve("old"));
                FileChannel now = FileChannel.open(directory.resolve("new"))) {
            long begin = System.nanoTime();
            Basis basis = old::read;
            Signature signature = Signer.sign(basis, old.size(), Deltas.SEED, executor, THREADS);
            long signed = System.nanoTime();
            ByteArrayOutputStream delta = new ByteArrayOutputStream();
            DeltaWriter writer =
                    new DeltaWriter(
                            Form.LANYARD,
                            bytes -> {
                                byte[] some = new byte[bytes.remaining()];
                                bytes.get(some);
                                delta.writeBytes(some);
                            });
            Target target = now::read;
            new Matcher(signature, 1)
                    .match(target, now.size(), Long.MAX_VALUE, writer, executor, THREADS);
            writer.finish();
            long matched = System.nanoTime();
            patch(old, now, delta.toByteArray());
            long heap =
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(each -> each.getType() == MemoryType.HEAP)
                            .map(MemoryPoolMXBean::getPeakUsage)
                            .mapToLong(each -> each.getUsed())
                            .sum();
            out.printf(
                    "%d MiB, one byte at the front: signature %.1f s, delta %.1f s; %d and %d bytes;"
                            + " heap at most %d KiB of %d KiB, garbage included%n",
                    old.size() >> 20,
                    (signed - begin) / 1e9,
                    (matched - signed) / 1e9,
                    SignatureForm.encodedBytes(signature),
                    delta.size(),
                    heap >> 10,
                    Runtime.getRuntime().maxMemory() >> 10);
        }
    }

    private static void patch(FileChannel old, FileChannel now, byte[] delta) throws IOException {
        ByteBuffer wanted = ByteBuffer.allocate(PIECE_BYTES);
        Patcher patcher =
                new Patcher(
                        old::read,
                        old.size(),
                        now.size(),
                        (bytes, offset) -> {
                            wanted.clear().limit(bytes.remaining());
                            while (wanted.hasRemaining()
                                    && now.read(wanted, offset + wanted.position()) >= 0) {}
                            if (!wanted.flip().equals(bytes)) {
                                throw new IOException("another file, at " + offset);
                            }
                            bytes.position(bytes.limit());
                        });
        DeltaReader reader = new DeltaReader(EnumSet.of(Form.LANYARD), patcher);
        for (int at = 0; at < delta.length; at += PIECE_BYTES) {
            reader.update(ByteBuffer.wrap(delta, at, Math.min(PIECE_BYTES, delta.length - at)));
        }
        if (reader.finish() != now.size()) {
            throw new IOException("another length than " + now.size());
        }
    }
}
