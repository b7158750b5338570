package dev.lanyard.node.io.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Applied;
import dev.lanyard.node.core.engine.Event.Flushed;
import dev.lanyard.node.core.plan.Outcome.Done;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Batches through both threads of an applier. */
class ApplierTest {
    private static final long PATIENCE_SECONDS = 30;

    @TempDir Path home;
    Bench bench;
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    Applier applier;

    @BeforeEach
    void openApplier() throws IOException {
        bench = new Bench(home);
        applier = new Applier(bench.disk, bench.journal, bench.versions, events::add);
    }

    @AfterEach
    void closeApplier() {
        applier.close();
        bench.journal.close();
    }

    @Test
    void tellsThatABatchIsVisibleAndThenThatItIsDurable() throws Exception {
        Step step = bench.placeFile("a", "new", null);

        applier.apply(new Effect.Apply(7, List.of(step)));

        Applied applied = (Applied) next();
        assertThat(applied.batch()).isEqualTo(7);
        assertThat(applied.outcomes()).singleElement().isInstanceOf(Done.class);
        assertThat(next()).isEqualTo(new Flushed(7));
    }

    @Test
    @DisplayName("P10: what is durable is remembered until the index has it")
    void p10_whatIsDurableIsRememberedUntilTheIndexHasIt() throws Exception {
        applier.apply(new Effect.Apply(1, List.of(bench.placeFile("a", "x", null))));
        applier.apply(new Effect.Apply(2, List.of(bench.placeFile("b", "x", null))));
        List<Event> told = List.of(next(), next(), next(), next());

        applier.clear(List.of(1L));
        applier.close();

        assertThat(told).contains(new Flushed(1), new Flushed(2));
        bench.restart(Bench.BOOT);
        assertThat(bench.journal.unfinished())
                .singleElement()
                .extracting(Journal.Unfinished::batch)
                .isEqualTo(2L);
    }

    @Test
    void carriesOutBatchesInTheOrderOfTheirArrival() throws Exception {
        List<Event> seen = new ArrayList<>();
        int batches = 40;
        for (int i = 1; i <= batches; i++) {
            String content = "content " + i;
            applier.apply(new Effect.Apply(i, List.of(bench.placeFile("f" + i, content, null))));
        }
        for (int i = 0; i < 2 * batches; i++) {
            seen.add(next());
        }

        assertThat(seen)
                .filteredOn(Applied.class::isInstance)
                .extracting(event -> ((Applied) event).batch())
                .isSorted()
                .hasSize(batches);
        assertThat(seen)
                .filteredOn(Flushed.class::isInstance)
                .extracting(event -> ((Flushed) event).batch())
                .isSorted()
                .hasSize(batches);
    }

    @Test
    void flushesInOneGoWhatWasAppliedWhileItFlushed() throws Exception {
        CountDownLatch flushing = new CountDownLatch(1);
        CountDownLatch applied = new CountDownLatch(1);
        int[] flushes = {0};
        bench.disk.add(
                (operation, arguments) -> {
                    boolean ofPath = operation.equals("flush") && !(arguments[0] instanceof Enum);
                    if (ofPath || operation.equals("flushAll")) {
                        flushes[0]++;
                        flushing.countDown();
                        await(applied);
                    }
                });
        applier.apply(new Effect.Apply(1, List.of(bench.placeFile("f1", "x", null))));
        assertThat(flushing.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        for (int i = 2; i <= 20; i++) {
            applier.apply(new Effect.Apply(i, List.of(bench.placeFile("f" + i, "x", null))));
        }
        for (int i = 1; i <= 20; i++) {
            assertThat(next()).isInstanceOf(Applied.class); // Visible though nothing is durable.
        }

        applied.countDown();

        for (int i = 1; i <= 20; i++) {
            assertThat(next()).isEqualTo(new Flushed(i));
        }
        // The last one is told of, and then put to what is to be flushed.
        assertThat(flushes[0]).isBetween(2, 3);
    }

    @Test
    void doesNotTellThatABatchIsDurableThatCouldNotBeFlushed() throws Exception {
        bench.disk.add(
                (operation, arguments) -> {
                    if (operation.equals("flush")
                            && !(arguments[0] instanceof Enum)
                            && arguments[0].toString().equals("bad")) {
                        throw new DiskException("flush", "bad", Fault.IO, 5);
                    }
                });

        applier.apply(new Effect.Apply(1, List.of(bench.placeFile("bad", "x", null))));
        assertThat(next()).isInstanceOf(Applied.class);
        bench.journal.force();
        applier.close();

        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        Event.FlushFailed.class,
                        failed -> assertThat(failed.batches()).containsExactly(1L));
        bench.restart(Bench.BOOT);
        assertThat(bench.journal.unfinished().getFirst().mayBeTorn()).isTrue();
    }

    @Test
    @DisplayName("P10: closing finishes what is being applied and drops the rest")
    void p10_closingFinishesWhatIsBeingAppliedAndDropsTheRest() throws Exception {
        CountDownLatch placing = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        bench.disk.before(
                "place",
                1,
                () -> {
                    placing.countDown();
                    await(closing);
                });
        applier.apply(
                new Effect.Apply(
                        1,
                        List.of(bench.placeFile("a", "x", null), bench.placeFile("b", "x", null))));
        applier.apply(new Effect.Apply(2, List.of(bench.placeFile("c", "x", null))));
        assertThat(placing.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        Thread closer = Thread.startVirtualThread(applier::close);
        org.awaitility.Awaitility.await()
                .until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        closing.countDown();
        closer.join();

        assertThat(bench.read("a") + bench.read("b")).isEqualTo("xx");
        assertThat(bench.isThere("c")).isFalse();
        assertThat(events).hasSize(2).last().isEqualTo(new Flushed(1));
        bench.restart("boot-2");
        assertThat(bench.journal.unfinished())
                .singleElement()
                .extracting(Journal.Unfinished::mayBeTorn)
                .isEqualTo(false);
    }

    private Event next() throws InterruptedException {
        Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as("an event within %d s", PATIENCE_SECONDS).isNotNull();
        return event;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("nobody counted down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
