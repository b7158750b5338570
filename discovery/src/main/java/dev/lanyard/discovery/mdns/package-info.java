/**
 * Finds peers by multicast DNS and DNS-SD (RFC 6762, 6763) through jmDNS, on networks that let its
 * well-known group through and drop our own datagrams.
 *
 * <p>Each sealed beacon is the TXT record of a service {@code _lanyard._tcp}, so any browser of
 * services shows that a node is there. It tells no more than a datagram does: the names of service
 * and host are drawn at random for each network and start, and {@code b=} is followed by the beacon
 * in base64url. The port is in the service as in the beacon.
 *
 * <p>It is never the only source, nor one that anything waits for. A node that comes is told of the
 * others after two seconds, and they hear of it after six: probing and announcing take so long. A
 * departure is seen when its beacons stay away, since nobody signs a removal. jmDNS is known for
 * its ways, so:
 *
 * <ul>
 *   <li>Each network has an instance of its own, in a thread of its own, which alone makes it,
 *       waits for it (it closes for two seconds) and makes a new one when it is broken. An
 *       interface that comes back, or has another address, gets a new one: jmDNS does not recover
 *       reliably from either.
 *   <li>What ends a thread that jmDNS made would end the node. {@code ContainingThreadGroup} keeps
 *       it here.
 *   <li>It tells of a service before its record is there; that is not a beacon yet.
 *   <li>A change of the record is announced twice, to everybody; so the newest beacon alone is
 *       published, and only as often as the roster needs it.
 *   <li>It keeps all that it hears for as long as the sender wants, and queues what follows from it
 *       without a bound. {@code BoundedDns} refuses what is not of our type, what is too much, and
 *       what comes too fast; an instance that has heard too much is thrown away, and the next one
 *       begins anew ten minutes later.
 *   <li>It loads a hundred classes; the thread of the instance does that, two seconds after a node
 *       has started, when those who are heard by datagrams are connected.
 * </ul>
 *
 * <p>Start at {@link dev.lanyard.discovery.mdns.MdnsSource}; {@code Responder} is one network.
 */
@NullMarked
package dev.lanyard.discovery.mdns;

import org.jspecify.annotations.NullMarked;
