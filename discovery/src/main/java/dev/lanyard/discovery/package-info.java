/**
 * How peers find each other. Knows nothing of what they say afterwards.
 *
 * <p>A node says now and then, on every network it is on, "a node of this share listens on this
 * port", in a datagram that only holders of the share key can make or check: a {@link
 * dev.lanyard.discovery.Beacon}. Whoever is heard stands in the roster until it says goodbye or is
 * silent. A newcomer is answered at once, so a node that starts knows all others within
 * milliseconds and not after the next round.
 *
 * <p><b>What a stranger learns.</b> That some node of some share runs at this address, with a
 * number that is drawn anew at every start. No name, path, clock, or anything that is the same
 * tomorrow.
 *
 * <p><b>What a peer that was heard is worth.</b> A hint where to dial, never more: the address is
 * that of the datagram, which nobody signs, and a recorded beacon can be sent again from anywhere.
 * A repeated nonce is ignored, and a goodbye ends only the start that said it, so replaying has
 * little effect; what it has, a session's own proof undoes. Whether a peer is alive is a question
 * to its session and not to the roster.
 *
 * <p><b>A share with a new key.</b> Who has not heard of it announces itself by a former one. So
 * beacons are opened with the former keys as well, and sent once for each key, as long as somebody
 * is awaited: {@link dev.lanyard.discovery.BeaconKeys}.
 *
 * <p>This package holds the nouns and depends on no other: start at {@link
 * dev.lanyard.discovery.Discovery}, then {@link dev.lanyard.discovery.BeaconKey} for the bytes.
 * {@code roster} decides, {@code udp} sends and receives and drives the roster, {@code mdns} is a
 * second, slower source that feeds it.
 */
@NullMarked
package dev.lanyard.discovery;

import org.jspecify.annotations.NullMarked;
