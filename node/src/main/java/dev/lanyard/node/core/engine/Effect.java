package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * Everything that the engine wants done. Each runs after the index was committed, and ends in
 * events.
 */
public sealed interface Effect {

    /**
     * Look at these paths; answered by {@link Event.Observed} and one {@link Event.ScanEnded}.
     *
     * @param rules what is to be passed by
     * @param rulesStat what their file looked like when it was read, null for no file; if it looks
     *     otherwise, it is to be read first, and all be told by {@link Event.RulesRead}
     */
    record Scan(long scan, List<Event.Dirt> dirt, IgnoreRules rules, @Nullable FileStat rulesStat)
            implements Effect {
        /** In a share without rules of its own. */
        public Scan(long scan, List<Event.Dirt> dirt) {
            this(scan, dirt, IgnoreRules.DEFAULT, null);
        }
    }

    /** Let a cookie pass through the watch queue; answered by {@link Event.CookieSeen}. */
    record Cookie(long cookie) implements Effect {}

    /** Say this to a peer. What is sent to one session arrives in order. */
    record Send(SessionId session, Message.ForIndex message) implements Effect {}

    /**
     * Tell these peers of new versions, small contents ahead of them; in order with {@link Send}.
     */
    record Announce(List<SessionId> sessions, List<Entry> entries) implements Effect {}

    /** Bring these contents into staging from a peer; answered by {@link Event.Fetched}. */
    record Fetch(long fetch, SessionId from, List<Want> wants) implements Effect {}

    /**
     * Bring these contents into staging from what has them on this disk; answered by {@link
     * Event.Fetched}.
     */
    record Copy(long fetch, List<LocalCopy> copies) implements Effect {}

    /** Stop a fetch; what is under way is dropped and its wants are not answered. */
    record CancelFetch(long fetch) implements Effect {}

    /** A staged content is not needed any more. */
    record Discard(String stagedName) implements Effect {}

    /**
     * Carry out these steps in order; answered by {@link Event.Applied}, then {@link
     * Event.Flushed}.
     */
    record Apply(long batch, List<Step> steps) implements Effect {}

    /**
     * What was flushed of these batches is in the index: nobody needs to know of them after an
     * unclean stop.
     */
    record Clear(List<Long> batches) implements Effect {}

    /** Look whether the root is back; answered by {@link Event.RootFound} when it is. */
    record CheckRoot() implements Effect {}

    /** Ask a peer what time it is there; answered by {@link Event.ClockTold}, or not at all. */
    record AskClock(SessionId session) implements Effect {}

    /** Close a session that broke a rule. */
    record Close(SessionId session, Message.Reason reason, String text) implements Effect {}

    /** Answers {@link Event.Asked}. */
    record Answer(long request, Reply reply) implements Effect {}

    /** Writes down a decision about a path, for people. */
    record Note(Decision decision) implements Effect {}

    /** One content that is wanted, with the attributes that its file shall have. */
    record Want(Entry.File entry) {}

    /** One content that is at {@code source} already. */
    record LocalCopy(Entry.File entry, CopySource source) {}

    /** Where on this disk a content is. */
    sealed interface CopySource {
        /** A file of the tree. */
        record InTree(RelativePath path) implements CopySource {}

        /** Something in versions, to be found there by its hash. */
        record InVersions() implements CopySource {}
    }

    /** What {@link Event.Command}s are answered with. */
    sealed interface Reply {
        /** It is done. */
        record Done() implements Reply {}

        /** It cannot be done, and why. */
        record Impossible(String reason) implements Reply {}

        /** Whose answer is missing, by name. */
        record Missing(List<String> names) implements Reply {}

        /** So many deletions, or what would be one, are not held back any more. */
        record Released(long count) implements Reply {}

        /**
         * The state of the node.
         *
         * @param phase what it is doing
         * @param toFetchFiles files that are known and not held; {@code toFetchBytes} their bytes
         * @param fetchedBytes of the first sync or catching up that is under way
         * @param busy for how long it has been catching up
         * @param ignored paths that the last look at the whole folder has passed by, without what
         *     is below them
         * @param differing entries that others have otherwise, as long as one only gives or takes
         */
        record Status(
                Phase phase,
                long files,
                long bytes,
                long toFetchFiles,
                long toFetchBytes,
                long toDelete,
                long fetchedBytes,
                Duration busy,
                List<PeerState> peers,
                long problemCount,
                long bytesReceived,
                long ignored,
                long differing)
                implements Reply {}

        /**
         * What is known of one path.
         *
         * @param row what the index has, or null
         * @param knownBy what people call the author of what is known, {@code heldBy} of what is
         *     held; empty for this machine
         * @param inFlight whether something is being fetched or applied there
         * @param problems what is wrong with it, those that may pass by themselves too
         */
        record Explanation(
                @Nullable Row row,
                String knownBy,
                String heldBy,
                boolean inFlight,
                List<Problem> problems)
                implements Reply {}

        /** What a user should know. */
        record Problems(List<Problem> problems) implements Reply {}
    }

    /** One peer, as the engine sees it. */
    record PeerState(
            SessionId session, String node, String name, boolean exchanging, boolean settled) {}

    /** What a node is doing. */
    enum Phase {
        /** The first look at the tree. */
        SCANNING,
        /** Known and held differ. */
        SYNCING,
        /** All that is known is held. */
        IDLE,
        /** The folder is not there. */
        ROOT_LOST,
        /** A user wants nothing to be announced, fetched or applied. */
        PAUSED
    }
}
