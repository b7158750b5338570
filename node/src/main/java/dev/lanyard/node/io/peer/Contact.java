package dev.lanyard.node.io.peer;

import dev.lanyard.node.io.peer.PeerAddressState.Stage;
import dev.lanyard.protocol.transport.Transport.Failure;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One node that may be reached, at one or more addresses. Owned by {@link Dialling}. */
final class Contact {
    /** Whether a user named it: then it is never forgotten. */
    final boolean fixed;

    List<InetSocketAddress> addresses;
    Stage stage = Stage.WAITING;

    /** Waiting: when to dial. Dialling: until when an answer is waited for. Otherwise null. */
    @Nullable Instant at;

    /** The address that is dialled, connected, or was so last. */
    InetSocketAddress current;

    /** How many dials in a row failed, or led to a session that did not last. */
    int failures;

    @Nullable Instant openedAt;

    /** Not heard any more: forgotten when what is under way ends. */
    boolean gone;

    private final Map<InetSocketAddress, Failed> lastFailures = new HashMap<>();
    private int tried;
    private boolean dialled;

    private record Failed(Failure failure, Instant at, String reason) {}

    Contact(boolean fixed, List<InetSocketAddress> addresses, Instant now) {
        this.fixed = fixed;
        this.addresses = addresses;
        this.current = addresses.getFirst();
        this.at = now;
    }

    void waitUntil(Instant time) {
        stage = Stage.WAITING;
        at = time;
    }

    void rest(Stage resting) {
        stage = resting;
        at = null;
    }

    /** Whether it is being dialled, or a session that we dialled is open. */
    boolean isBusy() {
        return stage == Stage.DIALLING || stage == Stage.CONNECTED;
    }

    boolean isBusyWith(InetSocketAddress address) {
        return isBusy() && current.equals(address);
    }

    /** Takes the next address of this round. */
    InetSocketAddress nextAddress() {
        current = addresses.get(tried % addresses.size());
        tried++;
        dialled = true;
        return current;
    }

    boolean wasDialled() {
        return dialled;
    }

    /** Whether all addresses were tried since the round began. */
    boolean isRoundOver() {
        return tried >= addresses.size();
    }

    void beginRound() {
        tried = 0;
    }

    void failed(Failure failure, String reason, Instant now) {
        lastFailures.put(current, new Failed(failure, now, reason));
    }

    void connected(Instant now) {
        stage = Stage.CONNECTED;
        at = null;
        openedAt = now;
        lastFailures.remove(current);
    }

    List<PeerAddressState> states() {
        return addresses.stream().map(this::state).toList();
    }

    /** What is reached at one address need not be reached at the others. */
    private Stage stageOfOthers() {
        return switch (stage) {
            case WAITING, DIALLING -> Stage.WAITING;
            case CONNECTED, KNOWN -> Stage.KNOWN;
            case OURSELVES -> Stage.OURSELVES;
        };
    }

    private PeerAddressState state(InetSocketAddress address) {
        Failed last = lastFailures.get(address);
        Stage shown = address.equals(current) ? stage : stageOfOthers();
        return new PeerAddressState(
                address,
                fixed,
                shown,
                stage == Stage.WAITING ? at : null,
                last == null ? null : last.failure(),
                last == null ? null : last.at(),
                last == null ? "" : last.reason());
    }
}
