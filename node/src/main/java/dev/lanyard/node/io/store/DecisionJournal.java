package dev.lanyard.node.io.store;

import dev.lanyard.node.core.engine.Decision;
import dev.lanyard.protocol.RelativePath;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was decided about paths, in the order in which it was: written behind by a thread of its
 * own, so that whoever decides does not wait for a disk. Thread-safe.
 *
 * <p>It explains and is not needed for anything else: what cannot be written is left out, which a
 * gap in the numbers shows, and a crash of the machine may take the last seconds.
 */
public final class DecisionJournal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DecisionJournal.class);

    /** Decisions that may wait for the disk: as many as some hundred steps of the engine make. */
    private static final int WAITING_MAX = 65_536;

    private static final int WRITTEN_AT_ONCE_MAX = 8_192;
    private static final Duration FULL_WAIT_MAX = Duration.ofSeconds(1);
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(5);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final DecisionFiles files;
    private final InstantSource wallClock;

    /** An empty one is the end. */
    private final BlockingQueue<Optional<RecordedDecision>> waiting =
            new LinkedBlockingQueue<>(WAITING_MAX);

    private final ReentrantLock turn = new ReentrantLock();
    private final Condition progress = turn.newCondition();
    private long lastNumber;
    private long lastWritten;
    private boolean overfull;
    private final Thread writer;

    private DecisionJournal(DecisionFiles files, InstantSource wallClock) {
        this.files = files;
        this.wallClock = wallClock;
        this.lastNumber = files.lastNumber();
        this.lastWritten = lastNumber;
        this.writer = Thread.ofPlatform().name("decisions").daemon().start(this::writeAll);
    }

    /**
     * Goes on with the journal in {@code directory}, which is made if it is not there.
     *
     * @param wallClock says when something was decided
     */
    public static DecisionJournal open(Path directory, InstantSource wallClock) throws IOException {
        return new DecisionJournal(DecisionFiles.open(directory), wallClock);
    }

    /**
     * Writes down what was decided just now. It waits for a slow disk when very many wait already,
     * at most a second; then no more until that has caught up.
     */
    public void write(Decision decision) {
        Instant now = wallClock.instant();
        turn.lock();
        try {
            lastNumber++;
            boolean taken = take(RecordedDecision.of(lastNumber, now, decision));
            if (!taken && !overfull) {
                log.atWarn().addKeyValue("number", lastNumber).log("decisions are left out");
            }
            overfull = !taken;
        } finally {
            turn.unlock();
        }
    }

    private boolean take(RecordedDecision decision) {
        if (waiting.offer(Optional.of(decision))) {
            return true;
        }
        try {
            return !overfull
                    && waiting.offer(
                            Optional.of(decision), FULL_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void writeAll() {
        List<Optional<RecordedDecision>> batch = new ArrayList<>();
        boolean isOpen = true;
        try {
            while (isOpen) {
                batch.add(waiting.take());
                waiting.drainTo(batch, WRITTEN_AT_ONCE_MAX);
                isOpen = batch.stream().allMatch(Optional::isPresent);
                write(batch.stream().flatMap(Optional::stream).toList());
                batch.clear();
            }
            files.close();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private void write(List<RecordedDecision> decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        files.append(decisions);
        turn.lock();
        try {
            lastWritten = decisions.getLast().number();
            progress.signalAll();
        } finally {
            turn.unlock();
        }
    }

    /**
     * The last {@code count} decisions with a number above {@code after}, the oldest first. What
     * was decided before this call is among them, unless the disk hangs.
     *
     * @throws IOException if the journal cannot be read
     */
    public List<RecordedDecision> last(int count, long after)
            throws IOException, InterruptedException {
        return awaitWritten() <= after ? List.of() : files.last(count, after);
    }

    /**
     * The last {@code count} decisions about {@code path}, the oldest first.
     *
     * @throws IOException if the journal cannot be read
     */
    public List<RecordedDecision> about(RelativePath path, int count)
            throws IOException, InterruptedException {
        awaitWritten();
        return files.about(path, count);
    }

    /** Waits for what is on its way, and returns the number of the last decision. */
    private long awaitWritten() throws InterruptedException {
        long nanos = CATCH_UP_MAX.toNanos();
        turn.lock();
        try {
            long wanted = overfull ? lastWritten : lastNumber;
            while (lastWritten < wanted && nanos > 0) {
                nanos = progress.awaitNanos(nanos);
            }
            return lastNumber;
        } finally {
            turn.unlock();
        }
    }

    /** Writes what waits, and ends; waits at most some seconds for the disk. */
    @Override
    public void close() {
        try {
            boolean told =
                    waiting.offer(Optional.empty(), CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!told || !writer.join(CLOSE_MAX)) {
                log.atWarn().log("the disk did not take the last decisions");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
