package dev.lanyard.node.app.config;

import dev.lanyard.protocol.RelativePath;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers that a node has met, in a file of the state directory: a line for each, fields
 * separated by tabs and escaped as paths are. For people, who want to know who is missing, and to
 * look for those where they were; losing it costs no more than that. Thread-safe.
 */
public final class PeerMemory {
    private static final Logger log = LoggerFactory.getLogger(PeerMemory.class);
    private static final int PEERS_MAX = 1_000;
    private static final int FIELDS = 4;

    private final Path file;
    private final Map<String, Met> peers = new LinkedHashMap<>();

    /**
     * A peer that was met.
     *
     * @param node its node id, in hex
     * @param name what people call its machine; not escaped
     * @param address where it was, as {@code host:port}, or only {@code host} if it dialled
     * @param seen when it was last connected
     */
    public record Met(String node, String name, String address, Instant seen) {}

    private PeerMemory(Path file) {
        this.file = file;
    }

    /** What {@code file} remembers; nothing if it is missing or cannot be read. */
    public static PeerMemory in(Path file) {
        PeerMemory memory = new PeerMemory(file);
        try {
            if (Files.exists(file)) {
                Files.readString(file)
                        .lines()
                        .map(PeerMemory::parse)
                        .flatMap(Optional::stream)
                        .forEach(met -> memory.peers.put(met.node(), met));
            }
        } catch (IOException e) {
            log.atWarn().addKeyValue("file", file).setCause(e).log("peers are not remembered");
        }
        return memory;
    }

    private static Optional<Met> parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Met(fields[0], unescaped(fields[1]), fields[2], Instant.parse(fields[3])));
        } catch (IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static String unescaped(String text) {
        return new String(RelativePath.unescape(text), StandardCharsets.UTF_8);
    }

    /** All of them. */
    public synchronized List<Met> all() {
        return List.copyOf(peers.values());
    }

    /** Remembers a peer, in place of what was known of it; of very many the latest. */
    public synchronized void met(Met peer) {
        peers.put(peer.node(), peer);
        if (peers.size() > PEERS_MAX) {
            peers.values().stream()
                    .min(Comparator.comparing(Met::seen))
                    .ifPresent(oldest -> peers.remove(oldest.node()));
        }
        write();
    }

    /** A peer that is known is connected no more. */
    public synchronized void left(String node, Instant now) {
        Met met = peers.get(node);
        if (met != null) {
            met(new Met(met.node(), met.name(), met.address(), now));
        }
    }

    /** Remembers this one no more. */
    public synchronized void forget(String node) {
        if (peers.remove(node) != null) {
            write();
        }
    }

    private void write() {
        StringBuilder text = new StringBuilder();
        for (Met met : peers.values()) {
            text.append(met.node()).append('\t').append(Places.escaped(met.name())).append('\t');
            text.append(met.address()).append('\t').append(met.seen()).append('\n');
        }
        try {
            OwnerOnlyFiles.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.atWarn().addKeyValue("file", file).setCause(e).log("peers are not remembered");
        }
    }
}
