package dev.lanyard.node.io.peer;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Peer;
import dev.lanyard.node.io.peer.PeerAddressState.Stage;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.transport.Transport.Failure;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Decides whom to dial, and when. No IO, clock or thread; {@code now} is monotonic. Owned by the
 * thread of {@link Dialler}.
 */
final class Dialling {
    /*
     * All addresses of a peer are tried in turn, then it waits: twice as long each time, with
     * jitter, so that nodes that lost each other at once do not all come back at once. A session
     * that did not last counts as a failure, or two nodes that refuse each other would dial without
     * end. Whoever is heard again is dialled again at once.
     *
     * Those who are missing are dialled where they were, a moment later than those who are heard:
     * mostly they are the same.
     *
     * Whoever replies to our announcement dials at once, and has its code compiled by then: a node
     * that starts waits for that. Its own dial comes later, and is given up where there is a session.
     *
     * Both ends of a pair may dial; one session is kept. The address of the other then leads to a
     * peer that is known, and rests until any session ends, since nothing tells which address the
     * session that was kept belongs to.
     */

    private static final Duration DELAY_MIN = Duration.ofMillis(200);
    private static final Duration REPLIED_DELAY = Duration.ofSeconds(2);
    private static final Duration REMEMBERED_DELAY = Duration.ofSeconds(1);
    private static final Duration DELAY_MAX = Duration.ofSeconds(30);
    private static final Duration SLOW_DELAY = Duration.ofSeconds(60);
    private static final Duration LASTING = Duration.ofSeconds(10);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private final Map<InetSocketAddress, Contact> fixed = new LinkedHashMap<>();
    private final Map<Long, Contact> heard = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Contact> remembered = new LinkedHashMap<>();

    Dialling(RandomGenerator random) {
        this.random = random;
    }

    /** A user named this address: it is dialled for ever. */
    void fixed(InetSocketAddress address, Instant now) {
        fixed.putIfAbsent(address, new Contact(true, List.of(address), now));
    }

    /**
     * Those who are missing now were met at these addresses; all others are not dialled for that.
     */
    void dialMissing(List<InetSocketAddress> addresses, Instant now) {
        remembered
                .entrySet()
                .removeIf(each -> !addresses.contains(each.getKey()) && !each.getValue().isBusy());
        for (InetSocketAddress address : addresses) {
            if (fixed.keySet().stream().noneMatch(named -> isSame(named, address))) {
                remembered.computeIfAbsent(
                        address, it -> new Contact(false, List.of(it), now.plus(REMEMBERED_DELAY)));
            }
        }
    }

    /** Users name addresses as text, which is looked up for each dial. */
    private static boolean isSame(InetSocketAddress named, InetSocketAddress address) {
        return named.getPort() == address.getPort()
                && named.getHostString().equals(address.getHostString());
    }

    /**
     * Discovery hears a peer, for the first time, again, or at other addresses.
     *
     * @param dials whether the peer is about to dial this node
     */
    void heard(Peer peer, boolean dials, Instant now) {
        List<InetSocketAddress> addresses =
                peer.addresses().stream().map(Address::toSocketAddress).toList();
        Contact contact = heard.get(peer.startNonce());
        if (contact == null) {
            heard.put(
                    peer.startNonce(),
                    new Contact(false, addresses, dials ? now.plus(REPLIED_DELAY) : now));
            return;
        }
        contact.addresses = addresses;
        contact.gone = false;
        switch (contact.stage) {
            case WAITING, OURSELVES -> {
                if (!contact.wasDialled()) {
                    return; // That is to come.
                }
                contact.failures = 0;
                contact.beginRound();
                contact.waitUntil(now);
            }
            case DIALLING -> contact.failures = 0;
            case CONNECTED, KNOWN -> {} // It is reached already.
        }
    }

    /** Discovery does not hear a peer any more. */
    void gone(Peer peer) {
        Contact contact = heard.get(peer.startNonce());
        if (contact != null) {
            contact.gone = true;
            forgetGone();
        }
    }

    /**
     * A user does not want this address to be dialled any more, until it is named or heard anew.
     */
    void forget(InetSocketAddress address) {
        fixed.computeIfPresent(
                address, (_, contact) -> contact.stage == Stage.CONNECTED ? contact : null);
        remembered.computeIfPresent(
                address, (_, contact) -> contact.stage == Stage.CONNECTED ? contact : null);
        heard.values()
                .removeIf(
                        contact ->
                                contact.stage != Stage.CONNECTED
                                        && contact.addresses.contains(address));
    }

    private void forgetGone() {
        heard.values().removeIf(contact -> contact.gone && !contact.isBusy());
    }

    /** Whom to dial now. How each dial ends must be told. */
    List<InetSocketAddress> due(Instant now) {
        List<InetSocketAddress> due = new ArrayList<>();
        for (Contact contact : contacts().toList()) {
            if (contact.at == null || contact.at.isAfter(now)) {
                continue;
            }
            if (contact.stage == Stage.DIALLING) {
                failed(contact, Failure.NO_ANSWER, "no answer", now);
            } else {
                dial(contact, now).ifPresent(due::add);
            }
        }
        forgetGone();
        return due;
    }

    private Optional<InetSocketAddress> dial(Contact contact, Instant now) {
        InetSocketAddress address = contact.nextAddress();
        if (contacts().anyMatch(other -> other != contact && other.isBusyWith(address))) {
            contact.waitUntil(now.plus(DELAY_MAX));
            return Optional.empty();
        }
        contact.stage = Stage.DIALLING;
        contact.at = now.plus(ANSWER_MAX);
        return Optional.of(address);
    }

    /** When {@link #due} has something to say, or empty if only events can change that. */
    Optional<Instant> next() {
        return contacts()
                .map(contact -> contact.at)
                .flatMap(Stream::ofNullable)
                .min(Instant::compareTo);
    }

    /** The dial of {@code address} led to a session. */
    void opened(InetSocketAddress address, Instant now) {
        Contact contact = busyWith(address);
        if (contact != null) {
            contact.connected(now);
        }
    }

    /**
     * A session ended.
     *
     * @param address what was dialled for it; null if the peer dialled
     */
    void closed(@Nullable InetSocketAddress address, Reason reason, String text, Instant now) {
        Contact contact = address == null ? null : busyWith(address);
        if (contact != null) {
            ended(contact, reason, text, now);
        }
        if (reason != Reason.DUPLICATE) {
            // It may have been the session for which another one was given up.
            contacts()
                    .filter(other -> other != contact && other.stage == Stage.KNOWN)
                    .forEach(other -> other.waitUntil(now.plus(jittered(DELAY_MIN))));
        }
        forgetGone();
    }

    private void ended(Contact contact, Reason reason, String text, Instant now) {
        boolean lasted = contact.openedAt != null && !contact.openedAt.plus(LASTING).isAfter(now);
        contact.failures = lasted ? 0 : contact.failures;
        switch (reason) {
            case DUPLICATE -> contact.rest(Stage.KNOWN);
            case SELF -> failed(contact, Failure.SELF, text, now);
            case PROTOCOL_VERSION -> failed(contact, Failure.PROTOCOL_VERSION, text, now);
            case TWO_KEYS -> failed(contact, Failure.WRONG_KEY, text, now);
            case STOPPING, PROTOCOL_VIOLATION, SILENCE, LIMIT, FAILURE -> {
                contact.beginRound();
                contact.waitUntil(now.plus(backOff(contact)));
            }
            case NEW_KEY -> {
                contact.failures = 0;
                contact.beginRound();
                contact.waitUntil(now.plus(backOff(contact)));
            }
        }
    }

    /** What was in the way of all of them may be over: they are dialled at once. */
    void redial(Instant now) {
        contacts()
                .filter(contact -> contact.stage == Stage.WAITING || contact.stage == Stage.KNOWN)
                .forEach(
                        contact -> {
                            contact.failures = 0;
                            contact.beginRound();
                            contact.waitUntil(now);
                        });
    }

    /** The dial of {@code address} led to no session. */
    void failed(InetSocketAddress address, Failure failure, String text, Instant now) {
        Contact contact = busyWith(address);
        if (contact != null) {
            failed(contact, failure, text, now);
            forgetGone();
        }
    }

    private void failed(Contact contact, Failure failure, String text, Instant now) {
        contact.failed(failure, text, now);
        switch (failure) {
            case REFUSED, NO_ANSWER, NO_ROUTE, UNREACHABLE, LIMIT, NOT_A_PEER -> {
                if (contact.isRoundOver()) {
                    contact.beginRound();
                    contact.waitUntil(now.plus(backOff(contact)));
                } else {
                    contact.waitUntil(now);
                }
            }
            case NEW_KEY -> {
                contact.beginRound();
                contact.waitUntil(now.plus(backOff(contact)));
            }
            case WRONG_KEY, PROTOCOL_VERSION -> {
                contact.failures = 0;
                contact.beginRound();
                contact.waitUntil(now.plus(jittered(SLOW_DELAY)));
            }
            case SELF -> {
                contact.rest(Stage.OURSELVES);
                if (contact.fixed) {
                    // Another machine may have the address some day.
                    contact.at = now.plus(jittered(SLOW_DELAY));
                }
            }
            case DUPLICATE -> contact.rest(Stage.KNOWN);
        }
    }

    private Duration backOff(Contact contact) {
        Duration delay = DELAY_MIN;
        for (int i = 0; i < contact.failures && delay.compareTo(DELAY_MAX) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        contact.failures++;
        return jittered(delay.compareTo(DELAY_MAX) < 0 ? delay : DELAY_MAX);
    }

    /** Between three and four quarters. */
    private Duration jittered(Duration delay) {
        return delay.minusMillis((long) (random.nextDouble() * delay.toMillis() / 4));
    }

    private @Nullable Contact busyWith(InetSocketAddress address) {
        Iterator<Contact> busy =
                contacts().filter(contact -> contact.isBusyWith(address)).iterator();
        return busy.hasNext() ? busy.next() : null;
    }

    private Stream<Contact> contacts() {
        return Stream.of(fixed, heard, remembered).flatMap(each -> each.values().stream());
    }

    /** All addresses, those that users named first. */
    List<PeerAddressState> addresses() {
        return contacts().flatMap(contact -> contact.states().stream()).toList();
    }
}
