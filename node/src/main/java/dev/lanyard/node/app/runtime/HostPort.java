package dev.lanyard.node.app.runtime;

import java.net.InetSocketAddress;

/** An address as people read it. */
final class HostPort {
    private HostPort() {}

    /** As {@code host:port}; a host of IPv6 is in brackets. */
    static String show(InetSocketAddress address) {
        String host =
                address.isUnresolved()
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
