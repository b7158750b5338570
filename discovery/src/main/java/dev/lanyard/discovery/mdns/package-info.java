/**
 * Will find peers by multicast DNS (jmDNS), on networks that let its well-known group through and
 * drop ours.
 *
 * <p>Nothing stands here yet. What will is a {@link dev.lanyard.discovery.BeaconSource} that is
 * handed to {@code udp.UdpDiscovery} and publishes each sealed beacon as the TXT record of a
 * service whose name is drawn at random at every start, so that it tells no more than a datagram
 * does. It must never be the only source, nor one that anything waits for: a joiner is seen after
 * seconds, a departure later still, and jmDNS blocks for seconds when it closes, which therefore
 * happens on a thread of its own. A service that is resolved without its TXT record (jmDNS tells of
 * each twice) is not a beacon yet.
 */
@NullMarked
package dev.lanyard.discovery.mdns;

import org.jspecify.annotations.NullMarked;
