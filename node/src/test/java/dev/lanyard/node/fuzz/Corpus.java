package dev.lanyard.node.fuzz;

import dev.lanyard.node.app.config.StateReading;
import dev.lanyard.node.app.control.ControlFuzz;
import dev.lanyard.node.core.ignore.IgnoreFuzz;
import dev.lanyard.node.io.apply.JournalReading;
import dev.lanyard.node.io.apply.SidecarReading;
import dev.lanyard.node.io.mirror.MirrorRecordReading;
import dev.lanyard.node.io.store.DecisionsReading;
import dev.lanyard.node.io.store.IndexFileFuzz;
import dev.lanyard.node.io.store.RowReading;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What fuzzing begins with: files, rules and requests as the program itself writes them, which code
 * makes, and those that were hostile once, which are kept in {@code corpus.txt}.
 */
public final class Corpus {
    private static final int DEEP = 1_000;

    private Corpus() {}

    /** Writes the corpus for a fuzzer: {@code Corpus DIRECTORY}, one below it for each target. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        List<byte[]> rules = rules();
        rules.addAll(costlyRules());
        write(rules, directory.resolve(IgnoreFuzz.class.getSimpleName()));
        write(files(), directory.resolve(StateFuzz.class.getSimpleName()));
        write(databases(), directory.resolve(IndexFileFuzz.class.getSimpleName()));
        write(requests(), directory.resolve(ControlFuzz.class.getSimpleName()));
    }

    private static void write(List<byte[]> all, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < all.size(); i++) {
            Files.write(directory.resolve("seed-%03d".formatted(i)), all.get(i));
        }
    }

    /** Rules, and paths to try them with. */
    static List<byte[]> rules() throws IOException {
        List<byte[]> all = kept("rules");
        for (String each :
                List.of(
                        "*.o\n!keep.o\n/build/\ndoc/**/*.pdf\n\\#a\\ \n\0a.o\0keep.o\0build/x\0doc/a/b.pdf",
                        "[a-z]?[!0-9][[:alpha:]]\n**/x\na/**\nb**c\n!\n/\n\0abcd\0x\0a/x\0bxxc",
                        "\u00ef\u00bb\u00bf# remark\r\n*\r\n!a\r\n\0a\0b/c\0.lanyardignore")) {
            all.add(bytesOf(each));
        }
        return all;
    }

    /**
     * Rules that a search which goes back takes for ever for, and one that begins anew for each
     * directory far too long.
     */
    static List<byte[]> costlyRules() {
        return List.of(
                bytesOf("*a".repeat(400) + "b\n\0" + "a".repeat(255)),
                bytesOf("a/**/".repeat(200) + "*b*\n\0" + "a/".repeat(DEEP) + "a"));
    }

    private static byte[] bytesOf(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Files of the state directory. */
    static List<byte[]> files() throws IOException {
        List<byte[]> all = kept("file");
        add(all, "journal", JournalReading.samples());
        add(all, "sidecar", SidecarReading.samples());
        add(all, "row", RowReading.samples());
        add(all, "decisions", DecisionsReading.samples());
        add(all, "mirror-record", MirrorRecordReading.samples());
        add(all, "mark", List.of("0123456789abcdef 17\n".getBytes(StandardCharsets.US_ASCII)));
        for (Map.Entry<String, List<byte[]>> each : StateReading.samples().entrySet()) {
            add(all, each.getKey(), each.getValue());
        }
        return all;
    }

    private static void add(List<byte[]> all, String file, List<byte[]> samples) {
        samples.forEach(sample -> all.add(StateFuzz.input(file, sample)));
    }

    /** Damage to databases. */
    static List<byte[]> databases() throws IOException {
        List<byte[]> all = kept("database");
        all.addAll(IndexFileFuzz.samples());
        return all;
    }

    /** Requests to the control interface. */
    static List<byte[]> requests() throws IOException {
        List<byte[]> all = kept("request");
        all.addAll(ControlFuzz.samples());
        return all;
    }

    /**
     * Those of {@code corpus.txt}: what it is, for files also which one, and its bytes in
     * hexadecimal; # begins a remark.
     */
    private static List<byte[]> kept(String kind) throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (InputStream in = Corpus.class.getResourceAsStream("corpus.txt")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().filter(it -> it.startsWith(kind + " ")).toList()) {
                String rest = line.substring(kind.length() + 1);
                int space = rest.indexOf(' ');
                all.add(
                        kind.equals("file")
                                ? StateFuzz.input(
                                        rest.substring(0, space), bytes(rest.substring(space)))
                                : bytes(rest));
            }
        }
        return all;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
