package dev.lanyard.protocol.session;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Secret;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Two sessions over a connection that exists only here, and a clock that stands still. */
final class Ends {
    static final Greeting ANN = greeting("ann", 1);
    static final Greeting BOB = greeting("bob", 2);

    static final HandOver GIVEN =
            new HandOver(ShareKey.of(new byte[ShareKey.LENGTH]), List.of(), Set.of(node(2)));

    Instant now = Instant.EPOCH;
    final End dialler;
    final End acceptor;

    Ends() {
        this(channel(Role.DIALLER), channel(Role.ACCEPTOR));
    }

    Ends(Channel dialler, Channel acceptor) {
        this.dialler = new End(dialler, ANN);
        this.acceptor = new End(acceptor, BOB);
    }

    /** What one end knows of a connection that both ends see alike. */
    static Channel channel(Role role) {
        boolean dialled = role == Role.DIALLER;
        Secret diallersCertificate = secret(3);
        Secret acceptorsCertificate = secret(4);
        return new Channel(
                role,
                dialled ? node(1) : node(2),
                dialled ? node(2) : node(1),
                dialled ? diallersCertificate : acceptorsCertificate,
                dialled ? acceptorsCertificate : diallersCertificate,
                secret(5),
                ProofKeys.only(secret(6)),
                secret(dialled ? 7 : 8));
    }

    /** The same channel with other keys, each of which {@link #secret} makes of a number. */
    static Channel channel(Role role, int present, List<Integer> former, int own) {
        Channel channel = channel(role);
        return new Channel(
                role,
                channel.self(),
                channel.peer(),
                channel.ownCertificate(),
                channel.peerCertificate(),
                channel.exporter(),
                new ProofKeys(
                        secret(present), former.stream().map(Ends::secret).toList(), secret(own)),
                channel.nonce());
    }

    static NodeId node(int number) {
        return new NodeId(number, 0, 0, 0);
    }

    static Secret secret(int value) {
        byte[] bytes = new byte[Secret.LENGTH];
        Arrays.fill(bytes, (byte) value);
        return new Secret(bytes);
    }

    static Greeting greeting(String name, long replica) {
        return new Greeting(new ReplicaId(replica), name, Mode.TWO_WAY, VersionVector.empty());
    }

    /** One end, and all that it wanted. */
    final class End {
        final Session session;
        final Greeting own;
        final Deque<Message> sent = new ArrayDeque<>();
        final List<Message> said = new ArrayList<>();
        final List<Message> delivered = new ArrayList<>();
        boolean admits = true;
        boolean proven;
        @Nullable Greeting opened;
        HandOver gives = GIVEN;
        @Nullable HandOver received;
        Output.@Nullable Close close;

        End(Channel channel, Greeting own) {
            this.session = new Session(channel);
            this.own = own;
        }

        void perform(List<Output> outputs) {
            for (Output output : outputs) {
                switch (output) {
                    case Output.Send it -> {
                        sent.add(it.message());
                        said.add(it.message());
                    }
                    case Output.Proven it -> {
                        proven = true;
                        if (it.former()) {
                            perform(session.handOver(gives, now));
                        } else if (admits) {
                            perform(session.admit(own, now));
                        }
                    }
                    case Output.Received it -> received = it.handOver();
                    case Output.Opened it -> opened = it.greeting();
                    case Output.Deliver it -> delivered.add(it.message());
                    case Output.Close it -> close = it;
                }
            }
        }

        void hear(Message message) {
            perform(session.receive(message, now));
        }

        Output.Close closed() {
            Output.Close found = close;
            if (found == null) {
                throw new AssertionError("not closed; said " + said);
            }
            return found;
        }
    }

    Ends start() {
        dialler.perform(dialler.session.start(now));
        acceptor.perform(acceptor.session.start(now));
        return this;
    }

    /** Delivers one message, if there is one, in a direction that {@code random} chooses. */
    boolean deliverOne(RandomGenerator random) {
        boolean first =
                dialler.sent.isEmpty() || (!acceptor.sent.isEmpty() && random.nextBoolean());
        End from = first ? acceptor : dialler;
        End to = first ? dialler : acceptor;
        Message message = from.sent.poll();
        if (message == null) {
            return false;
        }
        to.hear(message);
        return true;
    }

    /** Delivers all there is. */
    Ends settle() {
        while (!dialler.sent.isEmpty() || !acceptor.sent.isEmpty()) {
            if (!dialler.sent.isEmpty()) {
                acceptor.hear(dialler.sent.remove());
            }
            if (!acceptor.sent.isEmpty()) {
                dialler.hear(acceptor.sent.remove());
            }
        }
        return this;
    }

    /** Two ends that are open. */
    static Ends open() {
        Ends ends = new Ends().start().settle();
        ends.dialler.said.clear();
        ends.acceptor.said.clear();
        return ends;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
