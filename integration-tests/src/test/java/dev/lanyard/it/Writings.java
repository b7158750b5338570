package dev.lanyard.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What users wrote into real folders, and what of it they saw and did away with. Every content is
 * like no other. Thread-safe.
 */
final class Writings {
    /** By content, where it was written. */
    private final Map<String, String> written = new ConcurrentHashMap<>();

    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final Set<String> released = ConcurrentHashMap.newKeySet();

    /** A user begins to write this; perhaps only a part of it can be written. */
    void begins(String content) {
        begun.add(content);
    }

    /** All of it was written. */
    void wrote(String content, String where) {
        written.put(content, where);
    }

    /** A user has seen this and did away with it. */
    void releases(String content) {
        released.add(content);
    }

    /** Something could not be done, since a node or a full disk was in the way. */
    void refused(IOException why) {
        refusals.merge(why.getClass().getSimpleName(), 1, Integer::sum);
    }

    /** What could not be done, and how often. */
    Map<String, Integer> refusals() {
        return Map.copyOf(refusals);
    }

    /** How many contents were written. */
    int count() {
        return written.size();
    }

    /**
     * What is wrong with these folders, in words; empty if all that must be there is. No node runs.
     */
    List<String> faults(List<Path> folders) throws IOException {
        Set<String> inTrees = new HashSet<>();
        Set<String> found = new HashSet<>();
        for (Path folder : folders) {
            Path own = folder.resolve(".lanyard");
            inTrees.addAll(contents(folder, file -> !file.startsWith(own)));
            found.addAll(contents(own.resolve("versions"), _ -> true));
        }
        found.addAll(inTrees);
        Stream<String> lost =
                written.entrySet().stream()
                        .filter(each -> !released.contains(each.getKey()))
                        .filter(each -> !found.contains(each.getKey()))
                        .map(
                                each ->
                                        "lost: %s of %s"
                                                .formatted(brief(each.getKey()), each.getValue()));
        Stream<String> invented =
                inTrees.stream()
                        .filter(
                                content ->
                                        begun.stream()
                                                .noneMatch(whole -> whole.startsWith(content)))
                        .map(content -> "nobody wrote " + brief(content));
        return Stream.concat(lost, invented).toList();
    }

    /** Files in the tree of a folder whose content nobody has finished: torn ones, for example. */
    List<Path> unfinished(Path folder) throws IOException {
        Path own = folder.resolve(".lanyard");
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> !file.startsWith(own))
                    .filter(file -> !isFinished(read(file)))
                    .toList();
        }
    }

    /** Whether a user has written exactly this, to its end. */
    boolean isFinished(String content) {
        return written.containsKey(content);
    }

    /** The contents of all files below {@code directory} that are {@code wanted}. */
    static List<String> contents(Path directory, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(wanted)
                    .map(Writings::read)
                    .toList();
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String brief(String content) {
        return content.substring(0, Math.min(40, content.length())).strip()
                + ", "
                + content.length();
    }
}
