package dev.lanyard.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.NodeId;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Who has to make room among those that have proven nothing. */
class ConnectionTableTest {
    private static final NodeId SELF = NodeId.of(new byte[32]);

    private final ConnectionTable<Knocking> table = new ConnectionTable<>(SELF, 8, 4, 3);

    /** A connection that was accepted. */
    private record Knocking(InetAddress source, int number) implements ConnectionTable.Candidate {
        @Override
        public NodeId peer() {
            byte[] id = new byte[32];
            id[31] = (byte) number;
            return NodeId.of(id);
        }

        @Override
        public boolean dialled() {
            return false;
        }

        @Override
        public boolean isEnded() {
            return false;
        }
    }

    private static Knocking from(int host, int number) {
        return new Knocking(InetAddress.ofLiteral("10.0.0." + host), number);
    }

    @Test
    @DisplayName("D48: a flood from one address pushes out nobody who comes from another")
    void d48_aFloodIsInItsOwnWay() {
        Knocking honest = from(1, 0);
        assertThat(table.begin(honest)).isNull();

        List<Knocking> dropped = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            Knocking out = table.begin(from(2, i));
            if (out != null) {
                dropped.add(out);
                table.end(out, null);
            }
        }

        assertThat(dropped).hasSize(96).doesNotContain(honest);
        assertThat(dropped.getFirst()).isEqualTo(from(2, 1));
        assertThat(table.proven(honest)).isInstanceOf(ConnectionTable.Verdict.Keep.class);
    }

    @Test
    @DisplayName("D48: floods from many addresses push out the oldest of those that have the most")
    void d48_floodsFromManyAddresses() {
        Knocking honest = from(1, 0);
        table.begin(honest);
        List<Knocking> dropped = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            Knocking out = table.begin(from(2 + i % 3, i));
            if (out != null) {
                dropped.add(out);
                table.end(out, null);
            }
        }

        assertThat(dropped).hasSize(33).doesNotContain(honest);
    }

    @Test
    @DisplayName("whoever is proven or gone needs no room any more")
    void roomIsGivenBack() {
        for (int i = 0; i < 100; i++) {
            Knocking next = from(2, i % 3);
            assertThat(table.begin(next)).isNull();
            if (i % 2 == 0) {
                table.proven(next);
            }
            table.end(next, next.peer());
        }
        for (int i = 0; i < 4; i++) {
            assertThat(table.begin(from(2, i))).isNull();
        }
        assertThat(table.begin(from(2, 4))).isEqualTo(from(2, 0));
    }
}
