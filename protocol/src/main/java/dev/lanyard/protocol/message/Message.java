package dev.lanyard.protocol.message;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.FormerKey;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.VersionVector;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Everything one node may say to another. A frame holds exactly one message. */
@SuppressWarnings("ArrayRecordComponent") // Bulk arrays are handed over, never kept or compared.
public sealed interface Message {
    /** How many entries, versions or paths one message may have. */
    int ITEMS_MAX = 1_000;

    /** How many buckets, or sums of buckets, one message may have. */
    int BUCKETS_MAX = 256;

    /** How many bytes of content one {@link ContentPart} may have. */
    int PART_BYTES_MAX = 256 * 1_024;

    /** How many bytes of content one {@link ContentBundle} or {@link ContentAhead} may have. */
    int BUNDLE_BYTES_MAX = 1_024 * 1_024;

    /** How many bytes a delta in a {@link DeltaAhead} may have. */
    int DELTA_AHEAD_BYTES_MAX = 256 * 1_024;

    /** How many bytes a signature in a {@link DeltaAsk} may have. */
    int SIGNATURE_BYTES_MAX = 2 * 1_024 * 1_024;

    /** What the session itself needs; nothing above it sees these. */
    sealed interface ForSession extends Message {}

    /** What the replicas say about entries; the engine receives these. */
    sealed interface ForIndex extends Message {}

    /** What moves content; the transfers receive these, and the engine never does. */
    sealed interface ForTransfer extends Message {}

    /**
     * What nodes ask each other for their users; neither the engine nor the transfers see these.
     */
    sealed interface ForVersions extends Message {}

    /** What nodes ask each other about their clocks; answered at once, by whoever has a clock. */
    sealed interface ForClocks extends Message {}

    /** First in each direction: which protocol, and a nonce of 32 bytes for the proof. */
    record Hello(int protocolVersion, Secret nonce) implements ForSession {}

    /**
     * Shows that the sender has the share key; the dialler sends it first, and a wrong one gets no
     * answer.
     */
    record Proof(Secret mac) implements ForSession {}

    /**
     * Who speaks, once both are proven.
     *
     * @param replica the id under which the sender makes versions
     * @param name what people call the sender's machine, at most 255 characters
     * @param mode what the sender takes and gives
     * @param seen the highest counter of each replica that the sender has ever seen, the receiver's
     *     own among them
     */
    record Greeting(ReplicaId replica, String name, Mode mode, VersionVector seen)
            implements ForSession {}

    /**
     * In place of {@link Greeting}, from whom the key that was proven is a former one: the present
     * one, and what has to be known of it. Nothing else is said in such a session.
     *
     * @param present the present key
     * @param former the former keys, the latest first
     * @param listed the nodes that are to get the present key
     */
    record HandOver(ShareKey present, List<Retired> former, Set<NodeId> listed)
            implements ForSession {
        /**
         * @throws IllegalArgumentException if they make no ring of keys
         */
        public HandOver {
            former = List.copyOf(former);
            listed = Set.copyOf(listed);
            var _ = ring(present, former, listed, Instant.EPOCH);
        }

        /** What whoever has {@code ring} tells of it at {@code now}. */
        public static HandOver of(KeyRing ring, Instant now) {
            return new HandOver(
                    ring.present(),
                    ring.former().stream()
                            .map(each -> Retired.of(each, now))
                            .flatMap(Optional::stream)
                            .toList(),
                    ring.listed());
        }

        /** The ring that was told of at {@code now}; of whom it is not known who has shown what. */
        public KeyRing ring(Instant now) {
            return ring(present, former, listed, now);
        }

        private static KeyRing ring(
                ShareKey present, List<Retired> former, Set<NodeId> listed, Instant now) {
            return new KeyRing(
                    present,
                    former.stream()
                            .map(each -> new FormerKey(each.key(), now.plus(each.left())))
                            .toList(),
                    listed,
                    Set.of());
        }
    }

    /**
     * A former key, and for how long it may still be exchanged; clocks differ, so it is a time from
     * now on.
     */
    record Retired(ShareKey key, Duration left) {
        /**
         * @throws IllegalArgumentException if that is nothing, or longer than {@link KeyRing#KEPT}
         */
        public Retired {
            if (left.toSeconds() < 1 || left.compareTo(KeyRing.KEPT) > 0) {
                throw new IllegalArgumentException(
                        "a former key for %d s (expected 1-%d)"
                                .formatted(left.toSeconds(), KeyRing.KEPT.toSeconds()));
            }
        }

        private static Optional<Retired> of(FormerKey key, Instant now) {
            Duration left = Duration.ofSeconds(Duration.between(now, key.until()).toSeconds());
            Duration told = left.compareTo(KeyRing.KEPT) > 0 ? KeyRing.KEPT : left;
            return told.isPositive() ? Optional.of(new Retired(key.key(), told)) : Optional.empty();
        }
    }

    /** Nothing, but the sender is alive. */
    record KeepAlive() implements ForSession {}

    /** The receiver may send {@code bytes} more of content. */
    record Credit(long bytes) implements ForSession {}

    /** The sender closes, and why. */
    record Goodbye(Reason reason, String text) implements ForSession {}

    /** Entries that the sender knows: new ones of its own, or those that were asked for. */
    record Announce(List<Entry> entries) implements ForIndex {}

    /** The sender holds these versions durably: acknowledgement and relay in one. */
    record Have(List<PathVersion> versions) implements ForIndex {}

    /** Asks for what the receiver knows of these paths; an {@link Announce} answers. */
    record EntryAsk(List<RelativePath> paths) implements ForIndex {}

    /**
     * The sender has seen that the directory {@code from} is {@code to} now, and is about to
     * announce what that changes, {@code from} itself last. Only a hint: whoever waits for all of
     * it can rename its own directory as one.
     */
    record Renaming(RelativePath from, RelativePath to) implements ForIndex {
        /**
         * @throws IllegalArgumentException if one of the paths is the other one or below it
         */
        public Renaming {
            if (from.equals(to) || from.isBelow(to) || to.isBelow(from)) {
                throw new IllegalArgumentException("%s renamed to %s".formatted(from, to));
            }
        }
    }

    /** Asks for the sums of these buckets; {@code exchange} is a number of the asker. */
    record SummaryAsk(long exchange, List<Bucket> buckets) implements ForIndex {}

    /** Answers {@link SummaryAsk}, in its order. */
    record SummaryTell(long exchange, List<BucketSum> sums) implements ForIndex {}

    /**
     * Names by salted short hashes what the asker knows in these buckets; {@link BucketAnswer}s say
     * what that lacks.
     */
    record BucketOffer(long exchange, List<Bucket> buckets, long salt, long[] hashes)
            implements ForIndex {}

    /**
     * Entries that the offer did not name, and which of its hashes the sender lacks. Several may
     * answer one offer; the last says so.
     */
    record BucketAnswer(long exchange, List<Entry> entries, long[] wanted, boolean last)
            implements ForIndex {}

    /** The entries of an offer that were wanted. */
    record BucketEntries(long exchange, List<Entry> entries) implements ForIndex {}

    /** The asker has told and heard all that differed. */
    record ExchangeDone(long exchange) implements ForIndex {}

    /** Asks to be told when everything announced before this is held durably, or cannot be. */
    record SettleAsk(long token) implements ForIndex {}

    /** Answers {@link SettleAsk}: empty when all is held durably, else why not. */
    record SettleTell(long token, String obstacle) implements ForIndex {}

    /** Asks for content by hash, in this order; each path says where the content was, as a hint. */
    record ContentAsk(long transfer, List<ContentWant> wants) implements ForTransfer {}

    /** Nobody needs the rest of a transfer. */
    record ContentCancel(long transfer) implements ForTransfer {}

    /**
     * Bytes of the want numbered {@code want} (0 is the first), from {@code offset}; {@code last}
     * when the content ends with them.
     */
    record ContentPart(long transfer, int want, long offset, byte[] bytes, boolean last)
            implements ForTransfer {}

    /** Several whole small contents; {@code wants.length} equals {@code contents.size()}. */
    record ContentBundle(long transfer, int[] wants, List<byte[]> contents)
            implements ForTransfer {}

    /** The sender does not have that content any more. */
    record ContentMissing(long transfer, int want) implements ForTransfer {}

    /** Small contents sent ahead of the {@link Announce} that names them. */
    record ContentAhead(List<byte[]> contents) implements ForTransfer {}

    /**
     * Asks for a content as a delta; the {@link ContentPart}s of want 0 that answer have the delta
     * in place of the content. {@link ContentMissing} says that there is none, or none that is
     * worth it.
     *
     * @param path where the content was, as a hint
     * @param sizeBytes how many bytes the content has
     * @param basis the content that the asker has
     * @param signature of the basis, written as {@code SignatureForm} does; empty for one that the
     *     receiver may know itself
     */
    record DeltaAsk(
            long transfer,
            RelativePath path,
            ContentHash content,
            long sizeBytes,
            ContentHash basis,
            byte[] signature)
            implements ForTransfer {}

    /**
     * A delta sent ahead of the {@link Announce} that names its content: whoever has the {@code
     * basis} needs no more. One that is too long for that is only told of, and can be asked for.
     *
     * @param deltaBytes how long the delta is, at least 1
     * @param delta written as {@code DeltaWriter} does, in the form of Lanyard; or empty
     */
    record DeltaAhead(ContentHash basis, ContentHash content, long deltaBytes, byte[] delta)
            implements ForTransfer {
        /**
         * @throws IllegalArgumentException if the delta has another length than is told
         */
        public DeltaAhead {
            if (deltaBytes < 1 || (delta.length > 0 && delta.length != deltaBytes)) {
                throw new IllegalArgumentException(
                        "delta of %d bytes (expected %d)".formatted(delta.length, deltaBytes));
            }
        }
    }

    /**
     * Asks what the receiver keeps of {@code path}; if that is nothing, of what was below it.
     * {@code question} is a number of the asker.
     */
    record VersionsAsk(long question, RelativePath path) implements ForVersions {}

    /**
     * Answers {@link VersionsAsk}: at most {@link #VERSIONS_MAX} versions, the latest kept first;
     * {@code more} when there are others.
     */
    record VersionsTell(long question, List<KeptVersion> versions, boolean more)
            implements ForVersions {
        /** How many versions one answer may have. */
        public static final int VERSIONS_MAX = 200;
    }

    /**
     * A version that was displaced and is kept.
     *
     * @param name what its keeper calls it: 1 to {@link #NAME_CHARS_MAX} of {@code a-zA-Z0-9-}
     * @param entry what was there, a file or a link
     * @param kept when it was displaced
     * @param why why it was displaced
     */
    record KeptVersion(String name, Entry entry, Instant kept, Why why) {
        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-]+");

        /** How long a name may be. */
        public static final int NAME_CHARS_MAX = 128;

        /**
         * @throws IllegalArgumentException if the name has other letters or is too long, or the
         *     entry is neither a file nor a link
         */
        public KeptVersion {
            if (name.length() > NAME_CHARS_MAX || !NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "version name of %d characters (expected 1-%d of a-zA-Z0-9-)"
                                .formatted(name.length(), NAME_CHARS_MAX));
            }
            boolean canBeKept =
                    switch (entry) {
                        case Entry.File _, Entry.Symlink _ -> true;
                        case Entry.Directory _, Entry.Tombstone _ -> false;
                    };
            if (!canBeKept) {
                throw new IllegalArgumentException(
                        "%s: kept version is no file and no link".formatted(entry.path()));
            }
        }
    }

    /** Asks what time it is at the receiver. {@code question} is a number of the asker. */
    record ClockAsk(long question) implements ForClocks {}

    /** Answers {@link ClockAsk}: the wall clock of the sender, in whole milliseconds. */
    record ClockTell(long question, Instant wallClock) implements ForClocks {}

    /** A path and the digest of the entry held there. */
    record PathVersion(RelativePath path, EntryDigest digest) {}

    /** How many entries a bucket has, and the sum of their digests. */
    record BucketSum(Bucket bucket, long count, EntryDigest sum) {}

    /** One content that is asked for, from byte {@code offset} on. */
    record ContentWant(RelativePath path, ContentHash content, long sizeBytes, long offset) {}

    /** What a node takes and gives. */
    enum Mode {
        /** Sends and receives. */
        TWO_WAY,
        /** Changes others, is not changed. */
        SEND_ONLY,
        /** Is changed, changes nobody. */
        RECEIVE_ONLY
    }

    /** Why something was displaced. */
    enum Why {
        /** By a later version that had seen it. */
        REPLACED,
        /** It was deleted. */
        DELETED,
        /** It lost against a version that had not seen it. */
        CONFLICT,
        /** It was found after an unclean stop. */
        UNCLEAN
    }

    /** Why a session ends. */
    enum Reason {
        /** The node stops. */
        STOPPING,
        /** Another session with the same peer is kept. */
        DUPLICATE,
        /** The peer broke a rule of the protocol. */
        PROTOCOL_VIOLATION,
        /** The peer speaks another version of the protocol. */
        PROTOCOL_VERSION,
        /** It is the node itself. */
        SELF,
        /** Nothing was heard for too long. */
        SILENCE,
        /** Too many peers or bytes. */
        LIMIT,
        /** Something failed inside the node that says goodbye. */
        FAILURE,
        /** The share has a new key, which has to be proven. */
        NEW_KEY,
        /** Both ends have a new key of the share, and neither of them came of the other. */
        TWO_KEYS
    }
}
