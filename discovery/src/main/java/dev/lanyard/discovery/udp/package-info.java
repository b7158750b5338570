/**
 * Sends and hears beacons as UDP datagrams on every network this machine is on, and drives the
 * roster with them.
 *
 * <p>Each beacon goes out by broadcast and by multicast, IPv4 and IPv6: there are access points
 * that drop the one, switches that drop the other, and networks without IPv4. All of them reach
 * every socket of a host that shares the discovery port, so several nodes on one machine hear each
 * other, over the loopback interface too. The port is shared by {@code SO_REUSEADDR} alone where
 * that is enough: {@code SO_REUSEPORT} would let only nodes of one user share it, and spreads
 * unicast over the sockets. A reply to a newcomer therefore goes to all.
 *
 * <p>Hosts at which a peer was met before and none is now are sent beacons of their own too, for
 * networks that let nothing through that is for all. Who hears one dials; of several nodes on one
 * host the system chooses who hears it.
 *
 * <p>It must never disturb the node: what fails on one network is said once, tried again, and felt
 * on no other; a discovery port that cannot be had leaves a node that speaks and does not hear.
 *
 * <p>Everything runs in one thread, which waits in a selector and owns all state: the {@code Ear}s
 * that hear, the {@code Mouth}s that speak (one for each address of an interface, so that the
 * system takes that interface and no other), and the roster. The interfaces are read again every
 * few seconds. Start at {@link dev.lanyard.discovery.udp.UdpDiscovery}.
 */
@NullMarked
package dev.lanyard.discovery.udp;

import org.jspecify.annotations.NullMarked;
