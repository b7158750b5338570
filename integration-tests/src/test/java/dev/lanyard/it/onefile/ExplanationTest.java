package dev.lanyard.it.onefile;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.it.onefile.Observation.Delete;
import dev.lanyard.it.onefile.Observation.Read;
import dev.lanyard.it.onefile.Observation.Stabilize;
import dev.lanyard.it.onefile.Observation.Write;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What has an explanation, and what has none. */
class ExplanationTest {
    private static final int ANN = 0;
    private static final int BOB = 1;
    private static final int CAT = 2;

    private final Explanation explanation = new Explanation(3);

    private void observe(Observation... observations) {
        Arrays.stream(observations).forEach(explanation::observe);
    }

    private static Stabilize end(String value, String... conflicts) {
        return new Stabilize(List.of(value, value, value), Set.of(conflicts));
    }

    private static Stabilize endWithoutFile(String... conflicts) {
        return new Stabilize(Arrays.asList(null, null, null), Set.of(conflicts));
    }

    private void assertUnexplained(Observation last, String... saying) {
        assertThatThrownBy(() -> explanation.observe(last))
                .isInstanceOf(Unexplained.class)
                .hasMessageContainingAll(saying);
    }

    @Test
    void whatOneWritesOthersSee() {
        observe(new Write(ANN, "1", null), new Read(BOB, null), new Read(BOB, "1"), end("1"));
    }

    @Test
    void nobodySeesWhatNobodyWrote() {
        observe(new Write(ANN, "1", null));

        assertUnexplained(new Read(BOB, "2"), "node 1 could show 1 or no file");
    }

    @Test
    void nothingOldComesBack() {
        observe(new Write(ANN, "1", null), new Read(BOB, "1"), new Write(BOB, "2", "1"));
        observe(new Read(ANN, "2"), new Read(CAT, "1"));

        assertUnexplained(new Read(ANN, "1"), "node 0 could show 2");
    }

    @Test
    void whatIsSeenOnceStaysUntilSomethingElseIsThere() {
        observe(new Write(ANN, "1", null), new Read(BOB, "1"));

        assertUnexplained(new Read(BOB, null), "node 1 could show 1");
    }

    @Test
    void aUserReplacesWhatIsShown() {
        observe(new Write(ANN, "1", null), new Read(ANN, "1"));

        assertUnexplained(new Write(ANN, "2", null), "node 0 could show 1");
    }

    @Test
    void eitherOfTwoConcurrentEditsMayWin() {
        observe(new Write(ANN, "1", null), new Write(BOB, "2", null), end("2", "1"));
        observe(new Write(ANN, "3", "2"), new Write(BOB, "4", "2"), end("3", "4"));
    }

    @Test
    void allAgreeWhichOfThemWins() {
        observe(new Write(ANN, "1", null), new Write(BOB, "2", null), new Read(ANN, "2"));

        assertUnexplained(new Read(BOB, "1"), "node 1 could show 2");
    }

    @Test
    void whatWasSeenToWinWinsInTheEnd() {
        observe(new Write(ANN, "1", null), new Write(BOB, "2", null), new Read(CAT, "1"));
        observe(new Read(CAT, "2"));

        assertUnexplained(end("1", "2"), "the end could be 2");
    }

    @Test
    void whoeverLosesIsKept() {
        observe(new Write(ANN, "1", null), new Write(BOB, "2", null));

        assertUnexplained(end("1"), "[2] lost");
    }

    @Test
    void whatWasReplacedBySomebodyWhoSawItNeedNotBeKept() {
        observe(new Write(ANN, "1", null), new Write(BOB, "2", "1"), end("2"));
    }

    @Test
    void anEditOfWhatSomebodySawWinsOverIt() {
        observe(new Write(ANN, "1", null), new Write(BOB, "2", "1"));

        assertUnexplained(end("1", "2"), "the end could be 2");
    }

    @Test
    void allShowTheSameInTheEnd() {
        observe(new Write(ANN, "1", null));

        assertUnexplained(
                new Stabilize(Arrays.asList("1", "1", null), Set.of()), "not all nodes show");
    }

    @Test
    void whatIsDeletedDoesNotReturn() {
        observe(new Write(ANN, "1", null), end("1"), new Delete(BOB, "1"), new Read(CAT, null));
        observe(new Read(ANN, "1"), new Read(ANN, null));

        assertUnexplained(new Read(CAT, "1"), "node 2 could show no file");
    }

    @Test
    void anEditWinsOverAConcurrentDeletion() {
        observe(
                new Write(ANN, "1", null),
                end("1"),
                new Delete(ANN, "1"),
                new Write(BOB, "2", "1"));
        observe(new Read(CAT, null), new Read(CAT, "2"));

        assertUnexplained(endWithoutFile("2"), "the end could be 2");
    }

    @Test
    void aDeletionWinsOverWhatItsAuthorSawToWin() {
        observe(new Write(ANN, "1", null), new Write(BOB, "2", null), new Read(ANN, "2"));
        observe(new Delete(ANN, "2"), endWithoutFile("1"));
    }

    @Test
    void whatIsMadeAnewAfterADeletionStays() {
        observe(new Write(ANN, "1", null), new Delete(BOB, "1"), new Write(BOB, "2", null));

        assertUnexplained(endWithoutFile("2"), "the end could be 2");
    }

    @Test
    void whatIsMadeAndDeletedUnnoticedIsNothing() {
        observe(new Write(ANN, "1", null), new Delete(ANN, "1"), endWithoutFile());
    }

    @Test
    void whatWasSavedAmidAnExchangeMayBeSeenAgain() {
        observe(new Write(ANN, "1", null), end("1"), new Write(ANN, "2", "1"));
        observe(new Write(BOB, "3", "1"), new Read(BOB, "2"), new Read(BOB, "3"));

        assertUnexplained(new Read(BOB, "1"), "node 1 could show 2 or 3");
    }

    @Test
    void whatIsSavedAmidAnExchangeStays() {
        observe(new Write(ANN, "1", null), end("1"), new Write(ANN, "2", "1"));
        observe(new Write(BOB, "3", "1"), new Read(BOB, "2"), new Write(BOB, "4", "2"));

        assertUnexplained(end("4"), "[3] lost");
    }
}
