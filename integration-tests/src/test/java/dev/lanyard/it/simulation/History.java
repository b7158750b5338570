package dev.lanyard.it.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What happens, from the beginning to the moment when faults stop.
 *
 * @param seed everything that no move chooses follows from it
 * @param machines how many there are
 */
record History(long seed, int machines, List<Move> moves) {
    private static final int MOVES_MIN = 100;
    private static final int MOVES_RANGE = 900;

    History {
        moves = List.copyOf(moves);
    }

    /** The history of {@code seed}. */
    static History of(long seed) {
        Random random = new Random(seed);
        int machines = 2 + random.nextInt(3);
        int count = MOVES_MIN + random.nextInt(MOVES_RANGE);
        boolean isCalm = random.nextInt(4) == 0;
        List<Move> moves = new ArrayList<>(count);
        for (Move.Kind kind : List.of(Move.Kind.FOLD, Move.Kind.REUSE, Move.Kind.LINE)) {
            if (random.nextInt(6) == 0) {
                moves.add(new Move(kind, random.nextInt(machines), random.nextInt()));
            }
        }
        while (moves.size() < count) {
            Move move = new Move(kind(random), random.nextInt(machines), random.nextInt());
            if (!isCalm || !move.isFault()) {
                moves.add(move);
            }
        }
        for (Move.Kind kind : List.of(Move.Kind.RESERVE, Move.Kind.DECOMPOSE)) {
            if (random.nextInt(12) == 0) {
                moves.addFirst(new Move(kind, random.nextInt(machines), random.nextInt()));
            }
        }
        return new History(seed, machines, moves);
    }

    /** The same with other moves. */
    History with(List<Move> others) {
        return new History(seed, machines, others);
    }

    private static Move.Kind kind(Random random) {
        int sum = 0;
        for (Move.Kind kind : Move.Kind.values()) {
            sum += kind.weight();
        }
        int left = random.nextInt(sum);
        for (Move.Kind kind : Move.Kind.values()) {
            left -= kind.weight();
            if (left < 0) {
                return kind;
            }
        }
        throw new AssertionError("weights changed meanwhile");
    }
}
