package dev.lanyard.node.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

final class EventQueueTest {
    private static final Duration NO_TIME = Duration.ZERO;

    private final EventQueue queue = new EventQueue(100);

    private static Event paths(int count) {
        return new Event.Dirtied(Collections.nCopies(count, new Dirt(RelativePath.of("a"), false)));
    }

    @Test
    void eventsComeInOrderInStepsOfSomePaths() throws InterruptedException {
        List<Event> put = List.of(paths(40), paths(50), paths(30), paths(500), paths(1));
        put.forEach(queue::put);

        List<List<Event>> steps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            steps.add(queue.take(NO_TIME));
        }

        assertThat(steps).containsExactly(put.subList(0, 2), put.subList(2, 3), put.subList(3, 4));
        assertThat(queue.take(NO_TIME)).containsExactly(put.getLast());
        assertThat(queue.take(NO_TIME)).isEmpty();
    }

    @Test
    void whoeverHasMoreThanThereIsRoomForWaits() throws InterruptedException {
        Event full = paths(1_000);
        Thread scan =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (int i = 0; i < 200; i++) {
                                        queue.put(full);
                                    }
                                });
        await().until(() -> scan.getState() == Thread.State.WAITING);

        int taken = 0;
        while (taken < 200) {
            taken += queue.take(Duration.ofSeconds(10)).size();
        }

        scan.join();
        assertThat(queue.take(NO_TIME)).isEmpty();
    }

    @Test
    void nobodyWaitsForAQueueThatIsClosed() throws InterruptedException {
        Event full = paths(100_000);
        queue.put(full);
        Thread waiting = Thread.ofPlatform().start(() -> queue.put(full));
        await().until(() -> waiting.getState() == Thread.State.WAITING);

        queue.close();

        assertThat(waiting.join(Duration.ofSeconds(10))).isTrue();
        assertThat(queue.take(NO_TIME)).isEmpty();
    }

    @Test
    void anEndIsHeardWhateverWaits() throws InterruptedException {
        queue.put(paths(100_000));
        Event last = new Event.Ticked();

        queue.putAtOnce(last);

        queue.take(NO_TIME);
        assertThat(queue.take(NO_TIME)).containsExactly(last);
    }
}
