package dev.lanyard.node.app.control;

import dev.lanyard.discovery.Discovery;
import dev.lanyard.node.app.config.KeyRenewal;
import dev.lanyard.node.app.config.Listing;
import dev.lanyard.node.app.config.PeerMemory;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.core.engine.Decision.What;
import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a running node can be asked. Thread-safe; every method may block, so call it on a thread
 * that may. {@code IOException} means that the node, or what it keeps, could not be reached. The
 * records are what JSON shows, in this order and under these names: a part may be added, none is
 * renamed or taken away.
 */
public interface NodeControl {
    /** What the node is, has and does. */
    Status status() throws IOException, InterruptedException;

    /**
     * What a user should know, the most recent first. {@code lanyard problems --json} adds a {@code
     * remedy} to each: what to do about it.
     */
    List<Problem> problems() throws IOException, InterruptedException;

    /**
     * The other nodes, connected or not, in order of their names. {@code lanyard peers --json} adds
     * a {@code remedy} to each: what to do where there is no session.
     */
    List<Peer> peers() throws IOException, InterruptedException;

    /**
     * How the node stands with the machine and the network that it is on. Answered without the
     * engine, so also by a node that is busy or stuck.
     */
    Diagnosis diagnosis() throws IOException, InterruptedException;

    /** Contents that lost against concurrent edits and are kept, the most recent first. */
    List<Version> conflicts() throws IOException, InterruptedException;

    /**
     * Earlier contents of {@code path} that are kept, the most recent first; if there are none, of
     * what was below it.
     */
    List<Version> versions(RelativePath path) throws IOException, InterruptedException;

    /**
     * What the peers that are connected keep of {@code path}, as {@link #versions} lists it, and
     * what is not kept here too. Waits for their answers, a few seconds at most.
     */
    Elsewhere versionsElsewhere(RelativePath path) throws IOException, InterruptedException;

    /**
     * A person has been shown the versions with these {@link Version#id}s. What lost a conflict is
     * kept until then, and for its time afterwards; a program that only reads them must not say so.
     */
    Result shown(List<String> ids) throws IOException, InterruptedException;

    /**
     * What was decided, the oldest first.
     *
     * @param count at most so many, the last ones
     * @param after only those with a greater {@link Decision#number}
     */
    List<Decision> log(int count, long after) throws IOException, InterruptedException;

    /** What was decided about {@code path}, and how it stands with it now. */
    Why why(RelativePath path) throws IOException, InterruptedException;

    /**
     * Puts an earlier content of {@code path} back in place; what is there now goes to versions.
     *
     * @param version the {@link Version#id} to put back, of this node or of a peer that is
     *     connected; or null for the most recent that is kept here, and if there is none, on peers
     */
    Result restore(RelativePath path, @Nullable String version)
            throws IOException, InterruptedException;

    /**
     * Puts back {@code path}, and all that is below it, as it was at {@code before}, as far as that
     * is kept here. What it displaces goes to versions; nothing is deleted.
     */
    Result restoreBefore(RelativePath path, Instant before)
            throws IOException, InterruptedException;

    /**
     * Settles the open conflicts of {@code path}.
     *
     * @return not done if there is none, or the disk refused
     */
    Result resolve(RelativePath path, Side keep) throws IOException, InterruptedException;

    /**
     * Reads all files again, now and as fast as the disk does, to find out whether their bytes are
     * still what they were. What is not is a problem from then on. Blocks until all are read.
     *
     * @throws IOException if the node is paused, or its root is lost
     */
    Scrubbed scrub() throws IOException, InterruptedException;

    /**
     * Brings the content of a file that is listed as decayed back from a peer that is connected.
     * What was in its place goes to versions. Blocks until that has ended, for an hour at most.
     *
     * @return not done if no decay is known there, or no peer is connected: then nothing was done;
     *     or if none of them has the content, or the disk refused: then it is tried again
     */
    Result repair(RelativePath path) throws IOException, InterruptedException;

    /** Which content of a conflict stays. */
    enum Side {
        /** What was here, and lost. */
        MINE,
        /** What is in place now. */
        THEIRS,
        /** What is in place, and what was here beside it under another name. */
        BOTH
    }

    /**
     * Waits until all that was written to the folder before this call is durable on every peer that
     * is connected now (and at least one is).
     *
     * @return not done if the time is up, or as soon as it is certain that it cannot be
     */
    Result await(Duration timeout) throws IOException, InterruptedException;

    /**
     * Says of deletions that are held back, and of what would lose to a deletion and is held back,
     * that they were meant; or has it all come back.
     *
     * @param restore whether it shall come back
     * @return in {@code detail} how many there were
     */
    Result confirmDeletes(boolean restore) throws IOException, InterruptedException;

    /**
     * Ends what differs on a node that is not two-way, for good: on a receive-only one what others
     * have takes the place of what was changed here, which is kept in versions.
     *
     * @return in {@code detail} how many entries there were; not done if the node is not
     *     receive-only
     */
    Result revert() throws IOException, InterruptedException;

    /**
     * The same on a send-only node: what is here takes the place of what others have.
     *
     * @return in {@code detail} how many entries there were; not done if the node is not send-only
     */
    Result override() throws IOException, InterruptedException;

    /** Looks at the whole folder again; returns as soon as that has begun. */
    Result rescan() throws IOException, InterruptedException;

    /**
     * Forgets a peer that is gone for good: it is not listed any more and not dialled, until it
     * connects or is heard again.
     *
     * @param peer its name, at least 8 characters of its node id, or its address, as {@link #peers}
     *     lists them
     * @return not done if nobody is known so, or it is connected
     */
    Result forget(String peer) throws IOException, InterruptedException;

    /**
     * Gives the share a new key. The peers that are known get it by themselves, when they are
     * connected next, those who are {@code without} excepted; whoever is connected is so again at
     * once, or is out.
     *
     * @param without what those peers are called, as {@link #forget} takes it; they are forgotten
     * @return with a {@link NewKey#refusal} if one of them is not known: then nothing has changed
     */
    NewKey newKey(List<String> without) throws IOException, InterruptedException;

    /**
     * Announces, fetches and applies nothing any more, until {@link #resume}, also after a restart.
     * Sessions stay, and what peers tell of is known.
     */
    Result pause() throws IOException, InterruptedException;

    /** Goes on after {@link #pause}; nothing happens when it is not paused. */
    Result resume() throws IOException, InterruptedException;

    /** Begins to end the node, and returns at once; what is being applied is finished first. */
    void stop() throws IOException;

    /**
     * What a node is, has and does.
     *
     * @param folder the folder
     * @param name what people call this machine
     * @param node the node id, in hex
     * @param listen where it listens, as {@code host:port}
     * @param phase what it is doing
     * @param files how many live entries it holds that are files; {@code bytes} their size
     * @param toFetchFiles files that are known and not held; {@code toFetchBytes} their size
     * @param toDelete entries that are known to be deleted and still here
     * @param fetchedBytes what the catching up that is under way has brought so far
     * @param busy for how long that has been going on
     * @param peersConnected how many peers are connected; {@code peersInSync} those of them with
     *     whom nothing is left to exchange
     * @param problemCount how many problems there are
     * @param bytesReceived bytes of content received from peers since the node started
     * @param ignored how many paths the last look at the whole folder has passed by, because they
     *     are ignored; an ignored directory counts as one, whatever is in it
     * @param mode what the node takes and gives
     * @param differing how many entries others have otherwise because of that
     * @param bytesSent bytes of content sent to peers since the node started
     * @param bytesSavedByDelta bytes of content that were not received since then because a delta
     *     was
     * @param bytesSavedByCopy the same, because the content was here already and was renamed or
     *     copied
     * @param bytesSavedByCompression bytes that were not sent since then because what was sent was
     *     compressed: content, of which {@code bytesSent} is the length before, and all else
     */
    record Status(
            String folder,
            String name,
            String node,
            String listen,
            Phase phase,
            long files,
            long bytes,
            long toFetchFiles,
            long toFetchBytes,
            long toDelete,
            long fetchedBytes,
            Duration busy,
            int peersConnected,
            int peersInSync,
            long problemCount,
            long bytesReceived,
            long ignored,
            Message.Mode mode,
            long differing,
            long bytesSent,
            long bytesSavedByDelta,
            long bytesSavedByCopy,
            long bytesSavedByCompression) {}

    /**
     * Another node.
     *
     * @param name what people call its machine, or empty while that is not known; not escaped
     * @param node its node id in hex, or empty while that is not known
     * @param address where it is or was, as {@code host:port}; only {@code host} where the port is
     *     not known
     * @param connected whether there is a session with it
     * @param inSync whether it is connected and nothing is left to exchange
     * @param trouble what was said why there is no session, and when the last one ended; or empty
     * @param cause why there is no session; null if there is one
     * @param tried when a dial last failed, or it was last refused here; null if that never was
     * @param heard whether its beacons are heard
     */
    record Peer(
            String name,
            String node,
            String address,
            boolean connected,
            boolean inSync,
            String trouble,
            @Nullable Cause cause,
            @Nullable Instant tried,
            boolean heard) {

        /** One with whom there is no session. */
        public static Peer absent(
                String name,
                String node,
                String address,
                String trouble,
                Cause cause,
                @Nullable Instant tried,
                boolean heard) {
            return new Peer(name, node, address, false, false, trouble, cause, tried, heard);
        }

        /** The same, whenever it was tried. */
        public Peer withoutTried() {
            return new Peer(name, node, address, connected, inSync, trouble, cause, null, heard);
        }
    }

    /** Why there is no session with a peer. */
    enum Cause {
        /** It is being dialled, or is dialled again soon, and nothing is known to be wrong. */
        DIALLING,
        /** It was met before, and is neither heard nor at an address that is dialled. */
        NOT_HEARD,
        /** Its machine is there, and nobody listens at that port. */
        REFUSED,
        /** Nothing answers. */
        NO_ANSWER,
        /** There is no way to its network. */
        NO_ROUTE,
        /** It could not be dialled for another reason, as a name that nobody knows. */
        UNREACHABLE,
        /** It has another share key. */
        WRONG_KEY,
        /** It speaks another version of the protocol. */
        PROTOCOL_VERSION,
        /** It proves itself with the key of this node: the state directory was copied. */
        OWN_ID,
        /** It, or this node, has as many peers as it can have. */
        LIMIT,
        /** Something else than a node answers there. */
        NOT_A_PEER
    }

    /**
     * How a node stands with its machine and network.
     *
     * @param process its process
     * @param version of the program; empty if it is not known
     * @param java the version of Java that it runs on
     * @param user who runs it, as the system calls them
     * @param protocolVersion of what it speaks with peers
     * @param beacons how it stands with discovery; null if peers are not looked for
     * @param foldsCase whether its file system takes names that differ in case for one
     * @param foldsForms whether it takes a composed and a decomposed letter for one
     * @param refusesNames whether there are names that it cannot have
     */
    record Diagnosis(
            long process,
            String version,
            String java,
            String user,
            int protocolVersion,
            @Nullable Beacons beacons,
            boolean foldsCase,
            boolean foldsForms,
            boolean refusesNames) {}

    /**
     * How it stands with discovery. What is counted is counted since the node started.
     *
     * @param port the UDP port on which peers are looked for
     * @param interfaces the network interfaces that beacons are sent on
     * @param faults what does not work now
     * @param heard beacons of peers
     * @param own beacons of its own that came back, as they should
     * @param repeated beacons that were heard before
     * @param refused beacons for whose senders there was no room
     * @param foreign beacons of other shares
     * @param garbage what is no beacon
     */
    record Beacons(
            int port,
            List<String> interfaces,
            List<Fault> faults,
            long heard,
            long own,
            long repeated,
            long refused,
            long foreign,
            long garbage) {}

    /**
     * Something about discovery that does not work now.
     *
     * @param place an interface and where it sends to, or the port that cannot be had
     * @param reason what the system said
     * @param kind what it is about; null from a node of an earlier version
     */
    record Fault(String place, String reason, Discovery.Fault.@Nullable Kind kind) {}

    /**
     * An earlier content that is kept.
     *
     * @param path where it was
     * @param id what {@link #restore} takes; unique among the versions of a path; of a peer it is
     *     {@code ID@PEER}
     * @param sizeBytes its size
     * @param mtime when it was last modified
     * @param kept when it was displaced
     * @param why why it was displaced
     * @param machine the machine that has it, or empty if it is here; not escaped
     */
    record Version(
            RelativePath path,
            String id,
            long sizeBytes,
            Instant mtime,
            Instant kept,
            Keep why,
            String machine) {}

    /**
     * What peers keep.
     *
     * @param versions what they keep that is not kept here too, the most recent first; each content
     *     of a path once
     * @param more the peers that keep more than they told, by name; not escaped
     * @param silent the peers that did not answer, by name; not escaped
     */
    record Elsewhere(List<Version> versions, List<String> more, List<String> silent) {}

    /**
     * Something that was decided about a path.
     *
     * @param number greater than that of every earlier decision of this node; a gap means that so
     *     many could not be written down
     * @param time when
     * @param path what it is about
     * @param what what was decided
     * @param peer the machine whose version it is about, by name where that is known; empty for
     *     this one; not escaped
     * @param via the peer that told of it, by name; empty if none did; not escaped
     * @param version the version vector, or empty
     * @param detail what else a user may want to know, or empty; paths in it are escaped, and
     *     nothing else is
     */
    record Decision(
            long number,
            Instant time,
            RelativePath path,
            What what,
            String peer,
            String via,
            String version,
            String detail) {}

    /**
     * How it stands with a path, and how it came to that.
     *
     * @param path the path
     * @param history what was decided about it, the oldest first; not more than is kept
     * @param known the latest version that was heard of or made, or null if none was
     * @param held the version that is on this disk, or null if none ever was
     * @param pending what is left to do here
     * @param underWay whether that is being done
     * @param problems what is in its way
     */
    record Why(
            RelativePath path,
            List<Decision> history,
            @Nullable Known known,
            @Nullable Known held,
            Pending pending,
            boolean underWay,
            List<Problem> problems) {}

    /**
     * A version of a path.
     *
     * @param kind {@code file}, {@code directory}, {@code link} or {@code deleted}
     * @param sizeBytes the size of a file, else 0
     * @param stamp what decides between versions whose authors had not seen each other
     * @param peer the machine that made it, by name or id; empty for this one; not escaped
     * @param version the version vector
     */
    record Known(String kind, long sizeBytes, Instant stamp, String peer, String version) {}

    /**
     * What was found when all files were read again.
     *
     * @param files how many were read to the end, or cannot be; {@code bytes} what was read of all
     * @param decayed how many have other bytes than were written, or cannot be read
     * @param skipped how many were left out, since they were just changed, or somebody writes to
     *     them
     * @param paths which have decayed, the first hundred of them
     */
    record Scrubbed(long files, long bytes, long decayed, long skipped, List<RelativePath> paths) {}

    /**
     * A new key that the share was given.
     *
     * @param key its text; empty if there is none
     * @param gets the peers that get it, the one that was met last first
     * @param without those that were named, and are out
     * @param unlisted those that are out since there was no room for them
     * @param until until when those who get it may come; null if there is none
     * @param refusal why the key was not changed, and what to do; empty if it was
     */
    record NewKey(
            String key,
            List<Named> gets,
            List<Named> without,
            List<Named> unlisted,
            @Nullable Instant until,
            String refusal) {
        /** What was done. */
        public static NewKey of(KeyRenewal renewal) {
            Listing listing = renewal.listing();
            return new NewKey(
                    renewal.key().text(),
                    named(listing.listed()),
                    named(listing.without()),
                    named(listing.unlisted()),
                    renewal.until(),
                    "");
        }

        /** What was not done. */
        public static NewKey refused(StartFailure why) {
            return new NewKey(
                    "",
                    List.of(),
                    List.of(),
                    List.of(),
                    null,
                    "%s; %s".formatted(why.what(), why.remedy()));
        }

        private static List<Named> named(List<PeerMemory.Met> some) {
            return some.stream().map(each -> new Named(each.name(), each.node())).toList();
        }

        /** Shows no key. */
        @Override
        public String toString() {
            return "NewKey[gets=%s, without=%s]".formatted(gets, without);
        }
    }

    /**
     * A peer.
     *
     * @param name what people call its machine; not escaped
     * @param node its node id, in hex
     */
    record Named(String name, String node) {}

    /**
     * How something ended.
     *
     * @param done whether it is so now
     * @param detail why not, or what a user may want to know; for people, names escaped
     */
    record Result(boolean done, String detail) {}
}
