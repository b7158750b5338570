package dev.lanyard.protocol.session;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.Credit;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Hello;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.Proof;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Secret;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One conversation with a peer. Owned by one thread, the channel's event loop.
 *
 * <ol>
 *   <li>Call {@link #start} once the connection is encrypted, and do what it returns.
 *   <li>Give every message that arrives to {@link #receive}; answer {@link Output.Proven} by {@link
 *       #admit} or {@link #close}.
 *   <li>Tell of everything that goes out by other ways by {@link #sent}, of bytes that do not make
 *       a message yet by {@link #heard}, of content by {@link #spend}.
 *   <li>Call {@link #tick} when {@link #nextTimeout} has come.
 *   <li>After an {@link Output.Close} nothing more is returned.
 * </ol>
 */
public final class Session {
    /*
     * The order of the first messages is drawn in package-info. The acceptor says nothing that
     * depends on the share key before the dialler has shown that it has it, so that whoever knocks
     * cannot even collect proofs to try keys on.
     */

    /** The version of the protocol that this program speaks. */
    public static final int PROTOCOL_VERSION = 5;

    /** Something is sent at least this often. */
    public static final Duration KEEP_ALIVE_EVERY = Duration.ofSeconds(2);

    /** A peer that is silent for so long is gone. */
    public static final Duration SILENCE_MAX = Duration.ofSeconds(10);

    /** A peer that has not proven itself and greeted by then is not one. */
    public static final Duration HANDSHAKE_MAX = Duration.ofSeconds(5);

    /** How many bytes of content may be under way in each direction without being released. */
    public static final long CREDIT_BYTES = 16L << 20;

    /** Where the conversation is: what may come next. */
    private enum Stage {
        HELLO,
        PROOF,
        GREETING,
        OPEN,
        CLOSED
    }

    private final Channel channel;
    private final Credits credits = new Credits();
    private Stage stage = Stage.HELLO;
    private boolean admitted;
    private Instant handshakeDeadline = Instant.MAX;
    private Instant silenceDeadline = Instant.MAX;
    private Instant keepAliveAt = Instant.MAX;
    private @Nullable Secret peerNonce;
    private @Nullable Greeting peerGreeting;

    /** What this session is proven with; of an acceptor null until it is. */
    private @Nullable Secret key;

    /** Whether the peer has greeted or handed over, be it before we were proven to it. */
    private boolean peerHasSpoken;

    /** A conversation over {@code channel}. */
    public Session(Channel channel) {
        this.channel = channel;
        this.key = channel.role() == Role.DIALLER ? channel.keys().own() : null;
    }

    /** Begins. */
    public List<Output> start(Instant now) {
        if (channel.self().equals(channel.peer())) {
            return end(Ending.SELF, Reason.SELF, "this is the node itself");
        }
        handshakeDeadline = now.plus(HANDSHAKE_MAX);
        return List.of(new Output.Send(new Hello(PROTOCOL_VERSION, channel.nonce())));
    }

    /** Takes a message that arrived at {@code now}. */
    public List<Output> receive(Message message, Instant now) {
        heard(now);
        return switch (stage) {
            case HELLO -> receiveHello(message);
            case PROOF -> receiveProof(message);
            case GREETING -> receiveGreeting(message, now);
            case OPEN -> receiveOpen(message);
            case CLOSED -> List.of();
        };
    }

    private List<Output> receiveHello(Message message) {
        return switch (message) {
            case Hello hello when hello.protocolVersion() != PROTOCOL_VERSION ->
                    goodbye(
                            Ending.PROTOCOL_VERSION,
                            Reason.PROTOCOL_VERSION,
                            versionText(hello.protocolVersion(), PROTOCOL_VERSION));
            case Hello hello -> {
                peerNonce = hello.nonce();
                stage = Stage.PROOF;
                yield key == null ? List.of() : List.of(ownProof(key));
            }
            case Goodbye goodbye -> unprovenGoodbye(goodbye);
            case Proof _,
                    Greeting _,
                    HandOver _,
                    KeepAlive _,
                    Credit _,
                    Message.ForIndex _,
                    Message.ForTransfer _,
                    Message.ForVersions _,
                    Message.ForClocks _ ->
                    violated("%s before Hello".formatted(name(message)));
        };
    }

    /** For the one who sees it: {@code theirs} is the other one's version. */
    private static String versionText(int theirs, int ours) {
        return "it speaks version %d of the protocol, this node version %d: update the older one"
                .formatted(theirs, ours);
    }

    private List<Output> receiveProof(Message message) {
        return switch (message) {
            case Proof proof ->
                    channel.keys()
                            .provenBy(
                                    proof.mac(), key, each -> proofBy(channel.role().other(), each))
                            .map(this::proven)
                            // No goodbye: whoever does not have the key learns nothing, not even
                            // why.
                            .orElseGet(
                                    () ->
                                            end(
                                                    Ending.WRONG_KEY,
                                                    Reason.PROTOCOL_VIOLATION,
                                                    "it has another share key"));
            case Goodbye goodbye -> unprovenGoodbye(goodbye);
            case Hello _,
                    Greeting _,
                    HandOver _,
                    KeepAlive _,
                    Credit _,
                    Message.ForIndex _,
                    Message.ForTransfer _,
                    Message.ForVersions _,
                    Message.ForClocks _ ->
                    violated("%s before Proof".formatted(name(message)));
        };
    }

    private List<Output> proven(Secret with) {
        key = with;
        stage = Stage.GREETING;
        Output proven = new Output.Proven(with, channel.keys().isFormer(with));
        return channel.role() == Role.ACCEPTOR ? List.of(ownProof(with), proven) : List.of(proven);
    }

    private Output ownProof(Secret with) {
        return new Output.Send(new Proof(proofBy(channel.role(), with)));
    }

    private Secret proofBy(Role author, Secret with) {
        Secret theirs = peerNonce;
        if (theirs == null) {
            throw new IllegalStateException("a proof before the peer's nonce is known");
        }
        boolean dialled = channel.role() == Role.DIALLER;
        return Proofs.of(
                channel,
                with,
                author,
                PROTOCOL_VERSION,
                dialled ? channel.nonce() : theirs,
                dialled ? theirs : channel.nonce());
    }

    /** Someone who may be anyone can only say of itself why it goes, not what we are. */
    private List<Output> unprovenGoodbye(Goodbye goodbye) {
        return switch (goodbye.reason()) {
            case PROTOCOL_VERSION ->
                    end(
                            Ending.PROTOCOL_VERSION,
                            Reason.PROTOCOL_VERSION,
                            "it speaks another version of the protocol than %d"
                                    .formatted(PROTOCOL_VERSION));
            case STOPPING, DUPLICATE, LIMIT, NEW_KEY ->
                    end(Ending.GOODBYE, goodbye.reason(), goodbye.text());
            case SELF, SILENCE, PROTOCOL_VIOLATION, FAILURE, TWO_KEYS ->
                    end(Ending.VIOLATION, goodbye.reason(), "it left before it proved itself");
        };
    }

    private List<Output> receiveGreeting(Message message, Instant now) {
        return switch (message) {
            case Greeting greeting when !peerHasSpoken -> {
                peerHasSpoken = true;
                // To whom gives a new key, it does not matter who the other one is.
                peerGreeting = isHandingOver() ? null : greeting;
                yield opened(now).stream().toList();
            }
            case HandOver handOver when !peerHasSpoken -> {
                peerHasSpoken = true;
                yield List.of(new Output.Received(handOver));
            }
            case Goodbye goodbye -> left(goodbye);
            case Hello _,
                    Proof _,
                    Greeting _,
                    HandOver _,
                    KeepAlive _,
                    Credit _,
                    Message.ForIndex _,
                    Message.ForTransfer _,
                    Message.ForVersions _,
                    Message.ForClocks _ ->
                    violated("%s before both have greeted".formatted(name(message)));
        };
    }

    /**
     * The peer that was proven is kept; says {@code ours}.
     *
     * @throws IllegalStateException if nobody was proven by the present key or this was done
     *     already
     */
    public List<Output> admit(Greeting ours, Instant now) {
        if (stage == Stage.CLOSED) {
            return List.of();
        }
        if (stage != Stage.GREETING || admitted || isHandingOver()) {
            throw new IllegalStateException("admitted at stage " + stage);
        }
        admitted = true;
        sent(now);
        return Stream.concat(Stream.of(new Output.Send(ours)), opened(now).stream()).toList();
    }

    /**
     * The peer that was proven by a former key is told the present one, and nothing else.
     *
     * @throws IllegalStateException if nobody was proven by a former key or this was done already
     */
    public List<Output> handOver(HandOver ours, Instant now) {
        if (stage == Stage.CLOSED) {
            return List.of();
        }
        if (stage != Stage.GREETING || admitted || !isHandingOver()) {
            throw new IllegalStateException("handed over at stage " + stage);
        }
        admitted = true;
        sent(now);
        return List.of(new Output.Send(ours));
    }

    private boolean isHandingOver() {
        return key != null && channel.keys().isFormer(key);
    }

    private Optional<Output> opened(Instant now) {
        Greeting theirs = peerGreeting;
        if (!admitted || theirs == null) {
            return Optional.empty();
        }
        stage = Stage.OPEN;
        handshakeDeadline = Instant.MAX;
        heard(now);
        sent(now);
        return Optional.of(new Output.Opened(theirs));
    }

    private List<Output> receiveOpen(Message message) {
        return switch (message) {
            case KeepAlive _ -> List.of();
            case Credit credit ->
                    credits.grant(credit.bytes())
                            ? List.of()
                            : violated(
                                    "credit of %d bytes (expected 1-%d)"
                                            .formatted(
                                                    credit.bytes(),
                                                    CREDIT_BYTES - credits.sendable()));
            case Goodbye goodbye -> left(goodbye);
            case Message.ForIndex _, Message.ForVersions _, Message.ForClocks _ ->
                    List.of(new Output.Deliver(message));
            case Message.ForTransfer content -> receiveContent(content);
            case Hello _, Proof _, Greeting _, HandOver _ ->
                    violated("a second %s".formatted(name(message)));
        };
    }

    /** A proven peer leaves. That we broke a rule is what it says: it has broken none by that. */
    private List<Output> left(Goodbye goodbye) {
        return goodbye.reason() == Reason.PROTOCOL_VIOLATION
                ? end(
                        Ending.GOODBYE,
                        Reason.FAILURE,
                        "it says that this node broke a rule: " + goodbye.text())
                : end(Ending.GOODBYE, goodbye.reason(), goodbye.text());
    }

    private List<Output> receiveContent(Message.ForTransfer message) {
        long bytes = contentBytes(message);
        return credits.receive(bytes)
                ? List.of(new Output.Deliver(message))
                : violated(
                        "%d bytes of content (expected at most %d)"
                                .formatted(bytes, credits.receivable()));
    }

    /** How many bytes of credit {@code message} takes; 0 for all but content that was asked for. */
    public static long contentBytes(Message.ForTransfer message) {
        return switch (message) {
            case ContentPart part -> part.bytes().length;
            case ContentBundle bundle ->
                    bundle.contents().stream().mapToLong(each -> each.length).sum();
            case Message.ContentAsk _,
                    Message.ContentCancel _,
                    Message.ContentMissing _,
                    Message.ContentAhead _,
                    Message.DeltaAsk _,
                    Message.DeltaAhead _ ->
                    0;
        };
    }

    private static String name(Message message) {
        return message.getClass().getSimpleName();
    }

    /** The connection broke, for which {@code text} is the reason. */
    public List<Output> broken(String text) {
        return switch (stage) {
            case HELLO -> end(Ending.VIOLATION, Reason.FAILURE, "no answer to our hello: " + text);
            case PROOF ->
                    channel.role() == Role.DIALLER
                            // A wrong proof gets no answer but this.
                            ? end(
                                    Ending.WRONG_KEY,
                                    Reason.FAILURE,
                                    "no answer to our proof: it has another share key")
                            : end(Ending.VIOLATION, Reason.FAILURE, "it did not prove itself");
            case GREETING, OPEN -> end(Ending.GOODBYE, Reason.FAILURE, text);
            case CLOSED -> List.of();
        };
    }

    /** The peer broke a rule, here or below the messages. It is told only once it is proven. */
    public List<Output> violated(String text) {
        return switch (stage) {
            case HELLO, PROOF -> end(Ending.VIOLATION, Reason.PROTOCOL_VIOLATION, text);
            case GREETING, OPEN -> goodbye(Ending.VIOLATION, Reason.PROTOCOL_VIOLATION, text);
            case CLOSED -> List.of();
        };
    }

    /** Says goodbye; that the share has a new key only to who is proven. */
    public List<Output> close(Reason reason, String text) {
        boolean isProven = stage == Stage.GREETING || stage == Stage.OPEN;
        if (stage == Stage.CLOSED) {
            return List.of();
        }
        if (reason == Reason.NEW_KEY && !isProven) {
            return Stream.concat(
                            Stream.of(new Output.Send(new Goodbye(Reason.STOPPING, ""))),
                            end(Ending.GOODBYE, reason, text).stream())
                    .toList();
        }
        return goodbye(Ending.GOODBYE, reason, text);
    }

    private List<Output> goodbye(Ending ending, Reason reason, String text) {
        return Stream.concat(
                        Stream.of(new Output.Send(new Goodbye(reason, text))),
                        end(ending, reason, text).stream())
                .toList();
    }

    private List<Output> end(Ending ending, Reason reason, String text) {
        stage = Stage.CLOSED;
        return List.of(new Output.Close(ending, reason, text));
    }

    /** How many bytes of content may be sent now. */
    public long creditBytes() {
        return stage == Stage.OPEN ? credits.sendable() : 0;
    }

    /** {@code bytes} of content are sent. @throws IllegalStateException beyond the credit */
    public void spend(long bytes) {
        credits.send(bytes);
    }

    /** {@code bytes} of content that was received are dealt with. */
    public List<Output> release(long bytes, Instant now) {
        long granted = stage == Stage.OPEN ? credits.release(bytes) : 0;
        if (granted == 0) {
            return List.of();
        }
        sent(now);
        return List.of(new Output.Send(new Credit(granted)));
    }

    /** Something was sent. */
    public void sent(Instant now) {
        keepAliveAt = stage == Stage.OPEN ? now.plus(KEEP_ALIVE_EVERY) : Instant.MAX;
    }

    /** Bytes arrived: a large frame on a slow link is not silence. */
    public void heard(Instant now) {
        silenceDeadline = stage == Stage.OPEN ? now.plus(SILENCE_MAX) : Instant.MAX;
    }

    /** When to call {@link #tick} at the latest; never later after {@link Output.Close}. */
    public Instant nextTimeout() {
        return stage == Stage.CLOSED
                ? Instant.MAX
                : earlier(handshakeDeadline, earlier(silenceDeadline, keepAliveAt));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Time has passed. */
    public List<Output> tick(Instant now) {
        if (stage == Stage.CLOSED) {
            return List.of();
        }
        if (!handshakeDeadline.isAfter(now)) {
            return end(Ending.SILENCE, Reason.SILENCE, "it did not prove itself in time");
        }
        if (!silenceDeadline.isAfter(now)) {
            return goodbye(
                    Ending.SILENCE,
                    Reason.SILENCE,
                    "nothing was heard for %d s".formatted(SILENCE_MAX.toSeconds()));
        }
        if (keepAliveAt.isAfter(now)) {
            return List.of();
        }
        sent(now);
        return List.of(new Output.Send(new KeepAlive()));
    }
}
