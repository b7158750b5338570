package dev.lanyard.node.io.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Decision;
import dev.lanyard.node.core.engine.Decision.What;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

final class DecisionJournalTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123Z");

    @TempDir private Path base;

    private DecisionJournal open() throws IOException {
        return DecisionJournal.open(base.resolve("decisions"), () -> NOW);
    }

    private static Decision decision(String path, String detail) {
        return new Decision(
                RelativePath.of(path),
                What.ADOPTED,
                "bob",
                "carol",
                VersionVector.empty().with(new ReplicaId(7), 3),
                detail);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> each = Files.list(base.resolve("decisions"))) {
            return each.sorted().toList();
        }
    }

    @Test
    void whatWasDecidedIsToldInOrder() throws Exception {
        try (DecisionJournal journal = open()) {
            journal.write(decision("a", "first"));
            journal.write(decision("b", "second"));
            journal.write(decision("a", "third"));

            assertThat(journal.last(2, 0))
                    .extracting(RecordedDecision::detail)
                    .containsExactly("second", "third");
            assertThat(journal.last(10, 2))
                    .extracting(RecordedDecision::number)
                    .containsExactly(3L);
            assertThat(journal.last(10, 3)).isEmpty();
            assertThat(journal.about(RelativePath.of("a"), 10))
                    .containsExactly(
                            RecordedDecision.of(1, NOW, decision("a", "first")),
                            RecordedDecision.of(3, NOW, decision("a", "third")));
            assertThat(journal.about(RelativePath.of("a"), 1))
                    .extracting(RecordedDecision::detail)
                    .containsExactly("third");
        }
    }

    @Test
    void numbersGoOnAfterARestart() throws Exception {
        try (DecisionJournal journal = open()) {
            journal.write(decision("a", "first"));
        }
        try (DecisionJournal journal = open()) {
            journal.write(decision("a", "second"));

            assertThat(journal.about(RelativePath.of("a"), 10))
                    .extracting(RecordedDecision::number)
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    @DisplayName("D50: no name can make a field or a line of its own")
    void d50_namesAreEscaped() throws Exception {
        Decision evil =
                new Decision(
                        RelativePath.of("a\tb\nc\033[2J%"),
                        What.BLOCKED,
                        "bo\tb\n9\t9",
                        "100%",
                        null,
                        "in\tthe\nway");
        try (DecisionJournal journal = open()) {
            journal.write(evil);
            journal.write(decision("a", ""));

            assertThat(journal.last(10, 0))
                    .containsExactly(
                            RecordedDecision.of(1, NOW, evil),
                            RecordedDecision.of(2, NOW, decision("a", "")));
        }
        assertThat(Files.readString(files().getFirst()).strip().lines()).hasSize(2);
    }

    @Test
    void whatACrashCutOffIsPassedOver() throws Exception {
        try (DecisionJournal journal = open()) {
            journal.write(decision("a", "first"));
            journal.write(decision("a", "cut off"));
        }
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 1; cut < 40; cut++) {
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - cut));
            if (cut % 3 == 0) {
                Files.write(file, new byte[] {0, 0, (byte) 0xFF}, StandardOpenOption.APPEND);
            }
            try (DecisionJournal journal = open()) {
                journal.write(decision("a", "next"));

                List<RecordedDecision> told = journal.last(10, 0);
                assertThat(told.getFirst().detail()).isEqualTo("first");
                assertThat(told.getLast().detail()).isEqualTo("next");
                assertThat(told.size()).isEqualTo(cut == 1 && cut % 3 != 0 ? 3 : 2);
                assertThat(journal.about(RelativePath.of("a"), 10)).isEqualTo(told);
            }
        }
    }

    @Test
    void theOldestAreForgottenAtTheBound() throws Exception {
        DecisionFiles files = DecisionFiles.open(base.resolve("decisions"), 1_000);
        List<Long> numbers = new ArrayList<>();
        for (long number = 1; number <= 200; number++) {
            files.append(List.of(RecordedDecision.of(number, NOW, decision("f" + number, ""))));
        }

        files.last(1_000, 0).forEach(each -> numbers.add(each.number()));
        assertThat(files()).hasSize(DecisionFiles.FILES_MAX);
        assertThat(numbers.getLast()).isEqualTo(200);
        assertThat(numbers)
                .isEqualTo(
                        IntStream.rangeClosed((int) (201L - numbers.size()), 200)
                                .mapToObj(number -> (long) number)
                                .toList());
        assertThat(files.about(RelativePath.of("f200"), 5)).hasSize(1);
        assertThat(files.about(RelativePath.of("f1"), 5)).isEmpty();
        files.close();
    }

    @Test
    void aDirectoryThatCannotBeWrittenKeepsNobody() throws Exception {
        try (DecisionJournal journal = open()) {
            journal.write(decision("a", "first"));
            assertThat(journal.last(10, 0)).hasSize(1);
        }
        try (DecisionJournal journal = open()) {
            for (Path file : files()) {
                Files.delete(file);
            }
            Files.delete(base.resolve("decisions"));
            Files.writeString(base.resolve("decisions"), "in the way");
            journal.write(decision("a", "lost"));
        }
        assertThat(base.resolve("decisions")).isRegularFile();
    }
}
