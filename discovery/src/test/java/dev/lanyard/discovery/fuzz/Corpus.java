package dev.lanyard.discovery.fuzz;

import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.Beacon.Kind;
import dev.lanyard.discovery.mdns.MdnsFuzz;
import dev.lanyard.discovery.mdns.MdnsPackets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What fuzzing begins with: beacons and packets as nodes make them, from seeds, and those that were
 * hostile once or stand for a kind of hostility, which are kept in {@code corpus.txt}.
 */
public final class Corpus {
    private static final int MADE = 50;

    private Corpus() {}

    /** Writes the corpus for a fuzzer: {@code Corpus DIRECTORY}, one below it for each target. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        write(datagrams(), directory.resolve(BeaconFuzz.class.getSimpleName()));
        write(packets(), directory.resolve(MdnsFuzz.class.getSimpleName()));
    }

    private static void write(List<byte[]> all, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < all.size(); i++) {
            Files.write(directory.resolve("seed-%03d".formatted(i)), all.get(i));
        }
    }

    /** Some datagrams each. */
    static List<byte[]> datagrams() throws IOException {
        List<byte[]> all = kept("datagrams");
        for (int seed = 1; seed <= MADE; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes.write(random.nextInt(64) & ~2);
                bytes.writeBytes(BeaconFuzz.sealed(beacon(random)));
            }
            all.add(bytes.toByteArray());
        }
        return all;
    }

    /** Of few nodes, so that they are heard again. */
    private static Beacon beacon(SplittableRandom random) {
        Kind[] kinds = Kind.values();
        return new Beacon(
                kinds[random.nextInt(kinds.length)],
                1,
                1 + random.nextInt(4),
                random.nextInt(3),
                random.nextInt(20));
    }

    /** One packet each, or one TXT record. */
    static List<byte[]> packets() throws IOException {
        List<byte[]> all = kept("packet");
        for (int seed = 1; seed <= 2; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            all.addAll(MdnsPackets.of(BeaconFuzz.sealed(beacon(random))));
        }
        return all;
    }

    /** Those of {@code corpus.txt}: what it is, and its bytes in hexadecimal; # begins a remark. */
    private static List<byte[]> kept(String kind) throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (InputStream in = Corpus.class.getResourceAsStream("corpus.txt")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> line.startsWith(kind + " "))
                    .map(line -> line.substring(kind.length()).replace(" ", ""))
                    .forEach(hex -> all.add(HexFormat.of().parseHex(hex)));
        }
        return all;
    }
}
