package dev.lanyard.node.io.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Does jobs that wait for the disk or the connection, in order (or, with several threads, each as
 * soon as one is free). Its threads begin with the first job.
 *
 * <p>The queue has no bound of its own: what may be in it is bounded by those who put it there, by
 * the credit of a link and by how many contents may be asked for.
 */
final class Lane {
    /** How long a root stays open for the next job; short, so that a medium can be unmounted. */
    private static final long LINGER_MILLIS = 50;

    private final String name;
    private final int threadCount;
    private final boolean slow;
    private final Shared shared;
    private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * A lane without threads yet.
     *
     * @param slow whether its file calls may last long, so that they need threads of the system
     */
    Lane(String name, int threadCount, boolean slow, Shared shared) {
        this.name = name;
        this.threadCount = threadCount;
        this.slow = slow;
        this.shared = shared;
    }

    /** The last job of a lane: its threads go when they meet it. */
    private static final class End implements Job {
        @Override
        public void run(Bench bench) {
            throw new IllegalStateException("the end of a lane is not run");
        }
    }

    /** Something to do. */
    interface Job {
        /** Does it. @throws InterruptedException if the lane is stopped meanwhile */
        void run(Bench bench) throws InterruptedException;
    }

    /** Adds a job; not after {@link #finish}. */
    void put(Job job) {
        jobs.add(job);
        begin();
    }

    /** Ends when all jobs are done. */
    void finish() {
        jobs.add(new End());
    }

    /** Ends now; jobs that were not begun are dropped. */
    synchronized void stop() {
        jobs.clear();
        jobs.add(new End());
        threads.forEach(Thread::interrupt);
    }

    private synchronized void begin() {
        while (threads.size() < threadCount) {
            Thread.Builder builder =
                    slow
                            ? Thread.ofPlatform().daemon()
                            : Thread.ofVirtual().inheritInheritableThreadLocals(false);
            threads.add(shared.crew().start(builder.name(name), this::work));
        }
    }

    private void work() {
        try (Bench bench = new Bench(shared)) {
            for (Job job = next(bench); !(job instanceof End); job = next(bench)) {
                bench.begin();
                job.run(bench);
            }
            jobs.add(new End()); // For the next thread of this lane.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // Stopped: what is left is dropped by intent.
        }
    }

    private Job next(Bench bench) throws InterruptedException {
        Job job = jobs.poll();
        if (job == null) {
            bench.report();
            job = jobs.poll(LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (job == null) {
            bench.rest();
            job = jobs.take();
        }
        if (job instanceof End) {
            bench.report();
        }
        return job;
    }
}
