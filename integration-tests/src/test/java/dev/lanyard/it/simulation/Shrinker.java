package dev.lanyard.it.simulation;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Leaves moves out of a history that fails, for as long as it still fails: halves first, then ever
 * smaller pieces (the idea of delta debugging: Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002).
 */
final class Shrinker {
    private final Predicate<History> fails;
    private int triesLeft;

    /** {@code fails} is asked at most {@code triesMax} times. */
    Shrinker(Predicate<History> fails, int triesMax) {
        this.fails = fails;
        this.triesLeft = triesMax;
    }

    /** The shortest that was found; {@code history} must fail. */
    History shrink(History history) {
        List<Move> moves = history.moves();
        int piece = moves.size() / 2;
        while (piece > 0 && triesLeft > 0) {
            List<Move> shorter = without(history, moves, piece);
            piece =
                    shorter.size() < moves.size() && piece > 1
                            ? Math.min(piece, shorter.size() / 2)
                            : piece / 2;
            moves = shorter;
        }
        return history.with(moves);
    }

    /** Leaves out what can be of all pieces of this length. */
    private List<Move> without(History history, List<Move> moves, int piece) {
        List<Move> left = new ArrayList<>(moves);
        for (int at = left.size() - piece; at > -piece && triesLeft > 0; at -= piece) {
            int from = Math.max(0, at);
            int to = Math.min(left.size(), at + piece);
            if (from >= to) {
                continue;
            }
            List<Move> shorter = new ArrayList<>(left.subList(0, from));
            shorter.addAll(left.subList(to, left.size()));
            triesLeft--;
            if (fails.test(history.with(shorter))) {
                left = shorter;
            }
        }
        return left;
    }

    /** The history as a test can keep it. */
    static String asSource(History history) {
        return history.moves().stream()
                .map(Move::asSource)
                .collect(
                        joining(
                                ",\n        ",
                                "new History(%dL, %d, List.of(\n        "
                                        .formatted(history.seed(), history.machines()),
                                "))"));
    }
}
