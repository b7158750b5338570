package dev.lanyard.delta.fuzz;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * What fuzzing begins with: signatures and deltas of small files, made from seeds, and those that
 * were hostile once, which are kept in {@code corpus.txt}.
 */
public final class Corpus {
    private static final int MADE = 24;
    private static final int BASIS_BYTES_MAX = 60_000;

    private final List<byte[]> signatures = new ArrayList<>();
    private final List<byte[]> deltas = new ArrayList<>();

    private Corpus() {}

    /** Writes the corpus for a fuzzer: {@code Corpus DIRECTORY}, one below it for each target. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Corpus corpus = made();
        corpus.add(kept());
        write(corpus.signatures, directory.resolve(SignatureFuzz.class.getSimpleName()));
        write(corpus.deltas, directory.resolve(DeltaFuzz.class.getSimpleName()));
    }

    private static void write(List<byte[]> all, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < all.size(); i++) {
            Files.write(directory.resolve("seed-%03d".formatted(i)), all.get(i));
        }
    }

    /** Good ones, from seeds. */
    static Corpus made() {
        Corpus corpus = new Corpus();
        corpus.add(Fixed.basis(), Fixed.target());
        for (int seed = 1; seed <= MADE; seed++) {
            RandomGenerator random = Seeds.of(seed);
            byte[] basis = Contents.any(random, random.nextInt(BASIS_BYTES_MAX));
            corpus.add(basis, Contents.edited(random, basis));
        }
        return corpus;
    }

    /** Those of {@code corpus.txt}: what it is, and its bytes in hexadecimal; # begins a remark. */
    static Corpus kept() {
        Corpus corpus = new Corpus();
        try (InputStream in = Corpus.class.getResourceAsStream("corpus.txt")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
                int space = line.indexOf(' ');
                byte[] bytes = HexFormat.of().parseHex(line.substring(space).replace(" ", ""));
                corpus.of(line.substring(0, space)).add(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return corpus;
    }

    private List<byte[]> of(String kind) {
        return switch (kind) {
            case "signature" -> signatures;
            case "delta" -> deltas;
            default -> throw new IllegalArgumentException("'" + kind + "' in corpus.txt");
        };
    }

    private void add(Corpus other) {
        signatures.addAll(other.signatures);
        deltas.addAll(other.deltas);
    }

    private void add(byte[] basis, byte[] target) {
        try {
            Signature signature = Deltas.signature(basis);
            List<Instruction> found = Deltas.instructions(signature, target);
            signatures.add(written(signature));
            for (Form form : Form.values()) {
                deltas.add(Deltas.written(form, found));
            }
        } catch (IOException e) {
            throw new IllegalStateException("all of this is in memory", e);
        }
    }

    static byte[] written(Signature signature) throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        SignatureForm.write(
                signature,
                part -> {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    written.writeBytes(bytes);
                });
        return written.toByteArray();
    }

    List<byte[]> signatures() {
        return signatures;
    }

    List<byte[]> deltas() {
        return deltas;
    }
}
