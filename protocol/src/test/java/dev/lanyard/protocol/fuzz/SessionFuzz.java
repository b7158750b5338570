package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.Channel;
import dev.lanyard.protocol.session.Output;
import dev.lanyard.protocol.session.ProofKeys;
import dev.lanyard.protocol.session.Role;
import dev.lanyard.protocol.session.Session;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Any messages at any stage of a session: nobody is proven without the key, nothing is told to whom
 * is not proven, with a former key no session opens, and nothing comes after the end. The first
 * byte says who dialled, whether the other end has the key or the former one, and how far it
 * behaves; the rest are frames.
 */
public final class SessionFuzz {
    private static final Greeting OURS =
            new Greeting(new ReplicaId(1), "ours", Mode.TWO_WAY, VersionVector.empty());
    private static final Greeting THEIRS =
            new Greeting(new ReplicaId(2), "theirs", Mode.TWO_WAY, VersionVector.empty());

    private static final int FORMER = 10;
    private static final HandOver NEW_KEY =
            new HandOver(ShareKey.of(new byte[ShareKey.LENGTH]), List.of(), Set.of());

    private final Session session;
    private final Session peer;
    private final boolean hasKey;
    private final boolean isFormer;
    private Instant now = Instant.EPOCH;
    private boolean closed;

    private SessionFuzz(Role role, boolean hasKey, boolean isFormer) {
        Secret former = secret(FORMER);
        ProofKeys own =
                isFormer
                        ? new ProofKeys(secret(6), List.of(former), former)
                        : ProofKeys.only(secret(6));
        this.session = new Session(channel(role, own));
        this.peer =
                new Session(
                        channel(
                                role.other(),
                                ProofKeys.only(secret(!hasKey ? 9 : isFormer ? FORMER : 6))));
        this.hasKey = hasKey;
        this.isFormer = isFormer;
    }

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Role role = (bytes[0] & 1) == 0 ? Role.DIALLER : Role.ACCEPTOR;
        SessionFuzz fuzz = new SessionFuzz(role, (bytes[0] & 2) == 0, (bytes[0] & 16) != 0);
        fuzz.behave(bytes[0] >> 2 & 3);
        for (Message message : Reading.of(Arrays.copyOfRange(bytes, 1, bytes.length))) {
            fuzz.hear(message);
        }
    }

    /** The other end keeps to the rules for so many of its messages. */
    private void behave(int messages) {
        List<Message> said = take(session.start(now));
        List<Message> answers = say(peer.start(now));
        for (int i = 0; i < messages && !closed; i++) {
            List<Message> heard = said;
            said = answers.stream().flatMap(each -> hear(each).stream()).toList();
            answers =
                    heard.stream().flatMap(each -> say(peer.receive(each, now)).stream()).toList();
        }
    }

    private List<Message> say(List<Output> outputs) {
        return outputs.stream()
                .flatMap(
                        output ->
                                switch (output) {
                                    case Output.Send it -> List.of(it.message()).stream();
                                    case Output.Proven _ -> say(peer.admit(THEIRS, now)).stream();
                                    case Output.Opened _,
                                            Output.Received _,
                                            Output.Deliver _,
                                            Output.Close _ ->
                                            List.<Message>of().stream();
                                })
                .toList();
    }

    private List<Message> hear(Message message) {
        now = now.plus(Duration.ofMillis(1));
        return take(session.receive(message, now));
    }

    private List<Message> take(List<Output> outputs) {
        return outputs.stream().flatMap(output -> take(output).stream()).toList();
    }

    private List<Message> take(Output output) {
        check(!closed, output, "after the end");
        return switch (output) {
            case Output.Send it -> List.of(it.message());
            case Output.Proven it -> {
                check(hasKey, output, "without the key");
                check(it.former() == isFormer, output, "by another key");
                yield take(isFormer ? session.handOver(NEW_KEY, now) : session.admit(OURS, now));
            }
            case Output.Received _ -> {
                check(hasKey, output, "without the key");
                yield take(session.close(Message.Reason.NEW_KEY, ""));
            }
            case Output.Opened _, Output.Deliver _ -> {
                check(hasKey && !isFormer, output, "without the key");
                yield List.of();
            }
            case Output.Close _ -> {
                closed = true;
                yield List.of();
            }
        };
    }

    private static void check(boolean holds, Output output, String what) {
        if (!holds) {
            throw new AssertionError("%s %s".formatted(output, what));
        }
    }

    private static Channel channel(Role role, ProofKeys keys) {
        boolean dialled = role == Role.DIALLER;
        return new Channel(
                role,
                new NodeId(dialled ? 1 : 2, 0, 0, 0),
                new NodeId(dialled ? 2 : 1, 0, 0, 0),
                secret(dialled ? 3 : 4),
                secret(dialled ? 4 : 3),
                secret(5),
                keys,
                secret(dialled ? 7 : 8));
    }

    private static Secret secret(int value) {
        byte[] bytes = new byte[Secret.LENGTH];
        Arrays.fill(bytes, (byte) value);
        return new Secret(bytes);
    }
}
