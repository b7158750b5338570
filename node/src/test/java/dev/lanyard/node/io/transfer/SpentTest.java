package dev.lanyard.node.io.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

class SpentTest {
    private static final long MIB = 1L << 20;

    private final Forgetful content = new Forgetful();

    /** A file of which nothing is asked but to be forgotten. */
    private static final class Forgetful implements Content {
        final List<String> forgotten = new ArrayList<>();

        @Override
        public Found stat() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer to, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void forget(long offset, long lengthBytes) {
            forgotten.add("%d+%d".formatted(offset / MIB, lengthBytes / MIB));
        }

        @Override
        public void close() {}
    }

    @Test
    void whatCopiesPassedOverIsForgottenInPieces() {
        Spent spent = new Spent(content, true);

        for (long at = 0; at < 12 * MIB; at += MIB) {
            spent.copied(at, at + MIB);
        }
        spent.copied(20 * MIB, 21 * MIB); // What the copy lacks is of no use either.

        assertThat(content.forgotten).containsExactly("0+4", "2+6", "6+6", "10+11");
    }

    @Test
    void whatIsStillBeingCopiedIsNotForgotten() {
        Spent spent = new Spent(content, true);

        spent.copied(8 * MIB, 5 * MIB);
        spent.copied(9 * MIB, 6 * MIB);

        assertThat(content.forgotten).containsExactly("0+5");
    }

    @Test
    void nothingIsForgottenOfAFileThatStays() {
        Spent spent = new Spent(content, false);

        spent.copied(0, 64 * MIB);

        assertThat(content.forgotten).isEmpty();
    }

    @Test
    void nothingMoreIsForgottenWhereACopyGoesBack() {
        Spent spent = new Spent(content, true);

        spent.copied(0, 8 * MIB);
        spent.copied(4 * MIB, 12 * MIB);
        spent.copied(12 * MIB, 20 * MIB);

        assertThat(content.forgotten).containsExactly("0+8");
    }
}
