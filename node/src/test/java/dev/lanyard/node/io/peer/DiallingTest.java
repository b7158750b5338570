package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Peer;
import dev.lanyard.node.io.peer.PeerAddressState.Stage;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.transport.Transport.Failure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

class DiallingTest {
    private static final Address ONE = new Address("10.0.0.1", 22000);
    private static final Address TWO = new Address("10.0.0.2", 22000);
    private static final InetSocketAddress NAMED =
            InetSocketAddress.createUnresolved("host.example", 22000);

    private final Dialling dialling = new Dialling(new Random(1));
    private Instant now = Instant.EPOCH;

    private static Peer peer(long startNonce, Address... addresses) {
        return new Peer(startNonce, 1, List.of(addresses));
    }

    private static InetSocketAddress socket(Address address) {
        return address.toSocketAddress();
    }

    private List<InetSocketAddress> dueAfter(Duration time) {
        now = now.plus(time);
        return dialling.due(now);
    }

    /** How long it waits until the next dial. */
    private Duration untilNext() {
        return dialling.next().map(at -> Duration.between(now, at)).orElseThrow();
    }

    @Test
    void dialsWhoIsHeardAtOnce() {
        // when
        dialling.heard(peer(1, ONE), false, now);

        // then
        assertThat(dialling.due(now)).containsExactly(socket(ONE));
        assertThat(dialling.due(now)).isEmpty();
    }

    @Test
    void leavesItToWhoRepliesAndDialsIfNothingComesOfIt() {
        // when
        dialling.heard(peer(1, ONE), true, now);
        dialling.heard(peer(1, ONE, TWO), false, now); // By another way, which says nothing new.

        // then
        assertThat(dialling.due(now)).isEmpty();
        assertThat(untilNext()).isEqualTo(Duration.ofSeconds(2));
        assertThat(dueAfter(Duration.ofSeconds(2))).containsExactly(socket(ONE));
    }

    @Test
    void dialsWhoWasNamedForEver() {
        // given
        dialling.fixed(NAMED, now);

        // when
        int dials = 0;
        for (int second = 0; second < 3_600; second++) {
            for (InetSocketAddress address : dueAfter(Duration.ofSeconds(1))) {
                dialling.failed(address, Failure.UNREACHABLE, "refused", now);
                dials++;
            }
        }

        // then
        assertThat(dials).isBetween(115, 180); // Every 22.5 to 30 seconds in the end.
    }

    @Test
    void dialsThoseWhoAreMissingWhereTheyWereAMomentLater() {
        // given
        dialling.dialMissing(List.of(socket(ONE)), now);

        // then
        assertThat(dialling.due(now)).isEmpty();
        assertThat(dueAfter(Duration.ofSeconds(1))).containsExactly(socket(ONE));
        dialling.failed(socket(ONE), Failure.UNREACHABLE, "refused", now);
        assertThat(dueAfter(Duration.ofSeconds(1))).containsExactly(socket(ONE));
    }

    @Test
    void dialsThoseNoMoreWhoAreNotMissing() {
        // given
        dialling.dialMissing(List.of(socket(ONE), socket(TWO)), now);
        dueAfter(Duration.ofSeconds(1));
        dialling.opened(socket(ONE), now);
        dialling.failed(socket(TWO), Failure.UNREACHABLE, "refused", now);

        // when
        dialling.dialMissing(List.of(), now);

        // then
        assertThat(dueAfter(Duration.ofHours(1))).isEmpty();
        assertThat(dialling.addresses()).hasSize(1); // The session goes on.
        dialling.closed(socket(ONE), Reason.SILENCE, "", now);
        dialling.dialMissing(List.of(socket(ONE)), now);
        assertThat(dueAfter(Duration.ofSeconds(1))).containsExactly(socket(ONE));
    }

    @Test
    void aMissingPeerThatAUserNamedIsDialledOnce() {
        // given
        dialling.fixed(InetSocketAddress.createUnresolved(ONE.host(), ONE.port()), now);

        // when
        dialling.dialMissing(List.of(socket(ONE)), now);

        // then
        assertThat(dueAfter(Duration.ofSeconds(1))).hasSize(1);
    }

    @Test
    void forgetsWhereAPeerWas() {
        // given
        dialling.dialMissing(List.of(socket(ONE)), now);

        // when
        dialling.forget(socket(ONE));

        // then
        assertThat(dueAfter(Duration.ofHours(1))).isEmpty();
    }

    @Test
    void waitsTwiceAsLongEachTimeUpToABound() {
        // given
        dialling.fixed(NAMED, now);
        List<Long> waits = new ArrayList<>();

        // when
        for (int i = 0; i < 10; i++) {
            dialling.due(now).forEach(a -> dialling.failed(a, Failure.UNREACHABLE, "refused", now));
            Duration wait = untilNext();
            waits.add(wait.toMillis());
            now = now.plus(wait);
        }

        // then
        long expected = 200;
        for (long wait : waits) {
            assertThat(wait).isBetween(expected * 3 / 4, expected);
            expected = Math.min(30_000, expected * 2);
        }
    }

    @Test
    void triesAllAddressesOfAPeerBeforeItWaits() {
        // given
        dialling.heard(peer(1, ONE, TWO), false, now);

        // when
        List<InetSocketAddress> first = dialling.due(now);
        dialling.failed(socket(ONE), Failure.UNREACHABLE, "refused", now);
        List<InetSocketAddress> second = dialling.due(now);
        dialling.failed(socket(TWO), Failure.UNREACHABLE, "refused", now);
        List<InetSocketAddress> third = dialling.due(now);

        // then
        assertThat(first).containsExactly(socket(ONE));
        assertThat(second).containsExactly(socket(TWO));
        assertThat(third).isEmpty();
        assertThat(untilNext()).isPositive();
    }

    @Test
    void dialsAtOnceWhoIsHeardAgain() {
        // given
        dialling.heard(peer(1, ONE), false, now);
        for (int i = 0; i < 8; i++) {
            dialling.due(now).forEach(a -> dialling.failed(a, Failure.UNREACHABLE, "refused", now));
            now = now.plus(untilNext());
        }
        dialling.due(now).forEach(a -> dialling.failed(a, Failure.UNREACHABLE, "refused", now));

        // when
        dialling.heard(peer(1, ONE), false, now);

        // then
        assertThat(dialling.due(now)).containsExactly(socket(ONE));
        dialling.failed(socket(ONE), Failure.UNREACHABLE, "refused", now);
        assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void forgetsWhoIsNotHeardAnyMore() {
        // given
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);

        // when
        dialling.gone(peer(1, ONE));
        dialling.failed(socket(ONE), Failure.UNREACHABLE, "refused", now);

        // then
        assertThat(dialling.addresses()).isEmpty();
        assertThat(dialling.next()).isEmpty();
    }

    @Test
    void keepsTheSessionOfWhoIsNotHeardAnyMore() {
        // given
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);
        dialling.opened(socket(ONE), now);

        // when
        dialling.gone(peer(1, ONE));

        // then
        assertThat(dialling.addresses())
                .extracting(PeerAddressState::stage)
                .containsExactly(Stage.CONNECTED);
        dialling.closed(socket(ONE), Reason.SILENCE, "", now);
        assertThat(dialling.addresses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, WAITING, 150, 200",
        "NOT_A_PEER, WAITING, 150, 200",
        "WRONG_KEY, WAITING, 45000, 60000",
        "PROTOCOL_VERSION, WAITING, 45000, 60000",
        "SELF, OURSELVES, 45000, 60000"
    })
    void waitsAsLongAsTheFailureDeserves(Failure failure, Stage stage, long least, long most) {
        // given
        dialling.fixed(NAMED, now);
        dialling.due(now);

        // when
        dialling.failed(NAMED, failure, "why", now);

        // then
        assertThat(untilNext().toMillis()).isBetween(least, most);
        PeerAddressState state = dialling.addresses().getFirst();
        assertThat(state.stage()).isEqualTo(stage);
        assertThat(state.failure()).isEqualTo(failure);
        assertThat(state.reason()).isEqualTo("why");
        assertThat(state.fixed()).isTrue();
    }

    @Test
    void dialsNobodyWhoProvedToBeItself() {
        // given
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);

        // when
        dialling.failed(socket(ONE), Failure.SELF, "", now);

        // then
        assertThat(dialling.next()).isEmpty();
        assertThat(dueAfter(Duration.ofHours(1))).isEmpty();
    }

    @Test
    void dialsADuplicateOnlyWhenASessionEnds() {
        // given
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);
        dialling.failed(socket(ONE), Failure.DUPLICATE, "", now);
        assertThat(dueAfter(Duration.ofHours(1))).isEmpty();

        // when
        dialling.closed(null, Reason.SILENCE, "", now);

        // then
        assertThat(dueAfter(Duration.ofMillis(200))).containsExactly(socket(ONE));
    }

    @Test
    void restsWhenItsOwnSessionWasTheOneGivenUp() {
        // given
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);
        dialling.opened(socket(ONE), now);

        // when
        dialling.closed(socket(ONE), Reason.DUPLICATE, "", now);

        // then
        assertThat(dueAfter(Duration.ofHours(1))).isEmpty();
        assertThat(dialling.addresses().getFirst().stage()).isEqualTo(Stage.KNOWN);
    }

    @Test
    void redialsSoonAfterASessionThatLasted() {
        // given
        dialling.fixed(NAMED, now);
        for (int i = 0; i < 6; i++) {
            dialling.due(now).forEach(a -> dialling.failed(a, Failure.UNREACHABLE, "refused", now));
            now = now.plus(untilNext());
        }
        dialling.due(now);
        dialling.opened(NAMED, now);
        now = now.plusSeconds(10);

        // when
        dialling.closed(NAMED, Reason.SILENCE, "", now);

        // then
        assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void redialsEverMoreSlowlyWhenSessionsDoNotLast() {
        // given
        dialling.fixed(NAMED, now);

        // when
        for (int i = 0; i < 10; i++) {
            dialling.due(now);
            dialling.opened(NAMED, now);
            dialling.closed(NAMED, Reason.PROTOCOL_VIOLATION, "", now);
            now = now.plus(untilNext());
        }
        dialling.due(now);
        dialling.opened(NAMED, now);
        dialling.closed(NAMED, Reason.PROTOCOL_VIOLATION, "", now);

        // then
        assertThat(untilNext()).isGreaterThan(Duration.ofSeconds(20));
    }

    @Test
    void givesUpADialThatIsNeverAnswered() {
        // given
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);

        // when
        List<InetSocketAddress> due = dueAfter(Duration.ofSeconds(30));

        // then
        assertThat(due).isEmpty();
        assertThat(dialling.addresses().getFirst().failure()).isEqualTo(Failure.NO_ANSWER);
        assertThat(dueAfter(Duration.ofSeconds(1))).containsExactly(socket(ONE));
    }

    @Test
    void dialsAnAddressOnceAtATimeWhoeverNamedIt() {
        // given
        dialling.fixed(socket(ONE), now);
        dialling.heard(peer(1, ONE), false, now);

        // when
        List<InetSocketAddress> due = dialling.due(now);

        // then
        assertThat(due).containsExactly(socket(ONE));
    }

    @Test
    void neverDialsWhatIsBusyAndAlwaysComesBackToWhoWasNamed() {
        for (long seed = 0; seed < 300; seed++) {
            randomHistory(seed);
        }
    }

    private void randomHistory(long seed) {
        // given
        Random random = new Random(seed);
        Dialling policy = new Dialling(random);
        Instant time = Instant.EPOCH;
        policy.fixed(NAMED, time);
        Set<InetSocketAddress> dialling = new HashSet<>();
        Set<InetSocketAddress> open = new HashSet<>();

        // when
        for (int step = 0; step < 400; step++) {
            time = time.plusMillis(random.nextInt(2_000));
            for (InetSocketAddress address : policy.due(time)) {
                assertThat(open).as("seed %d", seed).doesNotContain(address);
                assertThat(dialling.add(address)).as("seed %d", seed).isTrue();
            }
            for (InetSocketAddress address : List.copyOf(dialling)) {
                dialling.remove(address);
                if (random.nextInt(3) == 0) {
                    policy.opened(address, time);
                    open.add(address);
                } else {
                    Failure[] failures = Failure.values();
                    policy.failed(address, failures[random.nextInt(failures.length)], "", time);
                }
            }
            for (InetSocketAddress address : List.copyOf(open)) {
                if (random.nextInt(4) == 0) {
                    open.remove(address);
                    Reason[] reasons = Reason.values();
                    policy.closed(address, reasons[random.nextInt(reasons.length)], "", time);
                }
            }
            Peer peer = peer(random.nextInt(3), random.nextBoolean() ? ONE : TWO);
            switch (random.nextInt(6)) {
                case 0 -> policy.heard(peer, random.nextBoolean(), time);
                case 1 -> policy.gone(peer);
                case 2 -> policy.closed(null, Reason.SILENCE, "", time);
                default -> {}
            }
        }

        // then
        for (InetSocketAddress address : open) {
            policy.closed(address, Reason.SILENCE, "", time);
        }
        policy.closed(null, Reason.SILENCE, "", time);
        Set<InetSocketAddress> dialled = new HashSet<>();
        for (int second = 0; second < 61; second++) {
            time = time.plusSeconds(1);
            for (InetSocketAddress address : policy.due(time)) {
                dialled.add(address);
                policy.failed(address, Failure.UNREACHABLE, "", time);
            }
        }
        assertThat(dialled).as("seed %d", seed).contains(NAMED);
    }

    @Test
    void anotherKeyIsTriedSoonAndAWrongOneLate() {
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);

        dialling.failed(socket(ONE), Failure.NEW_KEY, "", now);
        assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofMillis(200));

        assertThat(dueAfter(Duration.ofMillis(200))).containsExactly(socket(ONE));
        dialling.failed(socket(ONE), Failure.WRONG_KEY, "", now);
        assertThat(untilNext()).isGreaterThan(Duration.ofSeconds(40));
    }

    @Test
    void aSessionThatEndedForANewKeyIsDialledAgainAtOnce() {
        dialling.heard(peer(1, ONE), false, now);
        dialling.due(now);
        dialling.opened(socket(ONE), now);

        dialling.closed(socket(ONE), Reason.NEW_KEY, "", now);

        assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void allAreDialledAtOnceWhenWhatWasInTheWayIsOver() {
        dialling.heard(peer(1, ONE), false, now);
        dialling.heard(peer(2, TWO), false, now);
        dialling.due(now);
        dialling.failed(socket(ONE), Failure.WRONG_KEY, "", now);
        dialling.failed(socket(TWO), Failure.DUPLICATE, "", now);

        dialling.redial(now);

        assertThat(dialling.due(now)).containsExactlyInAnyOrder(socket(ONE), socket(TWO));
    }
}
