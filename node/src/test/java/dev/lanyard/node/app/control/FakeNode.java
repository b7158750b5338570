package dev.lanyard.node.app.control;

import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/**
 * A node without files or peers: it answers what a test told it to, and remembers what it was
 * asked.
 */
public final class FakeNode implements RunningNode {
    private final Deque<Status> statuses = new ArrayDeque<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    private volatile Result result = new Result(true, "");
    public volatile NewKey newKey =
            new NewKey("", List.of(), List.of(), List.of(), null, "nothing was prepared");
    private volatile List<Version> versions = List.of();
    private volatile Elsewhere elsewhere = new Elsewhere(List.of(), List.of(), List.of());
    private volatile Scrubbed scrubbed = new Scrubbed(0, 0, 0, 0, List.of());
    private volatile List<Problem> problems = List.of();
    private volatile List<Peer> peers = List.of();
    private volatile Diagnosis diagnosis =
            new Diagnosis(
                    ProcessHandle.current().pid(),
                    "",
                    Runtime.version().toString(),
                    "ann",
                    1,
                    null,
                    false,
                    false,
                    false);
    private final List<Decision> decisions = new CopyOnWriteArrayList<>();
    private volatile List<Problem> blocks = List.of();
    private Runnable atClose = () -> {};
    private volatile Runnable atStop = () -> {};

    /** What it says of itself: one after the other, and the last one from then on. */
    public synchronized FakeNode says(Status... told) {
        statuses.addAll(List.of(told));
        return this;
    }

    /** How everything ends that it is asked to do. */
    public FakeNode ends(Result how) {
        result = how;
        return this;
    }

    /** What is kept of every path, and lost against edits. */
    public FakeNode keeps(Version... kept) {
        versions = List.of(kept);
        return this;
    }

    /** What its peers keep of every path. */
    public FakeNode hears(Elsewhere told) {
        elsewhere = told;
        return this;
    }

    /** What is wrong. */
    public FakeNode suffers(Problem... wrong) {
        problems = List.of(wrong);
        return this;
    }

    /** Whom it knows. */
    public FakeNode knows(Peer... others) {
        peers = List.of(others);
        return this;
    }

    /** How it stands with its machine. */
    public FakeNode stands(Diagnosis how) {
        diagnosis = how;
        return this;
    }

    /** What it decided, besides what it did before. */
    public FakeNode decides(Decision... made) {
        decisions.addAll(List.of(made));
        return this;
    }

    /** What is in the way of every path. */
    public FakeNode isBlocked(Problem... by) {
        blocks = List.of(by);
        return this;
    }

    /** What to give back when it is closed. */
    public FakeNode releasing(Runnable what) {
        atClose = what;
        return this;
    }

    /** What it was asked to do or to tell of a path, in order. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** A status in which only these parts matter. */
    public static Status status(Phase phase, Duration busy, long fetchedBytes, long toFetchBytes) {
        return status(phase, busy, fetchedBytes, toFetchBytes, 0, 0, 0);
    }

    /** A node that has nothing to do, and by what it need not have moved more. */
    public static Status saving(long byDelta, long byCopy, long byCompression) {
        return status(Phase.IDLE, Duration.ZERO, 0, 0, byDelta, byCopy, byCompression);
    }

    private static Status status(
            Phase phase,
            Duration busy,
            long fetchedBytes,
            long toFetchBytes,
            long byDelta,
            long byCopy,
            long byCompression) {
        return new Status(
                "/data/photos",
                "ann",
                "0123456789abcdef",
                "127.0.0.1:7001",
                phase,
                12,
                2_048,
                toFetchBytes == 0 ? 0 : 3,
                toFetchBytes,
                0,
                fetchedBytes,
                busy,
                1,
                1,
                0,
                fetchedBytes,
                0,
                Message.Mode.TWO_WAY,
                0,
                0,
                byDelta,
                byCopy,
                byCompression);
    }

    /** A node that has nothing to do. */
    public static Status idle() {
        return status(Phase.IDLE, Duration.ZERO, 0, 0);
    }

    /** Ends as a node ends that cannot go on. */
    public void fail(Throwable failure) {
        end.complete(failure);
    }

    /** What happens in the thread that it is asked in to stop. */
    FakeNode stopsWith(Runnable act) {
        atStop = act;
        return this;
    }

    /** Whether it was asked to stop. */
    public boolean isStopped() {
        return end.isDone();
    }

    @Override
    public synchronized Status status() {
        Status first = statuses.isEmpty() ? idle() : statuses.getFirst();
        if (statuses.size() > 1) {
            statuses.removeFirst();
        }
        return first;
    }

    @Override
    public List<Problem> problems() {
        return problems;
    }

    @Override
    public Diagnosis diagnosis() {
        return diagnosis;
    }

    @Override
    public List<Peer> peers() {
        return peers;
    }

    @Override
    public List<Version> conflicts() {
        return versions;
    }

    @Override
    public List<Version> versions(RelativePath path) {
        asked.add("versions " + path);
        return versions;
    }

    @Override
    public Elsewhere versionsElsewhere(RelativePath path) {
        return elsewhere;
    }

    @Override
    public Result shown(List<String> ids) {
        asked.add("shown " + ids);
        return result;
    }

    @Override
    public List<Decision> log(int count, long after) {
        List<Decision> later = decisions.stream().filter(each -> each.number() > after).toList();
        return later.subList(Math.max(0, later.size() - count), later.size());
    }

    @Override
    public Why why(RelativePath path) {
        asked.add("why " + path);
        List<Decision> history =
                decisions.stream().filter(each -> each.path().equals(path)).toList();
        Known known =
                history.isEmpty()
                        ? null
                        : new Known(
                                "file",
                                12,
                                history.getLast().time(),
                                history.getLast().peer(),
                                history.getLast().version());
        return new Why(path, history, known, null, Pending.PLACE, false, blocks);
    }

    @Override
    public Result restore(RelativePath path, @Nullable String version) throws IOException {
        asked.add("restore " + path + " " + version);
        if (path.toString().equals("unreadable")) {
            throw new IOException("the disk is broken");
        }
        return result;
    }

    @Override
    public Result restoreBefore(RelativePath path, Instant before) {
        asked.add("restore " + path + " before " + before);
        return result;
    }

    @Override
    public Result resolve(RelativePath path, Side keep) {
        asked.add("resolve " + path + " " + keep);
        return result;
    }

    @Override
    public Result await(Duration timeout) throws InterruptedException {
        asked.add("wait " + timeout);
        if (timeout.compareTo(Duration.ofDays(1)) > 0) {
            @Nullable Throwable failure = awaitEnd(); // As long as it runs.
            return new Result(false, "ended: " + failure);
        }
        return result;
    }

    @Override
    public Result confirmDeletes(boolean restore) {
        asked.add("confirm-deletes " + restore);
        return result;
    }

    @Override
    public Result revert() {
        asked.add("revert");
        return result;
    }

    @Override
    public Result override() {
        asked.add("override");
        return result;
    }

    @Override
    public Result forget(String peer) {
        asked.add("forget " + peer);
        return result;
    }

    @Override
    public NewKey newKey(List<String> without) {
        asked.add("new key without " + without);
        return newKey;
    }

    @Override
    public Result pause() {
        asked.add("pause");
        return result;
    }

    @Override
    public Result resume() {
        asked.add("resume");
        return result;
    }

    @Override
    public Scrubbed scrub() {
        asked.add("scrub");
        return scrubbed;
    }

    @Override
    public Result repair(RelativePath path) {
        asked.add("repair " + path);
        return result;
    }

    /** Has read all its files again. */
    public FakeNode scrubs(Scrubbed found) {
        scrubbed = found;
        return this;
    }

    @Override
    public Result rescan() {
        asked.add("rescan");
        return result;
    }

    @Override
    public @Nullable Throwable awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("ends normally, also with a failure", e);
        }
    }

    @Override
    public void stop() {
        asked.add("stop");
        atStop.run();
        end.complete(null);
    }

    @Override
    public void close() {
        end.complete(null);
        atClose.run();
    }
}
