package dev.lanyard.discovery.mdns;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.jmdns.impl.DNSCache;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.ServiceInfoImpl;

/** A jmDNS that keeps what is for one type of service, and of that no more than it should. */
final class BoundedDns extends JmDNSImpl {
    static final int RESOLVED_MAX = 1_024;

    private final String type;
    private final Runnable full;

    /** Services that jmDNS follows the records of. */
    private final Queue<ServiceInfoImpl> resolved = new ConcurrentLinkedQueue<>();

    /** Not there while the constructor of jmDNS runs, which has threads that ask for it already. */
    private volatile @Nullable BoundedCache bounded;

    /**
     * At {@code local}, for services of {@code type}; {@code full} is told whenever something is
     * refused because there is too much.
     */
    BoundedDns(InetAddress local, String name, String type, Runnable full) throws IOException {
        super(named(local, name), name);
        this.type = type;
        this.full = full;
        bounded = new BoundedCache(type, full);
    }

    /**
     * The same address with a name: jmDNS would ask a name server for one, which takes many seconds
     * where there is none, and which is nobody's business.
     */
    private static InetAddress named(InetAddress local, String name) throws IOException {
        return local instanceof Inet6Address six && six.getScopedInterface() != null
                ? Inet6Address.getByAddress(name, six.getAddress(), six.getScopedInterface())
                : InetAddress.getByAddress(name, local.getAddress());
    }

    @Override
    public DNSCache getCache() {
        BoundedCache cache = bounded;
        return cache != null ? cache : super.getCache();
    }

    /** JmDNS would keep every type that anybody names, for ever. */
    @Override
    public boolean registerServiceType(String named) {
        return named.equalsIgnoreCase(type) && super.registerServiceType(named);
    }

    /** Nothing follows from a record that was not kept: jmDNS would queue that without a bound. */
    @Override
    public void updateRecord(long now, DNSRecord record, Operation operation) {
        BoundedCache cache = bounded;
        if (cache != null
                && BoundedCache.isUsable(record)
                && (operation == Operation.Remove || cache.keeps(record))) {
            super.updateRecord(now, record, operation);
        }
    }

    /**
     * JmDNS does this for each name that it hears, and then listens for its records until they go:
     * for ever if nobody ever sends any.
     */
    @Override
    public void startServiceInfoResolver(ServiceInfoImpl service) {
        // One that comes and goes is followed once, or it alone would fill the room.
        resolved.removeIf(followed -> forgetIfSame(followed, service));
        if (resolved.size() >= RESOLVED_MAX) {
            resolved.removeIf(this::forgetIfWithoutRecords);
        }
        if (resolved.size() >= RESOLVED_MAX) {
            full.run();
            return;
        }
        resolved.add(service);
        super.startServiceInfoResolver(service);
    }

    private boolean forgetIfSame(ServiceInfoImpl followed, ServiceInfoImpl service) {
        boolean isSame = followed.getKey().equals(service.getKey());
        if (isSame) {
            removeListener(followed);
        }
        return isSame;
    }

    private boolean forgetIfWithoutRecords(ServiceInfoImpl service) {
        boolean isWithout = getCache().getDNSEntryList(service.getKey()).isEmpty();
        if (isWithout) {
            removeListener(service);
        }
        return isWithout;
    }
}
