/**
 * Who is heard now, and when we speak. Decides; never does IO, reads no clock, has no thread.
 *
 * <p>Beacons and the time go in; events to tell, and kinds of beacon to send, come out; {@link
 * dev.lanyard.discovery.roster.Roster#nextTimeout} says when to come back. The driver sends each
 * beacon on every network with a nonce of its own, so that it is heard once from each address.
 *
 * <p>Start at {@link dev.lanyard.discovery.roster.Roster}.
 */
@NullMarked
package dev.lanyard.discovery.roster;

import org.jspecify.annotations.NullMarked;
