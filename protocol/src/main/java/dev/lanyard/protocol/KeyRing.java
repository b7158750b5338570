package dev.lanyard.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys of a share, as one node knows them: the present one, the former ones, and who has yet to
 * learn of the present one. Immutable.
 */
public final class KeyRing {
    /*
     * A node takes another key only from who knows its present one as a former one. So whoever is
     * shut out, and knows no later key than the one before that, can move nobody who has heard of
     * the change. Two keys that were made from one at the same time are never joined: one of their
     * makers may be somebody whom the other one shuts out. Both nodes keep what they have, and
     * their users decide.
     *
     * A former key is worth something only as long as somebody is awaited. After that, or when its
     * time is over, it is dropped, with all that was known of who is to get what.
     */

    /** How long a listed node that has a former key may get the present one for it. */
    public static final Duration KEPT = Duration.ofDays(30);

    /** How many former keys there may be. */
    public static final int FORMER_MAX = 16;

    /** How many nodes may be listed. */
    public static final int NODES_MAX = 256;

    private final ShareKey present;
    private final List<FormerKey> former;
    private final Set<NodeId> listed;
    private final Set<NodeId> shown;

    /**
     * The ring that has these parts.
     *
     * @param present the key of the share
     * @param former what the share had before, the latest first, at most {@link #FORMER_MAX}
     * @param listed the nodes that are to get the present key, at most {@link #NODES_MAX}
     * @param shown the nodes that have shown that they have it; those that are not listed are
     *     passed over
     * @throws IllegalArgumentException if there are too many, or a key is there twice
     */
    public KeyRing(
            ShareKey present, List<FormerKey> former, Set<NodeId> listed, Set<NodeId> shown) {
        checkCount("former keys", former.size(), FORMER_MAX);
        checkCount("listed nodes", listed.size(), NODES_MAX);
        this.present = present;
        this.former = List.copyOf(former);
        this.listed = Set.copyOf(listed);
        Set<NodeId> counted = new HashSet<>(shown);
        counted.retainAll(listed);
        this.shown = Set.copyOf(counted);
        if (isFormer(present)) {
            throw new IllegalArgumentException("the present key is a former one");
        }
        for (int i = 1; i < former.size(); i++) {
            if (has(former.subList(0, i), former.get(i).key())) {
                throw new IllegalArgumentException("a former key is there twice");
            }
        }
    }

    private static void checkCount(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException(
                    "%d %s (expected at most %d)".formatted(count, what, max));
        }
    }

    private static boolean has(List<FormerKey> some, ShareKey key) {
        return some.stream().anyMatch(each -> each.key().equals(key));
    }

    /** The ring of a share that never had another key. */
    public static KeyRing of(ShareKey key) {
        return new KeyRing(key, List.of(), Set.of(), Set.of());
    }

    /** The key of the share. */
    public ShareKey present() {
        return present;
    }

    /** What the share had before, the latest first. */
    public List<FormerKey> former() {
        return former;
    }

    /** Who is to get the present key. */
    public Set<NodeId> listed() {
        return listed;
    }

    /** Who of those has shown that it has the present key. */
    public Set<NodeId> shown() {
        return shown;
    }

    /** Whether the share had this key before. */
    public boolean isFormer(ShareKey key) {
        return has(former, key);
    }

    /** Whether this node may get the present key for a former one. */
    public boolean lists(NodeId node) {
        return listed.contains(node);
    }

    /** The listed nodes that have not shown yet that they have the present key. */
    public Set<NodeId> awaited() {
        Set<NodeId> awaited = new HashSet<>(listed);
        awaited.removeAll(shown);
        return awaited;
    }

    /** What may be proven to {@code peer}, in the order in which it is worth a try. */
    public List<ShareKey> toProve(NodeId peer) {
        boolean isAwaited = lists(peer) && !shown.contains(peer);
        return isAwaited
                ? Stream.concat(former.stream().map(FormerKey::key), Stream.of(present)).toList()
                : List.of(present);
    }

    /** What {@code peer} may prove, the present key first. */
    public List<ShareKey> toAccept(NodeId peer) {
        return lists(peer)
                ? Stream.concat(Stream.of(present), former.stream().map(FormerKey::key)).toList()
                : List.of(present);
    }

    /**
     * The ring after a change of the key.
     *
     * @param fresh the key that was drawn
     * @param self the node that makes the change
     * @param others the other nodes that are to get it, less than {@link #NODES_MAX}
     */
    public KeyRing changed(ShareKey fresh, NodeId self, Set<NodeId> others, Instant now) {
        Set<NodeId> staying = new HashSet<>(others);
        staying.add(self);
        List<FormerKey> retired = new ArrayList<>();
        retired.add(new FormerKey(present, now.plus(KEPT)));
        // A clock that went back must not cost the key that was just retired.
        List<FormerKey> dropped =
                former.stream()
                        .sorted(Comparator.comparing(FormerKey::until))
                        .limit(Math.max(0, former.size() + 1 - FORMER_MAX))
                        .toList();
        former.stream().filter(each -> !has(dropped, each.key())).forEach(retired::add);
        return new KeyRing(fresh, retired, staying, Set.of(self));
    }

    /**
     * The ring of {@code self} after {@code teller} has told of its own. It is another one only if
     * the present key is a former one there.
     */
    public KeyRing taking(KeyRing told, NodeId self, NodeId teller, Instant now) {
        if (present.equals(told.present)) {
            return shownBy(teller);
        }
        // A key that was here already and was left is not taken back.
        if (!told.isFormer(present) || isFormer(told.present)) {
            return this;
        }
        List<FormerKey> retired = new ArrayList<>();
        told.former.stream()
                .filter(each -> each.key().equals(present))
                .forEach(each -> retired.add(new FormerKey(present, atMost(each.until(), now))));
        Stream.concat(former.stream(), told.former.stream())
                .filter(each -> retired.size() < FORMER_MAX && !has(retired, each.key()))
                .forEach(each -> retired.add(new FormerKey(each.key(), atMost(each.until(), now))));
        return new KeyRing(told.present, retired, told.listed, Set.of(self, teller));
    }

    private static Instant atMost(Instant until, Instant now) {
        Instant latest = now.plus(KEPT);
        return until.isAfter(latest) ? latest : until;
    }

    /**
     * Whether neither of the two present keys came of the other one, as far as is known here: then
     * nobody takes anything, and people have to say which of them counts.
     */
    public boolean isApartFrom(KeyRing told) {
        return !present.equals(told.present) && !told.isFormer(present) && !isFormer(told.present);
    }

    /** The ring after {@code peer} has shown that it has the present key. */
    public KeyRing shownBy(NodeId peer) {
        if (!lists(peer) || shown.contains(peer)) {
            return this;
        }
        Set<NodeId> more = new HashSet<>(shown);
        more.add(peer);
        return new KeyRing(present, former, listed, more);
    }

    /** What is left of the ring at {@code now}: nothing of what nobody can use any more. */
    public KeyRing at(Instant now) {
        List<FormerKey> left = former.stream().filter(each -> each.until().isAfter(now)).toList();
        if (left.isEmpty() || shown.containsAll(listed)) {
            return isSettled() ? this : KeyRing.of(present);
        }
        return left.size() == former.size() ? this : new KeyRing(present, left, listed, shown);
    }

    /** Whether there is nothing to know but the present key. */
    public boolean isSettled() {
        return former.isEmpty() && listed.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyRing ring
                && present.equals(ring.present)
                && former.equals(ring.former)
                && listed.equals(ring.listed)
                && shown.equals(ring.shown);
    }

    @Override
    public int hashCode() {
        return listed.hashCode(); // Nothing that depends on a key.
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "KeyRing[former=%d, awaited=%s]".formatted(former.size(), awaited());
    }
}
