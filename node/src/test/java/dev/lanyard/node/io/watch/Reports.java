package dev.lanyard.node.io.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.protocol.RelativePath;

import org.awaitility.core.ConditionFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** What a watcher reported, in order. Thread-safe. */
final class Reports implements Consumer<Event> {
    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();

    @Override
    public void accept(Event event) {
        events.add(event);
    }

    void forget() {
        events.clear();
    }

    List<Event> all() {
        return List.copyOf(events);
    }

    /** All dirt that was reported, in order. */
    List<Dirt> dirt() {
        List<Dirt> dirt = new ArrayList<>();
        for (Event event : events) {
            if (event instanceof Event.Dirtied dirtied) {
                dirt.addAll(dirtied.dirt());
            }
        }
        return dirt;
    }

    /** None of {@code paths} was missed: each is to be looked at, or events are said to be lost. */
    void assertCover(List<String> paths) {
        assertThat(paths.stream().filter(path -> !covers(path)).limit(10))
                .as("missed, where this was reported: %s", summary())
                .isEmpty();
    }

    /** Whether {@code path} is to be looked at: by itself, with something above it, or with all. */
    boolean covers(String path) {
        RelativePath wanted = RelativePath.of(path);
        return events.contains(new Event.WatchOverflowed())
                || dirt().stream()
                        .anyMatch(
                                dirt ->
                                        dirt.path() == null
                                                || dirt.path().equals(wanted)
                                                || (dirt.deep() && wanted.isBelow(dirt.path())));
    }

    void awaitDirt(Dirt wanted) {
        patiently().untilAsserted(() -> assertThat(dirt()).contains(wanted));
    }

    void awaitEvent(Event event) {
        patiently()
                .untilAsserted(
                        () ->
                                assertThat(events.contains(event))
                                        .as("%s among %s", event, summary())
                                        .isTrue());
    }

    void awaitKind(Class<? extends Event> kind) {
        patiently().until(() -> events.stream().anyMatch(kind::isInstance));
    }

    /** The last events, without what may be long. */
    private List<String> summary() {
        List<String> all =
                events.stream()
                        .map(
                                event ->
                                        event instanceof Event.Dirtied dirtied
                                                ? dirtied.dirt().size() + " dirty"
                                                : event.toString())
                        .toList();
        return all.subList(Math.max(0, all.size() - 20), all.size());
    }

    private static ConditionFactory patiently() {
        return await().pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(30));
    }
}
