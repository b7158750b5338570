package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.StateFile;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The batches of a node, carried out and flushed by the thread that asks for it. */
public final class StepwiseApplier {
    private final BatchRun batches;
    private final Flusher flusher;
    private final List<AppliedBatch> unflushed = new ArrayList<>();

    /** Carries out batches on {@code disk}. */
    public StepwiseApplier(Disk disk, Journal journal, Versions versions) {
        this.batches = new BatchRun(disk, journal, versions);
        this.flusher = new Flusher(disk, journal);
    }

    /** The journal in {@code file}; {@code boot} differs after each start of the machine. */
    public static Journal journal(StateFile file, String boot, InstantSource wallClock)
            throws IOException {
        return Journal.open(file, boot, wallClock);
    }

    /** Carries out {@code batch}. */
    public Event.Applied apply(Effect.Apply batch) {
        AppliedBatch done = batches.run(batch);
        unflushed.add(done);
        return new Event.Applied(done.batch(), done.outcomes());
    }

    /** Makes all durable that was carried out. */
    public List<Event> flush() {
        List<AppliedBatch> group = List.copyOf(unflushed);
        unflushed.clear();
        return group.isEmpty() ? List.of() : flusher.flush(group);
    }

    /** These batches were noted. */
    public void clear(List<Long> batches) {
        flusher.clear(batches);
    }

    /** Makes durable that they were cleared, which nobody waits for. */
    public void forget() {
        flusher.forget();
    }
}
