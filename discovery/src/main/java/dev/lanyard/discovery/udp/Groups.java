package dev.lanyard.discovery.udp;

import java.net.InetAddress;

/** The addresses that beacons are sent to on every network. */
final class Groups {
    /** Of the range for use inside one organization (RFC 2365); never leaves the link. */
    static final InetAddress IPV4 = InetAddress.ofLiteral("239.255.76.89");

    /** Of link-local scope. */
    static final InetAddress IPV6 = InetAddress.ofLiteral("ff02::4c61:6e79");

    private Groups() {}
}
