package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Everything that can happen to a replica. */
public sealed interface Event {

    /** These paths may have changed. */
    record Dirtied(List<Dirt> dirt) implements Event {}

    /** Some changes were not seen: all of the tree is dirty. */
    record WatchOverflowed() implements Event {}

    /**
     * This many directories are not watched, because the system lets no more be; they and all below
     * them are looked at now and then instead. 0: all are watched again.
     */
    record WatchLimited(int unwatchedDirectories) implements Event {}

    /** All that a cookie's maker wrote before it has been reported by {@link Dirtied}. */
    record CookieSeen(long cookie) implements Event {}

    /** A part of what a scan saw, with the wall clock at which it saw it. */
    record Observed(long scan, List<Observation> observations, Instant wallClock)
            implements Event {}

    /** A scan ended, after its last {@link Observed}. */
    record ScanEnded(long scan, ScanEnd end) implements Event {}

    /**
     * A scan has found that the rules file is not what the rules that it was given were read from,
     * and has read it. {@code stat} is what it looks like, null for no file.
     *
     * @param isRead false if it could not be read, and the rules are those that were given
     */
    record RulesRead(IgnoreRules rules, @Nullable FileStat stat, boolean isRead) implements Event {
        /** The file was read, or is not there. */
        public RulesRead(IgnoreRules rules, @Nullable FileStat stat) {
            this(rules, stat, true);
        }
    }

    /** A look at the whole tree has passed by so many ignored paths. */
    record IgnoredCounted(long count) implements Event {}

    /** The folder is not the folder any more: {@code reason} is for people. */
    record RootLost(String reason) implements Event {}

    /** The folder is there again. */
    record RootFound() implements Event {}

    /** A peer is proven and has greeted. */
    record SessionOpened(SessionId session, PeerGreeting peer) implements Event {}

    /** A session ended; {@code reason} is for people. */
    record SessionClosed(SessionId session, String reason) implements Event {}

    /** A peer broke a rule of the protocol, for which its session ends; {@code detail} is ours. */
    record PeerBrokeRule(SessionId session, String detail) implements Event {}

    /**
     * A session cannot keep up: what was to be announced to it was dropped, and it must compare
     * states.
     */
    record SessionOverflowed(SessionId session) implements Event {}

    /** A peer says something. */
    record Received(SessionId session, Message.ForIndex message) implements Event {}

    /** How the wants of a fetch ended; those not named are still under way. */
    record Fetched(long fetch, List<FetchOutcome> outcomes) implements Event {}

    /** How the steps of a batch ended. */
    record Applied(long batch, List<Outcome> outcomes) implements Event {}

    /** What {@link Applied} said is durable now; {@link Effect.Clear} follows. */
    record Flushed(long batch) implements Event {}

    /**
     * What {@link Applied} said of these batches may not be durable, and never will be as far as
     * this run of the node can tell; {@code reason} is for people.
     */
    record FlushFailed(List<Long> batches, String reason) implements Event {}

    /** A user or a program asks; {@link Effect.Answer} answers. */
    record Asked(long request, Command command, Instant wallClock) implements Event {}

    /**
     * A day has begun, counted from 1970-01-01 UTC, by the wall clock of this machine. Before the
     * first of these nobody knows how old anything is.
     */
    record DayBegan(int day) implements Event {}

    /**
     * A peer has told what time it is there.
     *
     * @param ahead how far its wall clock is ahead of ours, negative if it is behind; wrong by at
     *     most half of {@code roundTrip}
     * @param roundTrip how long it took to ask
     */
    record ClockTold(SessionId session, Duration ahead, Duration roundTrip) implements Event {}

    /**
     * What lost without having been seen, or was left by an unclean stop, and nobody has dealt
     * with: all of it, each path once.
     */
    record ConflictsListed(List<OpenConflict> conflicts) implements Event {}

    /**
     * A file was read again that looked as what is {@code held} before and after. Told if it has
     * another content, or had the last time.
     *
     * @param found the content that it has, or {@link #UNREADABLE}
     */
    record Scrubbed(Held held, ContentHash found) implements Event {
        /** Stands for the content of a file that the disk cannot read. Nothing has this hash. */
        public static final ContentHash UNREADABLE = ContentHash.of(new byte[ContentHash.LENGTH]);
    }

    /** Time has passed: at least what {@code Engine.nextTimeout} named. */
    record Ticked() implements Event {}

    /**
     * A path to look at; {@code deep}: and all that is below. A null path is the root, always deep.
     *
     * @param movedFrom what the directory was called before, which is a path to look at too; null
     *     if it was not renamed, or nobody saw that
     */
    record Dirt(@Nullable RelativePath path, boolean deep, @Nullable RelativePath movedFrom) {
        /** A path that nobody saw being renamed. */
        public Dirt(@Nullable RelativePath path, boolean deep) {
            this(path, deep, null);
        }
    }

    /**
     * Who is at the other end of a session. {@code dialled}: by us; only the dialler asks for a
     * state exchange.
     */
    record PeerGreeting(
            NodeId node,
            ReplicaId replica,
            String name,
            Message.Mode mode,
            VersionVector seen,
            boolean dialled) {}

    /**
     * Contents of a path that are kept until somebody deals with them.
     *
     * @param since when the first of them was displaced, by the wall clock
     * @param count how many there are
     */
    record OpenConflict(RelativePath path, Instant since, int count) {}

    /** How a scan ended. */
    enum ScanEnd {
        /** All that was asked for was looked at. */
        COMPLETE,
        /** Something kept it from looking at all: what it did not report is not known. */
        PARTIAL,
        /** The rules have changed: what it was to look at is dirty again. */
        REPEATED
    }

    /** How one want of a fetch ended. */
    sealed interface FetchOutcome {
        /** Which want. */
        RelativePath path();

        /** The content is in staging, complete and verified. */
        record Ready(RelativePath path, Staged staged) implements FetchOutcome {}

        /** The source does not have it, or has something else. */
        record Missing(RelativePath path) implements FetchOutcome {}

        /** The session with the source ended before it was here. */
        record Cut(RelativePath path) implements FetchOutcome {}

        /** It failed here. */
        record Failed(RelativePath path, Outcome.Obstacle obstacle, String detail)
                implements FetchOutcome {}
    }

    /**
     * A content that was put back in place.
     *
     * @param observation what is there now, a file or a link
     * @param seen the version that the content had, which whoever put it back has seen
     */
    record Restoration(Observation observation, Seen seen) {}

    /**
     * What a user has seen who decides. A version that has seen another must have the greater key:
     * so its stamp is needed beside its vector.
     */
    record Seen(VersionVector version, Stamp stamp) {
        /** Nothing that anybody could tell from nothing. */
        public static final Seen NOTHING = new Seen(VersionVector.empty(), Stamp.ZERO);

        /** Both. */
        public Seen join(Seen other) {
            return new Seen(
                    version.join(other.version),
                    stamp.compareTo(other.stamp) >= 0 ? stamp : other.stamp);
        }
    }

    /** What users and programs ask a running node. */
    sealed interface Command {
        /** What it does now. */
        record Status() implements Command {}

        /** What a user should know. */
        record Problems() implements Command {}

        /** What is known of this path. */
        record Explain(RelativePath path) implements Command {}

        /** Answer once all that was written before is durable on every connected peer. */
        record Wait() implements Command {}

        /** The asker of {@code request} does not wait any longer. */
        record Forget(long request) implements Command {}

        /**
         * What is held back of deletions was meant, or shall come back where {@code restore} says
         * so.
         */
        record ConfirmDeletes(boolean restore) implements Command {}

        /**
         * Of a replica that only gives or only takes: what differs shall be as it is here, or as it
         * is elsewhere.
         */
        record Level() implements Command {}

        /**
         * Bring the content back of a file that is listed as decayed; answered when that has ended.
         */
        record Repair(RelativePath path) implements Command {}

        /** Look at everything again. */
        record Rescan() implements Command {}

        /**
         * Announce, fetch and apply nothing until {@link Resume}, also after a restart. Sessions
         * stay, and what peers tell of is known.
         */
        record Pause() implements Command {}

        /** Go on after {@link Pause}. */
        record Resume() implements Command {}

        /**
         * Versions are about to be put back at {@code paths}: what scans find there is no edit,
         * until {@link Restored} tells what it is.
         */
        record Restoring(List<RelativePath> paths) implements Command {}

        /**
         * Versions were put back in place: decisions of the user, made now.
         *
         * @param begun for which paths {@link Restoring} was told; what could not be put back has
         *     no restoration
         */
        record Restored(List<RelativePath> begun, List<Restoration> restorations)
                implements Command {}

        /**
         * What is held at {@code path} shall stay: a decision of the user, made now, who has seen
         * {@code seen} as well.
         */
        record Kept(RelativePath path, Seen seen) implements Command {}
    }
}
