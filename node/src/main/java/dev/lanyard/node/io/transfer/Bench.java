package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Place;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one thread of a lane works with: a root and a reader of the index, opened when they are
 * needed and kept for a batch of jobs, and the answers that it has not told yet.
 */
final class Bench implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bench.class);

    /** After so many jobs the root is opened anew, and so checked to be the root. */
    private static final int ROOT_JOBS_MAX = 500;

    private static final int ANSWERS_MAX = 256;

    private final Shared shared;
    private final Map<Long, List<FetchOutcome>> answers = new LinkedHashMap<>();
    private int answerCount;
    private @Nullable Root root;
    private int rootJobs;
    private @Nullable IndexReader reader;

    Bench(Shared shared) {
        this.shared = shared;
    }

    Shared shared() {
        return shared;
    }

    /** Begins a job: what an earlier one got from here may be closed by now. */
    void begin() {
        if (++rootJobs > ROOT_JOBS_MAX) {
            closeRoot();
        }
    }

    /** The root, for this job. */
    Root root() throws IOException {
        Root open = root;
        if (open == null) {
            open = shared.disk().open();
            root = open;
            rootJobs = 0;
        }
        return open;
    }

    /** A reader of the index, as of its last commit. */
    IndexReader reader() {
        IndexReader open = reader;
        if (open == null) {
            open = shared.readers().get();
            reader = open;
        }
        return open;
    }

    /** Answers a want of {@code ticket}, with the next {@link #report} at the latest. */
    void answer(Ticket ticket, FetchOutcome outcome) {
        if (ticket.answered()) {
            shared.tickets().remove(ticket.fetch());
        }
        if (ticket.isCancelled()) {
            if (outcome instanceof FetchOutcome.Ready ready) {
                delete(ready.staged().name());
            }
            return;
        }
        answers.computeIfAbsent(ticket.fetch(), _ -> new ArrayList<>()).add(outcome);
        if (++answerCount >= ANSWERS_MAX) {
            report();
        }
    }

    /** Tells all answers so far; waits while the engine is behind. */
    void report() {
        answers.forEach(
                (fetch, outcomes) ->
                        shared.events().accept(new Event.Fetched(fetch, List.copyOf(outcomes))));
        answers.clear();
        answerCount = 0;
    }

    /** Deletes something staged that is of no use; if that fails, the next start does it. */
    void delete(String stagedName) {
        try {
            root().delete(Place.STAGING, stagedName);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("staged", stagedName)
                    .setCause(e)
                    .log("staged content not deleted");
        }
    }

    /** Lets go of everything that is open. */
    void rest() {
        closeRoot();
        closeReader();
    }

    @Override
    public void close() {
        rest();
    }

    private void closeRoot() {
        if (root != null) {
            root.close();
            root = null;
        }
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
