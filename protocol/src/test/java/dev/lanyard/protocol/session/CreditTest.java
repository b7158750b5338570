package dev.lanyard.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentAhead;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.Credit;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.session.Ends.End;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.random.RandomGenerator;

class CreditTest {
    private static final int PART = 1 << 18;
    private static final long PARTS = Session.CREDIT_BYTES / PART;

    private final Ends ends = Ends.open();
    private final End sender = ends.dialler;
    private final End receiver = ends.acceptor;

    private static ContentPart part(int bytes) {
        return new ContentPart(1, 0, 0, new byte[bytes], false);
    }

    private void spendAndSend(int bytes) {
        sender.session.spend(bytes);
        receiver.hear(part(bytes));
    }

    private void release(long bytes) {
        receiver.perform(receiver.session.release(bytes, ends.now));
    }

    @Test
    void thereIsNoneBeforeTheSessionIsOpen() {
        assertThat(new Ends().start().dialler.session.creditBytes()).isZero();
        assertThat(sender.session.creditBytes()).isEqualTo(Session.CREDIT_BYTES);
    }

    @Test
    void whoSendsMoreThanItMayBreaksARule() {
        for (long i = 0; i < PARTS; i++) {
            spendAndSend(PART);
        }
        assertThat(sender.session.creditBytes()).isZero();
        assertThatThrownBy(() -> sender.session.spend(1)).isInstanceOf(IllegalStateException.class);
        receiver.hear(part(0));
        assertThat(receiver.close).isNull();

        receiver.hear(part(1));

        assertThat(receiver.closed().ending()).isEqualTo(Ending.VIOLATION);
        assertThat(receiver.said.getLast())
                .isInstanceOfSatisfying(
                        Goodbye.class,
                        goodbye ->
                                assertThat(goodbye.reason()).isEqualTo(Reason.PROTOCOL_VIOLATION));
        assertThat(receiver.delivered).hasSize((int) PARTS + 1);
    }

    @Test
    void bundlesCountWhatTheyHoldAndContentsAheadDoNot() {
        Message.ForTransfer bundle =
                new ContentBundle(1, new int[2], List.of(new byte[3], new byte[4]));

        assertThat(Session.contentBytes(bundle)).isEqualTo(7);
        assertThat(Session.contentBytes(new ContentAhead(List.of(new byte[3])))).isZero();
    }

    @Test
    void isGrantedAgainInStepsThatAreWorthAFrame() {
        for (int i = 0; i < 8; i++) {
            spendAndSend(PART);
        }
        release(7L * PART);
        assertThat(receiver.said).isEmpty();

        release(PART);
        ends.settle();

        assertThat(receiver.said).containsExactly(new Credit(8L * PART));
        assertThat(sender.session.creditBytes()).isEqualTo(Session.CREDIT_BYTES);
    }

    @Test
    void whatWasNeverReceivedIsNotGranted() {
        for (int i = 0; i < 8; i++) {
            spendAndSend(PART);
        }

        release(Long.MAX_VALUE);
        release(1L << 40);
        ends.settle();

        assertThat(receiver.said).containsExactly(new Credit(8L * PART));
    }

    @Test
    void whoGrantsWhatItNeverReceivedBreaksARule() {
        sender.hear(new Credit(1));

        assertThat(sender.closed().ending()).isEqualTo(Ending.VIOLATION);
        Ends other = Ends.open();
        other.dialler.session.spend(100);
        other.dialler.hear(new Credit(Long.MAX_VALUE));
        assertThat(other.dialler.closed().ending()).isEqualTo(Ending.VIOLATION);
    }

    @Seeded(runs = 100)
    void whoKeepsTheRulesIsNeverStuckAndNeverRefused(RandomGenerator random) {
        long unreleased = 0;
        long sent = 0;
        for (int i = 0; i < 2_000; i++) {
            int bytes = random.nextInt(PART + 1);
            if (random.nextBoolean() && bytes <= sender.session.creditBytes()) {
                sender.session.spend(bytes);
                sender.sent.add(part(bytes));
                sent += bytes;
                unreleased += bytes;
            } else if (random.nextInt(3) == 0) {
                ends.settle();
                release(unreleased);
                unreleased = 0;
            }
            ends.deliverOne(random);
        }
        ends.settle();
        release(unreleased);
        ends.settle();

        assertThat(sender.close).isNull();
        assertThat(receiver.close).isNull();
        assertThat(sent).isGreaterThan(Session.CREDIT_BYTES);
        assertThat(sender.session.creditBytes())
                .isBetween(Session.CREDIT_BYTES / 2, Session.CREDIT_BYTES);
    }
}
