package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.Stamp;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The rules that are in force, and what becomes of rows when they change. What they mean is told in
 * {@code core.ignore}.
 */
final class Ignoring {
    /*
     * Rows are sifted some at a time, since a change of the rules must not hold up everything else. Meanwhile the new rules are in force at
     * every gate (what is heard, observed, announced, compared), and nothing is put in place or removed. Which rules the rows were
     * sifted by is written down only at the end: after a crash in between, all are sifted again.
     */
    private static final String SIFTED_BY = "rules";
    private static final int ROWS_PER_STEP = 4_096;

    /** What no file looks like: the next scan reads the rules. */
    private static final FileStat UNREAD = new FileStat(-1, Instant.EPOCH, Instant.EPOCH, 0, 0, 0);

    private final Replica replica;
    private IgnoreRules rules;
    private @Nullable FileStat stat;
    private boolean sifting;
    private @Nullable RelativePath siftedTo;
    private boolean changing;
    private boolean unread;

    /** Whether not all was looked at since the start, or since the rules have changed. */
    private boolean unfound = true;

    /** Whether that was so when the rules changed. */
    private boolean unfoundBefore = true;

    private long count;

    Ignoring(Replica replica) {
        this.replica = replica;
        String source = replica.index.text(SIFTED_BY);
        rules = source == null ? IgnoreRules.DEFAULT : IgnoreRules.ofSource(source);
        stat = rules.equals(IgnoreRules.DEFAULT) ? null : UNREAD;
        sifting = source == null;
    }

    IgnoreRules rules() {
        return rules;
    }

    /** What the file of {@link #rules} looked like when it was read, or null for no file. */
    @Nullable FileStat stat() {
        return stat;
    }

    /**
     * Whether {@code entry} is not ours to sync. A tombstone may be of any kind, so it is ours if
     * one of them is.
     */
    boolean ignores(Entry entry) {
        return entry.isLive()
                ? rules.ignores(entry.path(), entry instanceof Directory)
                : rules.ignoresAnyKind(entry.path());
    }

    /** Whether a change at this path means nothing, whatever is there. */
    boolean ignoresAnyKind(RelativePath path) {
        return rules.ignoresAnyKind(path);
    }

    /** Whether what was seen is not ours to sync. */
    boolean covers(Observation observation) {
        return switch (observation) {
            case Observation.Ignored _ -> true;
            case Observation.SeenDirectory _ -> rules.ignores(observation.path(), true);
            case Observation.SeenFile _,
                    Observation.SeenLink _,
                    Observation.Unsupported _,
                    Observation.Unreadable _,
                    Observation.Unsettled _ ->
                    rules.ignores(observation.path(), false);
            case Observation.Absent absent ->
                    rules.ignores(
                            absent.path(),
                            absent.basis() != null && absent.basis().entry() instanceof Directory);
        };
    }

    /** Whether a step would touch what is not ours to sync. */
    boolean covers(Step step) {
        return ignores(step.entry())
                || (step.expected() != null && ignores(step.expected().entry()))
                || (step instanceof Step.Rename rename && ignores(rename.moved().entry()))
                || (step instanceof Step.RenameDirectory rename && covers(rename));
    }

    private boolean covers(Step.RenameDirectory rename) {
        return ignores(rename.moved().entry())
                || mayUncover(rename.gone().path(), rename.path())
                || rename.children().stream()
                        .anyMatch(child -> ignores(child.entry()) || ignores(child.held().entry()));
    }

    /** Whether something ignored might not be so any more, were {@code from} renamed as one. */
    boolean mayUncover(RelativePath from, RelativePath to) {
        return rules.mayUncover(from, to);
    }

    /** How many paths the last look at the whole tree has passed by; none of what is below them. */
    long count() {
        return count;
    }

    void counted(long ignored) {
        count = ignored;
    }

    // ---------------------------------------------------------------- changes of the rules

    /** Something is happening to the rules file: nothing is put in place before that is known. */
    void changing() {
        changing = true;
    }

    /** The rules file was looked at, and nothing more is known to happen to it. */
    void steady() {
        changing = false;
    }

    /** The next scan shall read the rules, even if their file looks as it did. */
    void doubt() {
        stat = UNREAD;
    }

    /** Whether steps have to wait. */
    boolean holdsSteps() {
        return changing || sifting;
    }

    boolean isSifting() {
        return sifting;
    }

    /**
     * If the file could not be read when it was to be, the next scan tries once more: it may look
     * the same for ever.
     */
    void readAgain() {
        if (unread) {
            doubt();
        }
    }

    /** The rules file says this. */
    void read(Event.RulesRead read, CatchUp catchUp) {
        // What could not be read leaves the rules as they are: those that the scan had may be
        // older.
        IgnoreRules found = read.isRead() ? read.rules() : rules;
        stat = read.stat();
        unread = !read.isRead();
        replica.problems.removeAll(Problem.Kind.IGNORE_RULES);
        if (!found.faults().isEmpty()) {
            replica.problems.add(
                    Problem.Kind.IGNORE_RULES,
                    IgnoreRules.FILE.toString(),
                    replica.now,
                    String.join("; ", found.faults()));
        }
        if (!found.equals(rules)) {
            rules = found;
            sifting = true;
            unfoundBefore = unfound;
            unfound = true;
            siftedTo = null;
            catchUp.dropIgnored();
        }
    }

    /** Sifts some more rows; true when all are sifted by then. */
    boolean sift(CatchUp catchUp) {
        List<Row> page = replica.index.page(siftedTo, false, ROWS_PER_STEP);
        for (Row row : page) {
            sift(row, catchUp);
        }
        if (page.size() == ROWS_PER_STEP) {
            siftedTo = page.getLast().path();
            return false;
        }
        sifting = false;
        siftedTo = null;
        replica.index.putText(SIFTED_BY, rules.source());
        return true;
    }

    private void sift(Row row, CatchUp catchUp) {
        Entry known = row.known();
        boolean heldIgnored = row.held() != null && ignores(row.held().entry());
        if (known == null ? heldIgnored : ignores(known)) {
            setAside(row);
            catchUp.ignored(row.path());
        } else if (heldIgnored) {
            notHeld(row);
            catchUp.held(row.path());
        }
    }

    private void setAside(Row row) {
        RelativePath path = row.path();
        Entry known = row.known();
        if (known != null && !isUnfound(path, row.held(), unfoundBefore)) {
            Entry last = remembersHeld(row) ? Objects.requireNonNull(row.held()).entry() : known;
            Entry former = replica.index.former(path);
            if (former == null || Entry.ORDER.compare(last, former) > 0) {
                replica.index.putFormer(last);
            }
        }
        replica.index.remove(path);
        replica.problems.remove(Problem.Kind.UNREADABLE, path.toString());
        replica.problems.remove(Problem.Kind.UNSUPPORTED, path.toString());
    }

    /**
     * Whether it is what is held that is remembered, since others have deleted it and it is here
     * still: what is found anew is no edit of that deletion, and they tell of it again. Not where
     *
     * <ul>
     *   <li>the deletion is ours: what is found needs a greater key,
     *   <li>it was made here, and nobody is told of what is made here,
     *   <li>it has lost to all versions.
     * </ul>
     */
    private boolean remembersHeld(Row row) {
        Entry known = row.known();
        Held held = row.held();
        return known != null
                && held != null
                && row.pending() == Row.Pending.REMOVE
                && !known.author().equals(replica.author.replica())
                && (replica.oneWay.gives()
                        || !held.entry().author().equals(replica.author.replica()))
                && !held.isDecayed()
                && held.entry().stamp().compareTo(Stamp.ZERO) >= 0;
    }

    /** Something of another kind is at the path, and ignored: nobody has deleted what was held. */
    void notHeld(Row row) {
        Entry known = row.known();
        if (known == null) {
            replica.index.remove(row.path());
        } else {
            Held nothing = known.isLive() ? null : new Held(known, null);
            replica.index.put(new Row(row.path(), known, nothing));
        }
    }

    // ---------------------------------------------------------------- former entries

    /**
     * What a path without a row is found anew against: a row of its former entry, or null. A former
     * tombstone counts as held: what is found was made by someone who had seen it.
     */
    @Nullable Row former(RelativePath path) {
        Entry former = replica.index.hasFormer() ? replica.index.former(path) : null;
        if (former == null) {
            return null;
        }
        return new Row(path, former, former.isLive() ? null : new Held(former, null));
    }

    /**
     * Whether {@code path} is not found anew yet, so that what was here before it was ignored may
     * be here still. What is heard of it until then does not make the former entry useless: that
     * tells whether anybody has changed what is found. When all was looked at, and it could be told
     * what is there, nothing is: what comes to be there later was made by someone who knows more.
     */
    boolean isUnfound(RelativePath path, @Nullable Held held) {
        return isUnfound(path, held, unfound);
    }

    private boolean isUnfound(RelativePath path, @Nullable Held held, boolean mayBeAnywhere) {
        if (held != null || !(mayBeAnywhere || replica.heldBack.isUnseen(path))) {
            return false;
        }
        Row former = former(path);
        return former != null && former.held() == null;
    }

    /** All is to be looked at: what was not here may be found. */
    void lookAgain() {
        unfound = true;
    }

    /** All was looked at under these rules. */
    void found() {
        unfound = false;
        unfoundBefore = false;
    }

    /**
     * {@code known} is known now, and it is known what is here: a former entry that is not greater
     * is of no use any more.
     */
    void outgrown(Entry known) {
        Entry former = replica.index.hasFormer() ? replica.index.former(known.path()) : null;
        if (former != null && Entry.ORDER.compare(known, former) >= 0) {
            replica.index.removeFormer(known.path());
        }
    }

    /**
     * {@code made}, stamped later than its former entry where that has a counter of ours: no
     * version may come after another one with a lesser key.
     */
    Entry above(Entry made) {
        Entry former = replica.index.hasFormer() ? replica.index.former(made.path()) : null;
        if (former == null
                || former.version().counter(made.author()) == 0
                || Entry.ORDER.compare(made, former) > 0) {
            return made;
        }
        return Remade.of(made, made.version(), former.stamp().next(), made.author());
    }
}
