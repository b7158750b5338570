package dev.lanyard.node.io.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.protocol.ContentHash;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;

class AheadCacheTest {
    private static byte[] content(int number, int length) {
        return ByteBuffer.allocate(length).putInt(number).array();
    }

    private static ContentHash hash(byte[] content) {
        return ContentHash.of(TreeHash.of(content));
    }

    @Test
    void findsAContentByItsHashAlone() {
        // given
        AheadCache cache = new AheadCache(1_000_000);
        byte[] content = content(1, 500);

        // when
        cache.put(content);

        // then
        assertThat(cache.get(hash(content))).isEqualTo(content);
        assertThat(cache.get(hash(content(2, 500)))).isNull();
    }

    @Test
    void forgetsWhatWasNotAskedForLongest() {
        // given
        AheadCache cache = new AheadCache(1_000_000);
        byte[] unused = content(1, 400_000 / 8);
        byte[] used = content(2, 400_000 / 8);
        cache.put(unused);
        cache.put(used);

        // when
        for (int i = 3; i < 22; i++) {
            cache.get(hash(used));
            cache.put(content(i, 400_000 / 8));
        }

        // then
        assertThat(cache.get(hash(unused))).isNull();
        assertThat(cache.get(hash(used))).isEqualTo(used);
    }

    @Test
    void countsMoreThanTheBytesOfTinyContents() {
        // given
        AheadCache cache = new AheadCache(10_000);

        // when
        for (int i = 0; i < 1_000; i++) {
            cache.put(content(i, 4));
        }

        // then
        int kept = 0;
        for (int i = 0; i < 1_000; i++) {
            kept += cache.get(hash(content(i, 4))) == null ? 0 : 1;
        }
        assertThat(kept).isBetween(1, 100);
    }

    @Test
    void keepsNothingThatIsNotSmall() {
        // given
        AheadCache cache = new AheadCache(1_000_000);
        byte[] large = content(1, (64 << 10) + 1);

        // when
        cache.put(large);

        // then
        assertThat(cache.get(hash(large))).isNull();
    }
}
