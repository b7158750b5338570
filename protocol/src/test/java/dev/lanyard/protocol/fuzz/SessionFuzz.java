package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.Channel;
import dev.lanyard.protocol.session.Output;
import dev.lanyard.protocol.session.Role;
import dev.lanyard.protocol.session.Session;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Any messages at any stage of a session: nobody is proven without the key, nothing is told to whom
 * is not proven, and nothing comes after the end. The first byte says who dialled, whether the
 * other end has the key and how far it behaves; the rest are frames.
 */
public final class SessionFuzz {
    private static final Greeting OURS =
            new Greeting(new ReplicaId(1), "ours", Mode.TWO_WAY, VersionVector.empty());
    private static final Greeting THEIRS =
            new Greeting(new ReplicaId(2), "theirs", Mode.TWO_WAY, VersionVector.empty());

    private final Session session;
    private final Session peer;
    private final boolean hasKey;
    private Instant now = Instant.EPOCH;
    private boolean closed;

    private SessionFuzz(Role role, boolean hasKey) {
        this.session = new Session(channel(role, 6));
        this.peer = new Session(channel(role.other(), hasKey ? 6 : 9));
        this.hasKey = hasKey;
    }

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Role role = (bytes[0] & 1) == 0 ? Role.DIALLER : Role.ACCEPTOR;
        SessionFuzz fuzz = new SessionFuzz(role, (bytes[0] & 2) == 0);
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
                                    case Output.Opened _, Output.Deliver _, Output.Close _ ->
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
            case Output.Proven _ -> {
                check(hasKey, output, "without the key");
                yield take(session.admit(OURS, now));
            }
            case Output.Opened _, Output.Deliver _ -> {
                check(hasKey, output, "without the key");
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

    private static Channel channel(Role role, int key) {
        boolean dialled = role == Role.DIALLER;
        return new Channel(
                role,
                new NodeId(dialled ? 1 : 2, 0, 0, 0),
                new NodeId(dialled ? 2 : 1, 0, 0, 0),
                secret(dialled ? 3 : 4),
                secret(dialled ? 4 : 3),
                secret(5),
                secret(key),
                secret(dialled ? 7 : 8));
    }

    private static Secret secret(int value) {
        byte[] bytes = new byte[Secret.LENGTH];
        Arrays.fill(bytes, (byte) value);
        return new Secret(bytes);
    }
}
