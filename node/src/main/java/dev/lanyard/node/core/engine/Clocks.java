package dev.lanyard.node.core.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lists peers whose clock is not ours. No decision depends on it, but users do: between edits that
 * did not see each other the one with the later time wins, and a wrong clock makes it later.
 */
final class Clocks {
    private static final Duration APART_MAX = Duration.ofSeconds(2);

    private static final Duration ASK_EVERY = Duration.ofMinutes(10);

    /** Whoever has set a clock right wants to see that it was that. */
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(10);

    private final Replica replica;
    private final Map<SessionId, Clock> clocks = new LinkedHashMap<>();

    /** When to ask a peer for its clock again, and how it was the last time. */
    private record Clock(String name, Instant askAt, boolean isApart) {}

    Clocks(Replica replica) {
        this.replica = replica;
    }

    void opened(Peer peer) {
        clocks.put(peer.session, new Clock(peer.greeting.name(), replica.now, false));
    }

    void closed(SessionId session) {
        Clock clock = clocks.remove(session);
        if (clock != null) {
            forget(clock.name());
        }
    }

    void told(SessionId session, Duration ahead, Duration roundTrip) {
        Clock clock = clocks.get(session);
        if (clock == null) {
            return; // It was closed while this was on its way.
        }
        // Its answer was made at any time between question and answer.
        boolean isApart = ahead.abs().minus(roundTrip).compareTo(APART_MAX) > 0;
        Duration pause = isApart ? ASK_AGAIN_AFTER : ASK_EVERY;
        clocks.put(session, new Clock(clock.name(), replica.now.plus(pause), isApart));
        if (isApart) {
            replica.problems.add(
                    Problem.Kind.CLOCK_OFF,
                    clock.name(),
                    replica.now,
                    "its clock is %s %s the clock of this machine"
                            .formatted(
                                    rounded(ahead.abs()),
                                    ahead.isNegative() ? "behind" : "ahead of"));
        } else if (roundTrip.compareTo(APART_MAX) <= 0) { // Of a slower answer nothing follows.
            forget(clock.name());
        }
    }

    /** Two machines may have one name. */
    private void forget(String name) {
        boolean stays =
                clocks.values().stream()
                        .anyMatch(other -> other.isApart() && other.name().equals(name));
        if (!stays) {
            replica.problems.remove(Problem.Kind.CLOCK_OFF, name);
        }
    }

    private static String rounded(Duration duration) {
        if (duration.toDays() >= 2) {
            return duration.toDays() + " days";
        }
        if (duration.toHours() >= 2) {
            return duration.toHours() + " hours";
        }
        return duration.toMinutes() >= 2
                ? duration.toMinutes() + " minutes"
                : duration.toSeconds() + " seconds";
    }

    void tick() {
        for (Map.Entry<SessionId, Clock> each : clocks.entrySet()) {
            Clock clock = each.getValue();
            if (!clock.askAt().isAfter(replica.now)) {
                replica.emit(new Effect.AskClock(each.getKey()));
                each.setValue(
                        new Clock(clock.name(), replica.now.plus(ASK_EVERY), clock.isApart()));
            }
        }
    }

    /** When to ask again; empty when there is nobody to ask. */
    Optional<Instant> nextTimeout() {
        return clocks.values().stream().map(Clock::askAt).min(Instant::compareTo);
    }
}
