package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Relation;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the parts of an engine share: the index, who we are, who is connected, and what this step
 * shall do.
 */
final class Replica {
    private static final String SEEN = "seen";
    private static final String PAUSED = "paused";

    /** For new ids of this one. */
    private static final int RENEWALS_RESERVED = 128;

    /** How many replicas others may name. */
    private static final int HEARD_REPLICAS_MAX = VersionVector.REPLICAS_MAX - RENEWALS_RESERVED;

    /** How many there may be with all ids that this one ever had, but for the last. */
    private static final int OWN_REPLICAS_MAX = VersionVector.REPLICAS_MAX - 1;

    final Index index;
    final Author author;
    final Policy policy;
    final KeptContents kept;
    final ProblemList problems = new ProblemList();
    final Faults faults = new Faults(this);
    final Accounts decisions = new Accounts(this);
    final Ignoring ignoring;
    final HeldBack heldBack;
    final Horizon horizon = new Horizon(this);
    final Absence absence;
    final MovedEdits movedEdits;
    final PutBacks putBacks = new PutBacks();
    final Renewal renewal;
    final OneWay oneWay;
    final Decay decay;
    final Map<SessionId, Peer> peers = new LinkedHashMap<>();
    final List<Effect> effects = new ArrayList<>();

    /** Versions that were made in this step, to be announced when it is committed. */
    final List<Entry> minted = new ArrayList<>();

    Instant now = Instant.EPOCH;
    @Nullable String rootLost;

    /** Whether a user wants nothing to be announced, fetched or applied; also after a restart. */
    boolean paused;

    private VersionVector seen;
    private boolean seenChanged;

    Replica(Index index, Author author, Policy policy, KeptContents kept) {
        this.index = index;
        this.author = author;
        this.policy = policy;
        this.kept = kept;
        String stored = index.text(SEEN);
        this.paused = PAUSED.equals(index.text(PAUSED));
        this.seen = stored == null ? VersionVector.empty() : VectorText.parse(stored);
        this.ignoring = new Ignoring(this);
        this.heldBack = new HeldBack(this);
        this.absence = new Absence(this);
        this.renewal = new Renewal(this);
        this.oneWay = new OneWay(this);
        this.decay = new Decay(this);
        this.movedEdits = new MovedEdits(this);
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    /** Pauses or goes on; durable with the next commit. */
    void pause(boolean pause) {
        paused = pause;
        index.putText(PAUSED, pause ? PAUSED : "");
    }

    /** The highest counter of each replica that was ever seen here. */
    VersionVector seen() {
        return seen;
    }

    /**
     * Whether there is room for the counters in {@code version}. A share has few replicas; a member
     * that invents more than any vector can name must not keep this one from making versions.
     */
    boolean canSee(VersionVector version) {
        long unheard = 0;
        for (int i = 0; i < version.size(); i++) {
            unheard += seen.counter(version.replica(i)) == 0 ? 1 : 0;
        }
        return unheard == 0 || seen.size() + unheard <= HEARD_REPLICAS_MAX;
    }

    /** Whether this replica can take one more id, and still make versions under it. */
    boolean canRenew() {
        return seen.size() < OWN_REPLICAS_MAX;
    }

    /** Takes note of the counters in {@code version}. */
    void see(VersionVector version) {
        VersionVector joined = seen.join(version);
        if (!joined.equals(seen)) {
            seen = joined;
            seenChanged = true;
        }
    }

    /** Writes down what is not in rows; called before each commit. */
    void save() {
        absence.save(seenChanged);
        decay.save();
        movedEdits.save();
        if (seenChanged) {
            index.putText(SEEN, VectorText.write(seen));
            seenChanged = false;
        }
    }

    /** The vector of a version that replaces what is held at a path. */
    VersionVector nextVersion(@Nullable Held held) {
        VersionVector before = held == null ? VersionVector.empty() : held.entry().version();
        return before.with(author.replica(), author.next());
    }

    /**
     * Takes a version that was made here. It is held from now on; it is known too unless something
     * greater was heard of the path and has not arrived yet: then it loses at once, and is kept
     * when that arrives. What others deleted while there was no state is held back.
     */
    void mint(@Nullable Row row, Entry version, @Nullable FileStat stat) {
        Entry known = row == null ? null : row.known();
        Held before = row == null ? null : row.held();
        boolean hasFormer = known != null && ignoring.isUnfound(version.path(), before);
        if (known != null && hasFormer) {
            ignoring.outgrown(known);
        }
        Entry made = horizon.dated(above(known, ignoring.above(version)));
        see(made.version());
        Held held = new Held(made, stat);
        Row heldBackRow = heldBack.finding(row, held, hasFormer);
        if (heldBackRow != null) {
            index.put(heldBackRow);
            return;
        }
        if (!oneWay.gives()) {
            oneWay.keep(row, held);
            return;
        }
        boolean wins = known == null || Entry.ORDER.compare(made, known) > 0;
        decisions.made(row == null ? null : row.held(), made, wins);
        index.put(new Row(made.path(), wins ? made : known, held));
        if (wins) {
            ignoring.outgrown(made);
            minted.add(made);
            heldBack.made(row, made);
            movedEdits.found(known, made);
        }
    }

    /**
     * {@code made}, stamped later than {@code known} where it comes after that: what is found where
     * nothing was held has seen what this replica itself had made there, and may be older.
     */
    private static Entry above(@Nullable Entry known, Entry made) {
        return known == null
                        || made.version().relationTo(known.version()) != Relation.AFTER
                        || Entry.ORDER.compare(made, known) > 0
                ? made
                : Remade.of(made, made.version(), known.stamp().next(), made.author());
    }

    /** Whether peers are told at once of what is made here. */
    boolean tells() {
        return !paused && oneWay.gives() && !heldBack.isListening();
    }

    @Nullable Row row(RelativePath path) {
        return index.row(path);
    }
}
