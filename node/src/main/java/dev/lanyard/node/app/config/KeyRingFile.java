package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.shown;
import static dev.lanyard.node.app.config.StartFailure.Kind.FAILED;

import dev.lanyard.protocol.FormerKey;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a state directory keeps of a change of the share key, beside the present key itself: the
 * former keys, and who is to get the present one. A line for each, words divided by spaces; there
 * only as long as somebody is awaited.
 */
public final class KeyRingFile {
    /*
     * A change is written here first, and then to share.key:
     *   1. Killed before the first: nothing has changed.
     *   2. Killed between them: share.key has a key that this file names as a former one. Whoever
     *      reads share.key takes the present key from here, and the next start writes it there.
     * If share.key has a key that this file knows nothing of, somebody has put it there, and the
     * file is about another share.
     */

    private static final String NOBODY = "-";

    private KeyRingFile() {}

    /**
     * The keys in {@code stateDirectory}; if there are none, makes one. Completes a change that was
     * interrupted.
     *
     * @param random a source that cannot be guessed
     * @throws StartFailure if they cannot be read or written, or are damaged
     */
    static KeyRing readOrMake(Path stateDirectory, SecureRandom random) throws StartFailure {
        ShareKey key = ShareKeyFile.readOrMake(stateDirectory, random);
        Optional<KeyRing> ring = read(stateDirectory).filter(each -> each.present().equals(key));
        try {
            if (ring.isPresent()) {
                ShareKeyFile.replace(stateDirectory, key);
                return ring.get();
            }
            Files.deleteIfExists(in(stateDirectory));
            return KeyRing.of(key);
        } catch (IOException e) {
            throw Preflight.unwritable(stateDirectory, e);
        }
    }

    /**
     * Keeps {@code ring} in place of what was kept; durable when this returns.
     *
     * @throws IOException if it cannot be kept; then all is kept that was before
     */
    public static void store(Path stateDirectory, KeyRing ring) throws IOException {
        Content former = Content.of(in(stateDirectory));
        Content present = Content.of(ShareKeyFile.in(stateDirectory));
        try {
            write(stateDirectory, ring);
        } catch (IOException e) {
            // Else the next start would complete a change that nobody has been told of.
            for (Content before : List.of(present, former)) {
                try {
                    before.putBack();
                } catch (IOException stays) {
                    e.addSuppressed(stays);
                }
            }
            throw e;
        }
    }

    private static void write(Path stateDirectory, KeyRing ring) throws IOException {
        if (!ring.isSettled()) {
            OwnerOnlyFiles.write(
                    in(stateDirectory), text(ring).getBytes(StandardCharsets.US_ASCII));
            OwnerOnlyFiles.flushDirectory(stateDirectory);
        }
        ShareKeyFile.replace(stateDirectory, ring.present());
        OwnerOnlyFiles.flushDirectory(stateDirectory);
        if (ring.isSettled()) {
            Files.deleteIfExists(in(stateDirectory));
        }
    }

    /** What a file holds. */
    private record Content(Path file, Optional<String> text) {
        static Content of(Path file) throws IOException {
            return new Content(
                    file,
                    Files.exists(file)
                            ? Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1))
                            : Optional.empty());
        }

        void putBack() throws IOException {
            if (text.isEmpty()) {
                Files.deleteIfExists(file);
            } else if (!of(file).equals(this)) {
                OwnerOnlyFiles.write(file, text.get().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static String text(KeyRing ring) {
        List<String> lines = new ArrayList<>();
        lines.add("present " + ring.present().text());
        ring.former()
                .forEach(
                        each ->
                                lines.add(
                                        "former %s %s".formatted(each.key().text(), each.until())));
        lines.add("listed " + text(ring.listed()));
        lines.add("shown " + text(ring.shown()));
        return String.join("\n", lines) + "\n";
    }

    private static String text(Set<NodeId> nodes) {
        return nodes.isEmpty()
                ? NOBODY
                : nodes.stream().sorted().map(NodeId::toString).collect(Collectors.joining(","));
    }

    /**
     * The keys, if anybody is or was awaited; they may be those of another share.
     *
     * @throws StartFailure if they cannot be read, or are damaged
     */
    static Optional<KeyRing> read(Path stateDirectory) throws StartFailure {
        Path file = in(stateDirectory);
        try {
            return Optional.of(parse(Files.readAllLines(file, StandardCharsets.US_ASCII)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new StartFailure(
                    FAILED,
                    "cannot read what is kept of a change of the share key in " + shown(file),
                    "give yourself the permission; or, if it is damaged, delete it: a machine that"
                            + " was off during the change may then need the new key by --key",
                    e);
        }
    }

    private static KeyRing parse(List<String> lines) {
        List<ShareKey> present = new ArrayList<>();
        List<FormerKey> former = new ArrayList<>();
        Set<NodeId> listed = new HashSet<>();
        Set<NodeId> shown = new HashSet<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0] + words.length) {
                case "present2" -> present.add(ShareKey.parse(words[1]));
                case "former3" ->
                        former.add(
                                new FormerKey(ShareKey.parse(words[1]), Instant.parse(words[2])));
                case "listed2" -> listed.addAll(nodes(words[1]));
                case "shown2" -> shown.addAll(nodes(words[1]));
                default -> throw new IllegalArgumentException("a line that nobody wrote");
            }
        }
        if (present.size() != 1) {
            throw new IllegalArgumentException(
                    "%d present keys (expected 1)".formatted(present.size()));
        }
        return new KeyRing(present.getFirst(), former, listed, shown);
    }

    private static Set<NodeId> nodes(String word) {
        return word.equals(NOBODY)
                ? Set.of()
                : Stream.of(word.split(",", -1)).map(NodeId::parse).collect(Collectors.toSet());
    }

    static Path in(Path stateDirectory) {
        return stateDirectory.resolve("former-keys");
    }
}
