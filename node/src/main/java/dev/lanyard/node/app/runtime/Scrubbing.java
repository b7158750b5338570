package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.config.ScrubMemory;
import dev.lanyard.node.app.config.ScrubMemory.Pass;
import dev.lanyard.node.io.scan.ScrubCounts;
import dev.lanyard.node.io.scan.Scrubber;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Has all files read again: once in a month in small pieces, and at once when somebody asks for
 * that; one file at a time. Where the monthly pass is survives a restart.
 */
final class Scrubbing {
    /*
     * Housekeeping comes once in an hour. A visit reads what is due since the last one, and ends with a whole file: how far it is within
     * one is not remembered, and a file that takes longer than any run of the node would never be passed.
     */
    private static final Duration PERIOD = Duration.ofDays(30);

    private static final Duration VISITS_APART = Duration.ofHours(1);
    private static final long VISIT_BYTES_MIN = 16L << 20;

    /** Not five of these fit into a second. */
    private static final long ROUND_BYTES = 1L << 20;

    private static final long ASKED_ROUND_BYTES = 16L << 20;

    private final Supplier<Scrubber> scrubbers;
    private final Scrubber monthly;
    private final ScrubMemory memory;
    private final InstantSource wallClock;
    private final LongSupplier heldBytes;

    /** Whoever has it reads. */
    private final Lock turn = new ReentrantLock();

    private Pass pass;
    private long leftBytes;

    /** Goes on where {@code memory} says; {@code heldBytes} tells how much there is to be read. */
    Scrubbing(
            Supplier<Scrubber> scrubbers,
            ScrubMemory memory,
            InstantSource wallClock,
            LongSupplier heldBytes) {
        this.scrubbers = scrubbers;
        this.memory = memory;
        this.wallClock = wallClock;
        this.heldBytes = heldBytes;
        pass = memory.read().orElse(new Pass(Instant.EPOCH, Instant.EPOCH, true, null));
        monthly = scrubbers.get();
        monthly.begin(pass.after());
    }

    /**
     * Reads a little of what is due. Called by one thread.
     *
     * @return whether more should be read soon
     * @throws IOException if the root is lost
     */
    boolean round() throws IOException {
        boolean isFinishing = leftBytes <= 0 && monthly.isWithinFile();
        if ((leftBytes <= 0 && !isFinishing && !beginVisit()) || !turn.tryLock()) {
            return false;
        }
        try {
            return isFinishing ? finish() : readOn();
        } finally {
            turn.unlock();
        }
    }

    private boolean readOn() throws IOException {
        leftBytes -= ROUND_BYTES;
        boolean isOver = !monthly.round(ROUND_BYTES);
        if (!isOver && (leftBytes > 0 || monthly.isWithinFile())) {
            return true;
        }
        endVisit(isOver);
        return false;
    }

    private boolean finish() throws IOException {
        if (monthly.finish(ROUND_BYTES) && monthly.isWithinFile()) {
            return true;
        }
        endVisit(false);
        return false;
    }

    private void endVisit(boolean isOver) {
        leftBytes = 0;
        pass = new Pass(pass.began(), pass.wentOn(), isOver, isOver ? null : monthly.done());
        memory.write(pass);
    }

    /** Whether anything is due. */
    private boolean beginVisit() {
        Instant now = wallClock.instant();
        Duration passed = Duration.between(pass.began(), now);
        if (pass.isOver() && !passed.isNegative() && passed.compareTo(PERIOD) < 0) {
            return false;
        }
        if (pass.isOver()) {
            pass = new Pass(now, now.minus(VISITS_APART), false, null);
            monthly.begin(null);
        }
        double due = (double) Duration.between(pass.wentOn(), now).toSeconds() / PERIOD.toSeconds();
        leftBytes = Math.max(VISIT_BYTES_MIN, (long) (Math.min(due, 1) * heldBytes.getAsLong()));
        pass = new Pass(pass.began(), now, false, pass.after());
        return true;
    }

    /**
     * Reads all files now, as fast as the disk does.
     *
     * @throws IOException if the root is lost
     * @throws InterruptedException if nobody waits for it any more; nothing is read then
     */
    ScrubCounts all() throws IOException, InterruptedException {
        FutureTask<ScrubCounts> reading = new FutureTask<>(this::readAll);
        Thread thread = Thread.ofPlatform().daemon().name("scrub").start(reading);
        try {
            return reading.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException lost) {
                throw lost;
            }
            throw new IllegalStateException("a scrub failed", e.getCause());
        } catch (InterruptedException e) {
            thread.interrupt();
            thread.join(); // What it reads from is closed next.
            throw e;
        }
    }

    private ScrubCounts readAll() throws IOException, InterruptedException {
        turn.lockInterruptibly();
        try {
            Scrubber scrubber = scrubbers.get();
            while (scrubber.round(ASKED_ROUND_BYTES)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("nobody waits for the scrub any more");
                }
            }
            return scrubber.counts();
        } finally {
            turn.unlock();
        }
    }
}
