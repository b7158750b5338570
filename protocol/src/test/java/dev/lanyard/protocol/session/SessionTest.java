package dev.lanyard.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Hello;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.Proof;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.session.Ends.End;
import dev.lanyard.protocol.testing.RandomMessages;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

class SessionTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    @Seeded(runs = 50)
    void bothOpenAndNobodyIsNamedBeforeItIsProvenTo(RandomGenerator random) {
        Ends ends = new Ends().start();

        while (ends.deliverOne(random)) {
            assertNamedOnlyToTheProven(ends.dialler);
            assertNamedOnlyToTheProven(ends.acceptor);
        }

        assertThat(ends.dialler.opened).isEqualTo(Ends.BOB);
        assertThat(ends.acceptor.opened).isEqualTo(Ends.ANN);
        assertThat(kinds(ends.dialler.said))
                .containsExactly(Hello.class, Proof.class, Greeting.class);
        assertThat(kinds(ends.acceptor.said))
                .containsExactly(Hello.class, Proof.class, Greeting.class);
    }

    private static void assertNamedOnlyToTheProven(End end) {
        assertThat(end.proven || end.said.stream().noneMatch(Greeting.class::isInstance)).isTrue();
    }

    private static Stream<Class<?>> kinds(List<Message> messages) {
        return messages.stream().map(Object::getClass);
    }

    @Test
    void theDiallerProvesItselfFirst() {
        Ends ends = new Ends().start();

        ends.acceptor.hear(ends.dialler.sent.remove());
        assertThat(kinds(ends.acceptor.said)).containsExactly(Hello.class);

        ends.dialler.hear(ends.acceptor.sent.remove());
        assertThat(kinds(ends.dialler.said)).containsExactly(Hello.class, Proof.class);
    }

    @Test
    void aWrongKeyOfTheDiallerGetsNoAnswer() {
        Ends ends = new Ends(withKey(Ends.channel(Role.DIALLER)), Ends.channel(Role.ACCEPTOR));

        ends.start().settle();

        assertThat(kinds(ends.acceptor.said)).containsExactly(Hello.class);
        assertThat(ends.acceptor.closed().ending()).isEqualTo(Ending.WRONG_KEY);
        assertThat(ends.acceptor.proven).isFalse();
        ends.dialler.perform(ends.dialler.session.broken("closed"));
        assertThat(ends.dialler.closed().ending()).isEqualTo(Ending.WRONG_KEY);
    }

    private static Channel withKey(Channel channel) {
        return new Channel(
                channel.role(),
                channel.self(),
                channel.peer(),
                channel.ownCertificate(),
                channel.peerCertificate(),
                channel.exporter(),
                ProofKeys.only(Ends.secret(99)),
                channel.nonce());
    }

    @Test
    void aWrongKeyOfTheAcceptorIsNotGreeted() {
        Ends ends = new Ends().start();
        ends.dialler.hear(ends.acceptor.sent.remove());

        ends.dialler.hear(new Proof(Ends.secret(1)));

        assertThat(ends.dialler.closed().ending()).isEqualTo(Ending.WRONG_KEY);
        assertThat(kinds(ends.dialler.said)).containsExactly(Hello.class, Proof.class);
    }

    @Test
    void ownProofSentBackIsWrong() {
        Ends ends = new Ends().start();
        ends.dialler.hear(ends.acceptor.sent.remove());

        ends.dialler.hear(ends.dialler.said.getLast());

        assertThat(ends.dialler.closed().ending()).isEqualTo(Ending.WRONG_KEY);
    }

    enum Bound {
        OWN_CERTIFICATE,
        PEER_CERTIFICATE,
        EXPORTER,
        KEY
    }

    @ParameterizedTest
    @EnumSource
    void aProofHoldsForOneConnectionOnly(Bound bound) {
        UnaryOperator<Channel> changed =
                it ->
                        new Channel(
                                it.role(),
                                it.self(),
                                it.peer(),
                                bound == Bound.OWN_CERTIFICATE
                                        ? Ends.secret(99)
                                        : it.ownCertificate(),
                                bound == Bound.PEER_CERTIFICATE
                                        ? Ends.secret(99)
                                        : it.peerCertificate(),
                                bound == Bound.EXPORTER ? Ends.secret(99) : it.exporter(),
                                bound == Bound.KEY ? ProofKeys.only(Ends.secret(99)) : it.keys(),
                                it.nonce());
        Ends ends =
                new Ends(Ends.channel(Role.DIALLER), changed.apply(Ends.channel(Role.ACCEPTOR)));

        ends.start().settle();

        assertThat(ends.acceptor.closed().ending()).isEqualTo(Ending.WRONG_KEY);
    }

    @Test
    void aProofOfAnotherConnectionIsWrong() {
        Ends first = new Ends().start().settle();
        Message oldProof = first.dialler.said.get(1);
        Ends second = new Ends().start();
        second.acceptor.hear(new Hello(Session.PROTOCOL_VERSION, Ends.secret(50)));

        second.acceptor.hear(oldProof);

        assertThat(second.acceptor.closed().ending()).isEqualTo(Ending.WRONG_KEY);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("D55: another version of the protocol is refused before anything is proven")
    void d55_anotherVersionIsRefused(Role role) {
        Ends ends = new Ends().start();
        End end = role == Role.DIALLER ? ends.dialler : ends.acceptor;

        end.hear(new Hello(Session.PROTOCOL_VERSION + 1, Ends.secret(1)));

        assertThat(end.closed().ending()).isEqualTo(Ending.PROTOCOL_VERSION);
        assertThat(end.closed().text())
                .contains("version " + (Session.PROTOCOL_VERSION + 1))
                .contains("version " + Session.PROTOCOL_VERSION);
        assertThat(kinds(end.said)).containsExactly(Hello.class, Goodbye.class);
        End other = role == Role.DIALLER ? ends.acceptor : ends.dialler;
        other.hear(end.said.getLast());
        assertThat(other.closed().ending()).isEqualTo(Ending.PROTOCOL_VERSION);
    }

    @Test
    void oneselfIsRefused() {
        Channel channel = Ends.channel(Role.DIALLER);
        Channel toItself =
                new Channel(
                        Role.DIALLER,
                        channel.self(),
                        channel.self(),
                        channel.ownCertificate(),
                        channel.ownCertificate(),
                        channel.exporter(),
                        channel.keys(),
                        channel.nonce());
        Ends ends = new Ends(toItself, channel);

        ends.dialler.perform(ends.dialler.session.start(ends.now));

        assertThat(ends.dialler.closed().ending()).isEqualTo(Ending.SELF);
        assertThat(ends.dialler.said).isEmpty();
    }

    /** How far a conversation has come at the dialler. */
    enum At {
        HELLO,
        PROOF,
        GREETING,
        GREETED,
        OPEN
    }

    private static Ends at(At stage) {
        Ends ends = new Ends();
        End end = ends.dialler;
        end.admits = stage == At.OPEN;
        ends.start();
        if (stage == At.HELLO) {
            return ends;
        }
        end.hear(ends.acceptor.sent.remove());
        if (stage == At.PROOF) {
            return ends;
        }
        ends.acceptor.hear(ends.dialler.sent.remove());
        ends.acceptor.hear(ends.dialler.sent.remove());
        end.hear(ends.acceptor.sent.remove());
        if (stage != At.GREETING) {
            end.hear(ends.acceptor.sent.remove());
        }
        return ends;
    }

    private static boolean isAllowed(At stage, Message message) {
        return switch (stage) {
            case HELLO -> message instanceof Hello;
            case PROOF -> message instanceof Proof;
            case GREETING -> message instanceof Greeting || message instanceof HandOver;
            case GREETED -> false;
            case OPEN ->
                    !(message instanceof Hello
                            || message instanceof Proof
                            || message instanceof Greeting
                            || message instanceof HandOver
                            || message instanceof Message.Credit);
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyWrongMoveEndsTheSession(At stage) {
        for (Message message : new RandomMessages(new Random(7)).oneOfEach()) {
            if (isAllowed(stage, message) || message instanceof Goodbye) {
                continue;
            }
            Ends ends = at(stage);
            End end = ends.dialler;
            end.said.clear();

            end.hear(message);

            assertThat(end.closed().ending()).as("%s", message).isEqualTo(Ending.VIOLATION);
            assertThat(end.delivered).isEmpty();
            boolean isProven = stage != At.HELLO && stage != At.PROOF;
            assertThat(kinds(end.said)).isEqualTo(isProven ? List.of(Goodbye.class) : List.of());
            assertSilent(end, ends);
        }
    }

    /** After the end nothing is wanted, whatever happens. */
    private static void assertSilent(End end, Ends ends) {
        end.said.clear();
        Output.Close first = end.closed();
        for (Message message : new RandomMessages(new Random(8)).oneOfEach()) {
            end.hear(message);
        }
        end.perform(end.session.tick(ends.now.plus(Duration.ofDays(1))));
        end.perform(end.session.close(Reason.STOPPING, ""));
        end.perform(end.session.broken(""));
        end.perform(end.session.violated(""));
        end.perform(end.session.release(1L << 30, ends.now));
        end.perform(end.session.admit(end.own, ends.now));
        assertThat(end.said).isEmpty();
        assertThat(end.delivered).isEmpty();
        assertThat(end.closed()).isSameAs(first);
        assertThat(end.session.nextTimeout()).isEqualTo(Instant.MAX);
    }

    @ParameterizedTest
    @EnumSource
    void aGoodbyeEndsTheSessionAtAnyTime(At stage) {
        Ends ends = at(stage);

        ends.dialler.hear(new Goodbye(Reason.STOPPING, "bye"));

        assertThat(ends.dialler.closed())
                .isEqualTo(new Output.Close(Ending.GOODBYE, Reason.STOPPING, "bye"));
        assertSilent(ends.dialler, ends);
    }

    @Test
    void whoIsNotProvenCannotSayWhatWeAre() {
        for (Reason reason : List.of(Reason.SELF, Reason.PROTOCOL_VIOLATION, Reason.FAILURE)) {
            Ends ends = at(At.PROOF);

            ends.dialler.hear(new Goodbye(reason, "\u001b[2J"));

            assertThat(ends.dialler.closed().ending()).isEqualTo(Ending.VIOLATION);
            assertThat(ends.dialler.closed().text()).doesNotContain("\u001b");
        }
    }

    @Test
    void aBrokenConnectionMeansWhatItBrokeInto() {
        assertThat(brokenAt(At.HELLO)).isEqualTo(Ending.VIOLATION);
        assertThat(brokenAt(At.PROOF)).isEqualTo(Ending.WRONG_KEY);
        assertThat(brokenAt(At.GREETING)).isEqualTo(Ending.GOODBYE);
        assertThat(brokenAt(At.OPEN)).isEqualTo(Ending.GOODBYE);
    }

    private static Ending brokenAt(At stage) {
        Ends ends = at(stage);
        ends.dialler.perform(ends.dialler.session.broken("reset"));
        return ends.dialler.closed().ending();
    }

    @Test
    void admissionMayComeBeforeOrAfterTheGreeting() {
        Ends before = at(At.GREETING);
        before.dialler.perform(before.dialler.session.admit(Ends.ANN, before.now));
        assertThat(before.dialler.opened).isNull();
        before.settle();
        assertThat(before.dialler.opened).isEqualTo(Ends.BOB);

        Ends after = at(At.GREETED);
        assertThat(after.dialler.opened).isNull();
        after.dialler.perform(after.dialler.session.admit(Ends.ANN, after.now));
        assertThat(after.dialler.opened).isEqualTo(Ends.BOB);
    }

    @Test
    void onlyTheProvenAreAdmittedAndOnce() {
        Ends unproven = at(At.PROOF);
        assertThatThrownBy(() -> unproven.dialler.session.admit(Ends.ANN, unproven.now))
                .isInstanceOf(IllegalStateException.class);
        Ends open = at(At.OPEN);
        assertThatThrownBy(() -> open.dialler.session.admit(Ends.ANN, open.now))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void messagesAreDeliveredInOrder() {
        Ends ends = Ends.open();
        List<Message> messages = List.of(new ExchangeDone(1), new ExchangeDone(2));

        messages.forEach(ends.acceptor::hear);

        assertThat(ends.acceptor.delivered).isEqualTo(messages);
    }

    @Test
    void saysThatItIsAliveWhenNothingElseIsSaid() {
        Ends ends = Ends.open();
        Session session = ends.dialler.session;
        assertThat(session.nextTimeout()).isEqualTo(ends.now.plusSeconds(2));

        ends.pass(Duration.ofSeconds(2).minus(MILLI));
        assertThat(session.tick(ends.now)).isEmpty();
        session.sent(ends.now);
        ends.pass(MILLI);
        assertThat(session.tick(ends.now)).isEmpty();

        ends.pass(Duration.ofSeconds(2));
        assertThat(session.tick(ends.now)).containsExactly(new Output.Send(new KeepAlive()));
        assertThat(session.tick(ends.now)).isEmpty();
    }

    @Test
    void silenceEndsTheSession() {
        Ends ends = Ends.open();
        End end = ends.dialler;
        ends.pass(Duration.ofSeconds(9));
        end.hear(new KeepAlive());
        ends.pass(Duration.ofSeconds(9));
        end.session.heard(ends.now);
        ends.pass(Duration.ofSeconds(10).minus(MILLI));
        end.perform(end.session.tick(ends.now));
        assertThat(end.close).isNull();

        ends.pass(MILLI);
        end.perform(end.session.tick(ends.now));

        assertThat(end.closed().reason()).isEqualTo(Reason.SILENCE);
        assertThat(end.said.getLast()).isInstanceOf(Goodbye.class);
    }

    @Test
    @DisplayName("D48: whoever is slow to prove itself is closed, whatever it trickles")
    void d48_theHandshakeHasADeadline() {
        for (At stage : List.of(At.HELLO, At.PROOF, At.GREETING, At.GREETED)) {
            Ends ends = at(stage);
            End end = ends.dialler;
            end.said.clear();
            assertThat(end.session.nextTimeout()).isEqualTo(ends.now.plusSeconds(5));
            ends.pass(Duration.ofSeconds(5).minus(MILLI));
            end.session.heard(ends.now);
            end.perform(end.session.tick(ends.now));
            assertThat(end.close).isNull();

            ends.pass(MILLI);
            end.perform(end.session.tick(ends.now));

            assertThat(end.closed().ending()).isEqualTo(Ending.SILENCE);
            assertThat(end.said).isEmpty();
        }
    }

    @Test
    void keepAlivesOfBothEndsKeepASessionForEver() {
        Ends ends = Ends.open();

        for (int i = 0; i < 10_000; i++) {
            ends.pass(Duration.ofMillis(100));
            ends.dialler.perform(ends.dialler.session.tick(ends.now));
            ends.acceptor.perform(ends.acceptor.session.tick(ends.now));
            ends.settle();
        }

        assertThat(ends.dialler.close).isNull();
        assertThat(ends.acceptor.close).isNull();
        assertThat(ends.dialler.said).hasSize(500);
    }
}
