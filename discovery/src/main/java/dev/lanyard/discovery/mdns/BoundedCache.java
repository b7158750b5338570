package dev.lanyard.discovery.mdns;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import javax.jmdns.impl.DNSCache;
import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSRecordType;

/**
 * What jmDNS keeps of what anybody on the network says: records of our own type of service and
 * addresses of hosts, short ones, so many at most, and so many new ones in a time.
 */
final class BoundedCache extends DNSCache {
    private static final long serialVersionUID = 1L;

    /** A node has five or so. */
    static final int RECORDS_MAX = 4_096;

    /** Ours have a hundred bytes. */
    static final int TEXT_BYTES_MAX = 1_024;

    /**
     * Each change that jmDNS is told of is work that waits in a queue of its own without a bound. A
     * change that is refused for this comes again: nodes announce themselves every 25 s.
     */
    static final int CHANGES_AT_ONCE = 1_024;

    private static final Duration CHANGE_EACH = Duration.ofMillis(5);

    private static final Set<DNSRecordType> ADDRESSES =
            EnumSet.of(DNSRecordType.TYPE_A, DNSRecordType.TYPE_AAAA);
    private static final Set<DNSRecordType> OF_SERVICES =
            EnumSet.of(DNSRecordType.TYPE_PTR, DNSRecordType.TYPE_SRV, DNSRecordType.TYPE_TXT);

    private final String type;
    private final transient Runnable full;
    private final transient TokenBucket changes =
            new TokenBucket(CHANGES_AT_ONCE, CHANGE_EACH, System.nanoTime());

    /**
     * Keeps records of services of {@code type}, and tells {@code full} whenever one is refused
     * because there are too many.
     */
    BoundedCache(String type, Runnable full) {
        this.type = type.toLowerCase(Locale.ROOT);
        this.full = full;
    }

    @Override
    public boolean addDNSEntry(DNSEntry entry) {
        if (!isWanted(entry) || !changes.take(System.nanoTime())) {
            return false;
        }
        if (recordCount() >= RECORDS_MAX) {
            full.run();
            return false;
        }
        return super.addDNSEntry(entry);
    }

    @Override
    public boolean replaceDNSEntry(DNSEntry newer, DNSEntry existing) {
        return isWanted(newer)
                && changes.take(System.nanoTime())
                && super.replaceDNSEntry(newer, existing);
    }

    /** Whether this entry is kept with the same value. */
    boolean keeps(DNSEntry entry) {
        return getDNSEntryList(entry.getKey()).contains(entry);
    }

    /** Counted anew each time: jmDNS takes records out of the lists in several ways. */
    private int recordCount() {
        return values().stream().mapToInt(List::size).sum();
    }

    private boolean isWanted(DNSEntry entry) {
        if (ADDRESSES.contains(entry.getRecordType())) {
            return isUsable(entry);
        }
        return OF_SERVICES.contains(entry.getRecordType())
                && isOfOurType(entry.getKey())
                && !isLongText(entry);
    }

    /**
     * Whether jmDNS can make something of it. It takes what an IPv6 record has for an address of
     * IPv6, but with four bytes it is none, and the cast that fails would end the thread that
     * listens. The address itself is not to be had from outside of jmDNS.
     */
    static boolean isUsable(DNSEntry entry) {
        try {
            return !(entry instanceof DNSRecord.Address address)
                    || address.getServiceInfo(false) != null;
        } catch (ClassCastException ofOtherFamily) {
            return false;
        }
    }

    private boolean isOfOurType(String key) {
        return key.equals(type) || key.endsWith("." + type);
    }

    private static boolean isLongText(DNSEntry entry) {
        return entry instanceof DNSRecord.Text text
                && text.getServiceInfo(false).getTextBytes().length > TEXT_BYTES_MAX;
    }
}
