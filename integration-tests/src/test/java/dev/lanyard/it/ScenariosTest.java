package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The page SCENARIOS.md tells the truth about the tests of all modules, as their sources are. */
class ScenariosTest {
    private static final String NOT_YET = "not yet";
    private static final Path ROOT = Path.of(System.getProperty("lanyard.root"));

    /** A name that is shown, and the method that has it. */
    private static final Pattern NAMED =
            Pattern.compile(
                    "@DisplayName\\(\\s*\"((?:[DSP]\\d+[, ]*)+):.*?\\bvoid (\\w+)\\(",
                    Pattern.DOTALL);

    private static final Pattern ROW = Pattern.compile("[DSP]\\d+");
    private static final Pattern LINE =
            Pattern.compile("^\\| ([DSP]\\d+) \\|[^|]*\\|([^|]*)\\|[^|]*\\|$", Pattern.MULTILINE);
    private static final Pattern QUOTED = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

    /** A test whose name names a row. */
    private record Named(String row, String type, String method) {}

    /** What the page says of a row: tests, or none where there is none yet. */
    private record Told(String row, List<MatchResult> tests) {}

    private static List<Named> named;
    private static List<Told> told;

    @BeforeAll
    static void read() throws IOException {
        named = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(ScenariosTest::isTestSource).toList()) {
                readNames(file);
            }
        }
        told = new ArrayList<>();
        String page = Files.readString(ROOT.resolve("integration-tests/SCENARIOS.md"));
        for (MatchResult line : LINE.matcher(page).results().toList()) {
            List<MatchResult> tests = QUOTED.matcher(line.group(2)).results().toList();
            assertThat(tests.isEmpty())
                    .as("%s is without tests", line.group(1))
                    .isEqualTo(line.group(2).strip().equals(NOT_YET));
            told.add(new Told(line.group(1), tests));
        }
    }

    private static boolean isTestSource(Path file) {
        return file.toString().contains("/src/test/java/") && file.toString().endsWith(".java");
    }

    private static void readNames(Path file) throws IOException {
        String type = file.getFileName().toString().replace(".java", "");
        for (MatchResult name : NAMED.matcher(Files.readString(file)).results().toList()) {
            for (MatchResult row : ROW.matcher(name.group(1)).results().toList()) {
                named.add(new Named(row.group(), type, name.group(2)));
            }
        }
    }

    private static Stream<String> rows(String letter, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> letter + number);
    }

    @Test
    void tellsOfEveryRowOnce() {
        assertThat(told.stream().map(Told::row))
                .containsExactlyElementsOf(
                        Stream.of(rows("D", 55), rows("S", 33), rows("P", 12))
                                .flatMap(each -> each)
                                .toList());
    }

    @Test
    void namesOnlyTestsThatAreThereAndNameTheRow() {
        Set<String> wrong = new TreeSet<>();
        for (Told each : told) {
            for (MatchResult test : each.tests()) {
                if (named.stream().noneMatch(it -> isMeant(it, each.row(), test))) {
                    wrong.add(each.row() + " " + test.group());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean isMeant(Named named, String row, MatchResult test) {
        String method = test.group(2);
        return named.row().equals(row)
                && named.type().equals(test.group(1))
                && (method == null || named.method().equals(method));
    }

    @Test
    void leavesOutNoClassWhoseTestsNameARow() {
        assertThat(named).isNotEmpty();
        Set<String> leftOut = new TreeSet<>();
        named.forEach(each -> leftOut.add(each.row() + " " + each.type()));
        told.forEach(
                each -> each.tests().forEach(it -> leftOut.remove(each.row() + " " + it.group(1))));

        assertThat(leftOut).isEmpty();
    }
}
