package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.transport.Transport.Failure;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;

final class CallersTest {
    private static final Instant NOW = Instant.EPOCH;

    private final Callers callers = new Callers();

    private static InetSocketAddress host(int number) {
        return new InetSocketAddress(
                InetAddress.ofLiteral("10.0.%d.%d".formatted(number / 250, number % 250 + 1)),
                40_000 + number);
    }

    @Test
    void everyHostIsKeptOnceWithItsLatestFailure() {
        callers.refused(host(1), Failure.WRONG_KEY, "first", NOW);
        callers.refused(host(2), Failure.LIMIT, "full", NOW);
        callers.refused(host(1), Failure.PROTOCOL_VERSION, "second", NOW.plusSeconds(1));

        assertThat(callers.all()).extracting(Caller::reason).containsExactly("full", "second");
    }

    @Test
    void whoGetsInIsForgotten() {
        callers.refused(host(1), Failure.WRONG_KEY, "", NOW);

        callers.opened(host(1));

        assertThat(callers.all()).isEmpty();
    }

    @Test
    void noFloodOfStrangersPushesOutWhoIsMeant() {
        callers.refused(host(0), Failure.WRONG_KEY, "meant", NOW);
        for (int i = 1; i < 1_000; i++) {
            callers.refused(host(i), Failure.NOT_A_PEER, "noise", NOW);
        }

        assertThat(callers.all()).extracting(Caller::reason).containsExactly("meant");
    }

    @Test
    void theyAreBounded() {
        for (int i = 0; i < 1_000; i++) {
            callers.refused(host(i), Failure.WRONG_KEY, "", NOW);
        }

        assertThat(callers.all()).hasSize(64);
        assertThat(callers.all().getLast().host()).isEqualTo(host(999).getAddress());
    }
}
