package dev.lanyard.node.io.store;

import dev.lanyard.node.core.engine.Decision;
import dev.lanyard.node.fuzz.Scratch;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Any bytes, taken for a file of decisions: its whole lines are told, in bounded number, and what
 * is decided next is found behind it.
 */
public final class DecisionsReading {
    private static final RelativePath PATH = RelativePath.of("a");
    private static final int COUNT_MAX = 5;

    private DecisionsReading() {}

    /** Tries one; whatever it throws is a finding. */
    public static void tried(byte[] bytes) throws IOException {
        Path directory = Files.createDirectories(Scratch.path("decisions"));
        Path file = directory.resolve("decisions-%019d".formatted(1));
        Files.write(file, bytes);
        DecisionFiles files = DecisionFiles.open(directory);
        check(files.last(COUNT_MAX, 0).size() <= COUNT_MAX, "more than asked for");
        check(files.about(PATH, COUNT_MAX).size() <= COUNT_MAX, "more than asked for");
        RecordedDecision next = decision(files.lastNumber() + 1, PATH);
        files.append(List.of(next));
        files.close();
        check(files.last(1, 0).equals(List.of(next)), "the next decision is not the last");
        check(files.about(PATH, 1).equals(List.of(next)), "the next decision is not found");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static RecordedDecision decision(long number, RelativePath path) {
        return new RecordedDecision(
                number,
                Instant.parse("2024-02-29T12:34:56.123Z"),
                path,
                Decision.What.ADOPTED,
                "bob",
                "",
                "{000000000000000a=1}",
                "50% \t");
    }

    /** Lines, whole and cut off. */
    public static List<byte[]> samples() {
        StringBuilder text = new StringBuilder("\n");
        for (int i = 1; i <= 3; i++) {
            RecordedDecision each = decision(i, i == 2 ? PATH : RelativePath.parse("b%0A/c"));
            each.appendTo(text, each.time().toString());
        }
        String whole = text.toString();
        return List.of(utf8(whole), utf8(whole.substring(0, whole.length() - 5)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
