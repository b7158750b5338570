package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.protocol.RelativePath;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Paths that could not be brought to what is known, each a listed problem, tried again with growing
 * pauses.
 */
final class Blocks {
    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(60);

    /** A name does not become possible by waiting; what is in its way tells when it goes. */
    private static final Duration NAME_PAUSE = Duration.ofHours(1);

    /** Reasons that are part of normal life become a problem only when they last. */
    private static final Duration QUIET_TIME = Duration.ofSeconds(60);

    private final Replica replica;
    private final Map<RelativePath, Block> blocks = new LinkedHashMap<>();

    /** Those of them that are not tried again before something happens there. */
    private final Set<RelativePath> resting = new HashSet<>();

    /** {@code offered}: its pause is over, and it was given out to be tried again. */
    private record Block(
            Problem.Kind kind,
            String detail,
            Instant since,
            Instant retryAt,
            Duration pause,
            boolean offered) {}

    Blocks(Replica replica) {
        this.replica = replica;
    }

    int size() {
        return blocks.size();
    }

    /** Whether the path must not be tried yet. */
    boolean holdsBack(RelativePath path) {
        Block block = blocks.get(path);
        return block != null && !block.offered() && block.retryAt().isAfter(replica.now);
    }

    /** Why the path could not be brought to what is known, whether that is listed yet or not. */
    Optional<Problem> of(RelativePath path) {
        return Optional.ofNullable(blocks.get(path))
                .map(
                        block ->
                                new Problem(
                                        block.kind(),
                                        path.toString(),
                                        block.since(),
                                        block.detail()));
    }

    /** The path could not be brought to what is known. */
    void add(RelativePath path, Problem.Kind kind, String detail) {
        if (replica.row(path) == null) {
            return; // It is ignored since it was tried.
        }
        Block before = blocks.get(path);
        if (before != null && before.kind() != kind) {
            replica.problems.remove(before.kind(), path.toString());
            before = null;
        }
        if (before == null) {
            replica.decisions.blocked(path, kind, detail); // Once, however often it is tried.
        }
        Duration pause = before == null ? PAUSE_FIRST : doubled(before.pause());
        if (kind == Problem.Kind.NAME_IMPOSSIBLE) {
            pause = NAME_PAUSE;
        }
        Instant since = before == null ? replica.now : before.since();
        resting.remove(path);
        blocks.put(path, new Block(kind, detail, since, replica.now.plus(pause), pause, false));
        if (!isPartOfLife(kind) || !since.plus(QUIET_TIME).isAfter(replica.now)) {
            replica.problems.add(kind, path.toString(), replica.now, detail);
        }
    }

    /**
     * A deleted directory was not empty, twice, and all that is synced has left it: what is in it
     * is ignored or of a kind that is not synced, and it stays, under its tombstone. It is listed,
     * but nobody waits for it.
     */
    void rest(RelativePath path) {
        Block block = blocks.get(path);
        if (block == null || block.pause().compareTo(PAUSE_FIRST) <= 0) {
            return;
        }
        restNow(path, block.since());
        for (Optional<RelativePath> above = path.parent();
                above.isPresent() && isToGo(above.get());
                above = above.get().parent()) {
            restNow(above.get(), block.since()); // It cannot go before what is in it.
        }
    }

    private void restNow(RelativePath path, Instant since) {
        Block before = blocks.get(path);
        if (before != null && before.kind() != Problem.Kind.NOT_EMPTY) {
            replica.problems.remove(before.kind(), path.toString());
        }
        resting.add(path);
        blocks.put(
                path,
                new Block(
                        Problem.Kind.NOT_EMPTY,
                        "what is left in it is not synced",
                        since,
                        Instant.MAX,
                        PAUSE_FIRST,
                        false));
    }

    private boolean isToGo(RelativePath path) {
        Row row = replica.row(path);
        return row != null && row.pending() == Row.Pending.REMOVE;
    }

    int restingCount() {
        return resting.size();
    }

    /** Something happened at {@code path}: a directory that rests may be empty now. */
    boolean stir(RelativePath path) {
        boolean stirred = false;
        for (Optional<RelativePath> at = Optional.of(path);
                !resting.isEmpty() && at.isPresent();
                at = at.get().parent()) {
            stirred |= wake(at.get());
        }
        return stirred;
    }

    /** Each that rests is tried once more. */
    boolean stirAll() {
        List<RelativePath> all = List.copyOf(resting);
        all.forEach(this::wake);
        return !all.isEmpty();
    }

    private boolean wake(RelativePath path) {
        Block block = resting.remove(path) ? blocks.get(path) : null;
        if (block == null) {
            return false;
        }
        blocks.put(
                path,
                new Block(
                        block.kind(),
                        block.detail(),
                        block.since(),
                        replica.now,
                        block.pause(),
                        true));
        return true;
    }

    private static boolean isPartOfLife(Problem.Kind kind) {
        return switch (kind) {
            case IN_USE, NO_PARENT, CONTENT_MISSING -> true;
            case UNREADABLE,
                    UNSUPPORTED,
                    NAME_IMPOSSIBLE,
                    DISK_FULL,
                    NOT_PERMITTED,
                    NOT_EMPTY,
                    ROOT_LOST,
                    DELETIONS_HELD,
                    HELD_BACK,
                    WATCH_LIMIT,
                    CLOCK_OFF,
                    CONFLICT,
                    DECAYED,
                    DUPLICATE_IDENTITY,
                    PEER_AT_FAULT,
                    ONE_WAY,
                    IGNORE_RULES,
                    IO_ERROR,
                    NOT_DURABLE ->
                    false;
        };
    }

    private static Duration doubled(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX;
    }

    /** The path is as it shall be, or is wanted otherwise now. */
    void remove(RelativePath path) {
        Block block = blocks.remove(path);
        resting.remove(path);
        if (block != null) {
            replica.problems.remove(block.kind(), path.toString());
        }
    }

    /** The same, if it is for this reason that the path could not be brought to what is known. */
    void remove(RelativePath path, Problem.Kind kind) {
        Block block = blocks.get(path);
        if (block != null && block.kind() == kind) {
            remove(path);
        }
    }

    /**
     * What was missing may be there: try these again at once. They stay listed until they succeed.
     */
    List<RelativePath> retry(Problem.Kind kind) {
        List<RelativePath> paths = new ArrayList<>();
        blocks.replaceAll(
                (path, block) -> {
                    if (block.kind() != kind) {
                        return block;
                    }
                    paths.add(path);
                    return new Block(
                            kind, block.detail(), block.since(), replica.now, PAUSE_FIRST, true);
                });
        return paths;
    }

    /**
     * Something has changed at {@code path}: what was not permitted there, or directly in it, may
     * be so now.
     */
    List<RelativePath> retryAt(RelativePath path) {
        if (!replica.problems.has(Problem.Kind.NOT_PERMITTED)) {
            return List.of();
        }
        List<RelativePath> paths =
                blocks.keySet().stream()
                        .filter(
                                each ->
                                        each.equals(path)
                                                || each.parent().filter(path::equals).isPresent())
                        .toList();
        return paths.stream().filter(each -> retry(each, Problem.Kind.NOT_PERMITTED)).toList();
    }

    /** What was missing at this path may be there. */
    boolean retry(RelativePath path, Problem.Kind kind) {
        return blocks.computeIfPresent(
                        path,
                        (_, block) ->
                                block.kind() == kind
                                        ? new Block(
                                                kind,
                                                block.detail(),
                                                block.since(),
                                                replica.now,
                                                PAUSE_FIRST,
                                                true)
                                        : block)
                != null;
    }

    /** Paths whose pause is over, each once. */
    List<RelativePath> due() {
        List<RelativePath> due = new ArrayList<>();
        blocks.replaceAll(
                (path, block) -> {
                    if (block.offered() || block.retryAt().isAfter(replica.now)) {
                        return block;
                    }
                    due.add(path);
                    return new Block(
                            block.kind(),
                            block.detail(),
                            block.since(),
                            block.retryAt(),
                            block.pause(),
                            true);
                });
        return due;
    }

    /**
     * A reason why not all is held that will not go away by itself soon, for those who wait for it.
     */
    Optional<String> obstacle() {
        return blocks.entrySet().stream()
                .filter(entry -> !isPartOfLife(entry.getValue().kind()))
                .filter(entry -> !resting.contains(entry.getKey()))
                .filter(entry -> !mayRest(entry.getValue()))
                .findFirst()
                .map(first -> "%s: %s".formatted(first.getKey(), first.getValue().kind()));
    }

    /** Whoever waits is told neither of this nor that all is done before it was tried again. */
    private static boolean mayRest(Block block) {
        return block.kind() == Problem.Kind.NOT_EMPTY && block.pause().equals(PAUSE_FIRST);
    }

    Optional<Instant> nextTimeout() {
        return blocks.values().stream()
                .filter(block -> !block.offered() && !block.retryAt().equals(Instant.MAX))
                .map(Block::retryAt)
                .min(Instant::compareTo);
    }

    /** What an obstacle is called in the list of problems. */
    static Problem.Kind kind(Obstacle obstacle) {
        return switch (obstacle) {
            case DISK_FULL -> Problem.Kind.DISK_FULL;
            case NOT_PERMITTED, READ_ONLY -> Problem.Kind.NOT_PERMITTED;
            case NAME_IMPOSSIBLE -> Problem.Kind.NAME_IMPOSSIBLE;
            case IN_USE -> Problem.Kind.IN_USE;
            case NOT_EMPTY -> Problem.Kind.NOT_EMPTY;
            case NO_PARENT -> Problem.Kind.NO_PARENT;
            case ROOT_LOST -> Problem.Kind.ROOT_LOST;
            case CONTENT_GONE, IO_ERROR -> Problem.Kind.IO_ERROR;
        };
    }
}
