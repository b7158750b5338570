package dev.lanyard.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Hello;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.Proof;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.session.Ends.End;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Sessions of a share that has a new key. */
class HandOverTest {
    private static final int OLD = 20;
    private static final int NEW = 21;
    private static final int OTHER_NEW = 22;

    private static final Channel DIALS_WITH_OLD = Ends.channel(Role.DIALLER, OLD, List.of(), OLD);
    private static final Channel DIALS_WITH_FORMER =
            Ends.channel(Role.DIALLER, NEW, List.of(OLD), OLD);
    private static final Channel HAS_OLD = Ends.channel(Role.ACCEPTOR, OLD, List.of(), OLD);
    private static final Channel LISTS = Ends.channel(Role.ACCEPTOR, NEW, List.of(OLD), NEW);

    private static Stream<Class<?>> kinds(End end) {
        return end.said.stream().map(Object::getClass);
    }

    private static End lateOne(Ends ends, Role newer) {
        return newer == Role.DIALLER ? ends.acceptor : ends.dialler;
    }

    private static Ends withNewer(Role newer) {
        return newer == Role.DIALLER
                ? new Ends(DIALS_WITH_FORMER, HAS_OLD)
                : new Ends(DIALS_WITH_OLD, LISTS);
    }

    @ParameterizedTest
    @EnumSource
    void whoHasTheFormerKeyIsGivenTheNewOneAndNothingElse(Role newer) {
        Ends ends = withNewer(newer);
        End late = lateOne(ends, newer);
        End giver = late == ends.dialler ? ends.acceptor : ends.dialler;

        ends.start().settle();

        assertThat(late.received).isEqualTo(Ends.GIVEN);
        assertThat(giver.received).isNull();
        assertThat(kinds(giver)).containsExactly(Hello.class, Proof.class, HandOver.class);
        assertThat(late.opened).isNull();
        assertThat(giver.opened).isNull();
        assertThat(giver.close).isNull(); // It waits for the other one, which has to keep the key.
    }

    @Seeded(runs = 50)
    void itEndsWithAGoodbyeWhateverIsOnItsWay(RandomGenerator random) {
        Ends ends = withNewer(random.nextBoolean() ? Role.DIALLER : Role.ACCEPTOR).start();
        boolean more = true;
        while (more) {
            more = ends.deliverOne(random);
            for (End end : List.of(ends.dialler, ends.acceptor)) {
                if (end.received != null && end.close == null) {
                    end.perform(end.session.close(Reason.NEW_KEY, "it has a new key"));
                }
            }
        }

        for (End end : List.of(ends.dialler, ends.acceptor)) {
            assertThat(end.closed().ending()).isEqualTo(Ending.GOODBYE);
            assertThat(end.closed().reason()).isEqualTo(Reason.NEW_KEY);
            assertThat(end.opened).isNull();
        }
    }

    @Test
    void whereItIsAFormerOneForBothEachGivesItsOwn() {
        Ends ends =
                new Ends(
                        DIALS_WITH_FORMER,
                        Ends.channel(Role.ACCEPTOR, OTHER_NEW, List.of(OLD), OTHER_NEW));

        ends.start().settle();

        assertThat(ends.dialler.received).isEqualTo(Ends.GIVEN);
        assertThat(ends.acceptor.received).isEqualTo(Ends.GIVEN);
        assertThat(kinds(ends.dialler)).containsExactly(Hello.class, Proof.class, HandOver.class);
        assertThat(kinds(ends.acceptor)).containsExactly(Hello.class, Proof.class, HandOver.class);
    }

    @Test
    void whoIsNotListedGetsNeitherProofNorKeyForAFormerOne() {
        Channel doesNotList = Ends.channel(Role.ACCEPTOR, NEW, List.of(), NEW);
        Ends ends = new Ends(DIALS_WITH_OLD, doesNotList);

        ends.start().settle();

        assertThat(kinds(ends.acceptor)).containsExactly(Hello.class);
        assertThat(ends.acceptor.closed().ending()).isEqualTo(Ending.WRONG_KEY);
        assertThat(ends.dialler.received).isNull();
    }

    @Test
    void whoIsListedAndHasTheNewKeyIsGreeted() {
        Ends ends = new Ends(Ends.channel(Role.DIALLER, NEW, List.of(OLD), NEW), LISTS);

        ends.start().settle();

        assertThat(ends.dialler.opened).isEqualTo(Ends.BOB);
        assertThat(ends.acceptor.opened).isEqualTo(Ends.ANN);
    }

    @Test
    void aDiallerThatTriedAFormerKeyTakesNoProofOfAnother() {
        Ends ends = new Ends(DIALS_WITH_FORMER, Ends.channel(Role.ACCEPTOR)).start();
        ends.dialler.hear(ends.acceptor.sent.remove());
        Channel knowsNewOnly = Ends.channel(Role.ACCEPTOR, NEW, List.of(), NEW);
        Message proof =
                new Proof(
                        Proofs.of(
                                knowsNewOnly,
                                Ends.secret(NEW),
                                Role.ACCEPTOR,
                                Session.PROTOCOL_VERSION,
                                Ends.secret(7),
                                Ends.secret(8)));

        ends.dialler.hear(proof);

        assertThat(ends.dialler.closed().ending()).isEqualTo(Ending.WRONG_KEY);
    }

    @Test
    void nothingElseIsSaidInASessionThatHandsOver() {
        for (Message message : List.of(new KeepAlive(), new Message.ExchangeDone(1))) {
            Ends ends = withNewer(Role.ACCEPTOR).start();
            while (ends.acceptor.said.size() < 3) {
                ends.acceptor.hear(ends.dialler.sent.remove());
                if (!ends.acceptor.sent.isEmpty()) {
                    ends.dialler.hear(ends.acceptor.sent.remove());
                }
            }

            ends.acceptor.hear(message);

            assertThat(ends.acceptor.closed().ending()).isEqualTo(Ending.VIOLATION);
            assertThat(ends.acceptor.delivered).isEmpty();
        }
    }

    @Test
    void aSecondHandOverIsAViolation() {
        Ends ends = withNewer(Role.DIALLER).start().settle();
        assertThat(ends.acceptor.received).isNotNull();

        ends.acceptor.hear(Ends.GIVEN);

        assertThat(ends.acceptor.closed().ending()).isEqualTo(Ending.VIOLATION);
        assertThat(ends.acceptor.said).last().isInstanceOf(Goodbye.class);
    }

    @Test
    void nobodyIsGreetedWhereAKeyIsToBeGiven() {
        Session session = new Session(DIALS_WITH_FORMER);
        Session other = new Session(HAS_OLD);
        var _ = session.start(java.time.Instant.EPOCH);

        assertThatThrownBy(() -> session.admit(Ends.ANN, java.time.Instant.EPOCH))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.handOver(Ends.GIVEN, java.time.Instant.EPOCH))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aGreetingThatWasOnItsWayIsPassedOver() {
        Ends ends = withNewer(Role.ACCEPTOR).start().settle();

        assertThat(kinds(ends.dialler)).contains(Greeting.class);
        assertThat(ends.acceptor.close).isNull();
        assertThat(ends.acceptor.opened).isNull();
    }

    @Test
    void onlyWhoIsProvenIsToldThatTheShareHasANewKey() {
        Ends ends = new Ends().start();
        ends.dialler.perform(ends.dialler.session.close(Reason.NEW_KEY, "the share has a new key"));
        Ends open = Ends.open();
        open.dialler.perform(open.dialler.session.close(Reason.NEW_KEY, "the share has a new key"));

        assertThat(ends.dialler.said).last().isEqualTo(new Goodbye(Reason.STOPPING, ""));
        assertThat(ends.dialler.closed().reason()).isEqualTo(Reason.NEW_KEY);
        assertThat(open.dialler.said)
                .containsExactly(new Goodbye(Reason.NEW_KEY, "the share has a new key"));
    }

    @Test
    void whoIsNotProvenCannotSayThatThereAreTwoKeys() {
        Ends ends = new Ends().start();

        ends.dialler.hear(new Goodbye(Reason.TWO_KEYS, "anything"));

        assertThat(ends.dialler.closed().ending()).isEqualTo(Ending.VIOLATION);
    }
}
