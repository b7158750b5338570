package dev.lanyard.discovery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a node listens, as text that never needs a name server: the roster compares addresses and
 * does nothing else with them.
 *
 * @param host an IPv4 or IPv6 address literal; a link-local one ends in {@code %} and the number of
 *     this machine's interface, as in {@code fe80:0:0:0:0:0:0:1%3}
 * @param port a TCP port, 1-65535
 */
public record Address(String host, int port) {
    /** Checks both. @throws IllegalArgumentException if one is not as it should be */
    public Address {
        InetAddress.ofLiteral(host);
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("port %d (expected 1-65535)".formatted(port));
        }
    }

    /** The {@code host} of an address. */
    public static String hostOf(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        if (scope < 0) {
            return text;
        }
        String bare = text.substring(0, scope);
        // By number: a literal with the name of an interface that has gone cannot even be parsed.
        return address instanceof Inet6Address six && six.isLinkLocalAddress()
                ? bare + "%" + six.getScopeId()
                : bare;
    }

    /** What to dial; resolved already. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    /** As people write it, IPv6 in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
