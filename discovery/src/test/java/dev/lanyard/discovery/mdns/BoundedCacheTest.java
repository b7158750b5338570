package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSRecordClass;

class BoundedCacheTest {
    private static final String TYPE = "_lanyard._tcp.local.";
    private static final int TTL_SECONDS = 1_000_000;

    private final AtomicInteger fullCount = new AtomicInteger();
    private final BoundedCache cache = new BoundedCache(TYPE, fullCount::incrementAndGet);

    private static DNSRecord pointer(String owner, String alias) {
        return new DNSRecord.Pointer(
                owner, DNSRecordClass.CLASS_IN, false, TTL_SECONDS, alias + "." + owner);
    }

    private static DNSRecord text(int bytes) {
        return new DNSRecord.Text(
                "ann." + TYPE, DNSRecordClass.CLASS_IN, true, TTL_SECONDS, new byte[bytes]);
    }

    private int recordCount() {
        return cache.values().stream().mapToInt(List::size).sum();
    }

    @Test
    void keepsNoMoreRecordsThanItsBoundUnderOneNameEither() {
        List<DNSEntry> there = new ArrayList<>();
        for (int i = 0; i < BoundedCache.RECORDS_MAX; i++) {
            there.add(pointer(TYPE, "n" + i));
        }
        cache.put(TYPE, there);

        DNSRecord more = pointer(TYPE, "more");
        assertThat(cache.addDNSEntry(more)).isFalse();

        assertThat(fullCount).hasValue(1);
        assertThat(cache).hasSize(1);
        assertThat(recordCount()).isEqualTo(BoundedCache.RECORDS_MAX);
        assertThat(cache.keeps(more)).isFalse();
    }

    @Test
    void takesNoMoreThanSoManyNewRecordsInATime() {
        int offered = 2 * BoundedCache.CHANGES_AT_ONCE;
        for (int i = 0; i < offered; i++) {
            cache.addDNSEntry(pointer(TYPE, "n" + i));
        }

        assertThat(recordCount())
                .isGreaterThanOrEqualTo(BoundedCache.CHANGES_AT_ONCE)
                .isLessThan(offered);
    }

    @Test
    void keepsOnlyShortRecordsOfItsOwnType() {
        DNSRecord ours = pointer(TYPE, "ann");
        DNSRecord shortText = text(BoundedCache.TEXT_BYTES_MAX);

        assertThat(cache.addDNSEntry(ours)).isTrue();
        assertThat(cache.addDNSEntry(shortText)).isTrue();
        assertThat(cache.addDNSEntry(text(BoundedCache.TEXT_BYTES_MAX + 1))).isFalse();
        assertThat(cache.addDNSEntry(pointer("_other._tcp.local.", "ann"))).isFalse();

        assertThat(cache.keeps(ours)).isTrue();
        assertThat(cache.keeps(pointer(TYPE, "bob"))).isFalse();
        assertThat(recordCount()).isEqualTo(2);
        assertThat(cache.replaceDNSEntry(text(BoundedCache.TEXT_BYTES_MAX + 1), shortText))
                .isFalse();
        assertThat(cache.keeps(shortText)).isTrue();
    }
}
