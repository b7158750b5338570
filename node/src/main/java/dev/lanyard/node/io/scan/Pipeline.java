package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.Unreadable;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.scan.Looks.Hashing;
import dev.lanyard.node.io.scan.Looks.Seen;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Takes what a scan saw and what it wants hashed, in path order, hashes several files beside each
 * other, and tells all of it in the same order. Owned by the thread of the scan, which does the
 * telling.
 */
final class Pipeline {
    /*
     * Work goes in groups: many small files, or one of some size. A few groups are under way at a
     * time, which bounds memory; when there are enough, the oldest one is waited for and told. A
     * large file is hashed by the thread of the scan, chunk by chunk beside each other, after what
     * comes before it was told. So is the last group if it is the only one: for a small scan,
     * nothing is handed over at all.
     */
    private static final long GROUP_BYTES = 4L << 20;

    private final Ground ground;
    private final ContentHasher hasher;
    private final Restless restless;
    private final Suspects suspects;
    private final Reporter reporter;
    private final RulesFile rules;
    private final Consumer<Seen> linked;

    private final int groupsMax;
    private final ArrayDeque<Future<List<Result>>> underWay = new ArrayDeque<>();
    private List<Item> group = new ArrayList<>();
    private long groupBytes;
    private boolean groupHashes;

    /** {@code linked} is given each file with more than one name before it is told. */
    Pipeline(
            Ground ground,
            ContentHasher hasher,
            Restless restless,
            Suspects suspects,
            Reporter reporter,
            RulesFile rules,
            Consumer<Seen> linked) {
        this.ground = ground;
        this.hasher = hasher;
        this.restless = restless;
        this.suspects = suspects;
        this.reporter = reporter;
        this.rules = rules;
        this.linked = linked;
        this.groupsMax = 2 * hasher.cores();
    }

    /** Tells this. */
    void tell(Observation observation) throws IOException {
        add(new Item(observation, observation.path(), observation.basis(), 0));
    }

    /** Hashes this file and tells what was seen. */
    void hash(RelativePath path, FileStat stat, @Nullable Held held) throws IOException {
        if (stat.sizeBytes() < ContentHasher.LARGE_BYTES) {
            add(new Item(null, path, held, stat.sizeBytes()));
            return;
        }
        finish();
        suspects.awaitTick(stat);
        Item large = new Item(null, path, held, stat.sizeBytes());
        tell(List.of(look(ground.root(), large, hasher.instead(held, true))));
    }

    private void add(Item item) throws IOException {
        group.add(item);
        groupBytes += item.sizeBytes;
        groupHashes |= item.done == null;
        if (group.size() >= Reporter.BATCH || groupBytes >= GROUP_BYTES) {
            seal();
        }
    }

    private void seal() throws IOException {
        List<Item> sealed = group;
        underWay.add(
                groupHashes
                        ? hasher.submit(() -> lookAll(sealed))
                        : CompletableFuture.completedFuture(resultsOf(sealed)));
        group = new ArrayList<>();
        groupBytes = 0;
        groupHashes = false;
        if (underWay.size() > groupsMax) {
            tell(ContentHasher.await(underWay.remove()));
        }
    }

    private static List<Result> resultsOf(List<Item> items) {
        List<Result> results = new ArrayList<>(items.size());
        for (Item item : items) {
            if (item.done != null) {
                results.add(new Result(new Seen(item.done, 1), false, false));
            }
        }
        return results;
    }

    private List<Result> lookAll(List<Item> items) throws IOException {
        try (Root root = ground.another()) {
            return lookAll(root, items);
        }
    }

    private List<Result> lookAll(Root root, List<Item> items) throws IOException {
        List<Result> results = new ArrayList<>(items.size());
        for (Item item : items) {
            results.add(look(root, item, hasher.instead(item.held, false)));
        }
        return results;
    }

    /** Everything that was given has been told afterwards. */
    void finish() throws IOException {
        if (!underWay.isEmpty() && !group.isEmpty()) {
            seal();
        }
        while (!underWay.isEmpty()) {
            tell(ContentHasher.await(underWay.remove()));
        }
        if (!group.isEmpty()) {
            List<Item> last = group;
            group = new ArrayList<>();
            groupBytes = 0;
            boolean hashes = groupHashes;
            groupHashes = false;
            tell(hashes ? lookAll(ground.root(), last) : resultsOf(last));
        }
    }

    /** Lets go of what is under way; it is not told. */
    void abandon() {
        underWay.forEach(work -> work.cancel(false));
        underWay.clear();
        group.clear();
    }

    /** Looks at one file; called by any thread, with a root of its own. */
    private Result look(Root root, Item item, Hashing hashing) throws IOException {
        if (item.done != null) {
            return new Result(new Seen(item.done, 1), false, false);
        }
        try {
            Instant begun = suspects.now();
            boolean racy = false;
            Seen seen = Looks.read(root, hashing, item.path, item.held);
            if (seen.observation() instanceof SeenFile file) {
                racy = Suspects.isRacy(file.stat(), begun);
            }
            return new Result(seen, true, racy);
        } catch (DiskException failure) {
            return new Result(new Seen(failed(item, failure), 1), false, false);
        }
    }

    private Observation failed(Item item, DiskException failure) throws IOException {
        return switch (failure.fault()) {
            // It was there a moment ago, and a file: it changes while it is looked at.
            case NO_SUCH_FILE,
                    NOT_A_DIRECTORY,
                    IS_A_DIRECTORY,
                    CONFINED,
                    EXISTS,
                    UNSUPPORTED,
                    BUSY,
                    SHRANK ->
                    new Unsettled(item.path, item.held);
            case NOT_PERMITTED,
                    OTHER_DEVICE,
                    READ_ONLY,
                    DISK_FULL,
                    NAME_IMPOSSIBLE,
                    NOT_EMPTY,
                    IO -> {
                if (Looks.mayBeLoss(failure)) {
                    ground.confirm();
                }
                yield new Unreadable(item.path, Looks.reason(failure), item.held);
            }
        };
    }

    private void tell(List<Result> results) throws IOException {
        rules.confirm();
        List<Observation> told = new ArrayList<>(results.size());
        Map<RelativePath, FileStat> racy = new HashMap<>();
        for (Result result : results) {
            Observation observation = result.seen.observation();
            clearSuspicion(result);
            if (result.racy && observation instanceof SeenFile file) {
                racy.put(file.path(), file.stat());
            }
            if (!isHeldAnyway(observation) || restless.contains(observation.path())) {
                restless.note(observation);
                told.add(observation);
            }
            if (result.seen.linkCount() > 1) {
                linked.accept(result.seen);
            }
        }
        reporter.observed(told);
        suspects.lookAgain(racy);
        told.forEach(this::keepSuspicion);
    }

    /** Not for what could not be read, or was told without being read: it is looked at again. */
    private void clearSuspicion(Result result) {
        switch (result.seen.observation()) {
            case SeenFile file -> {
                if (result.hashed) {
                    suspects.clear(file.path(), file.stat());
                }
            }
            case Observation.Absent it -> suspects.forget(it.path());
            case Observation.Ignored it -> suspects.forget(it.path());
            case Observation.SeenDirectory it -> suspects.forget(it.path());
            case Observation.SeenLink it -> suspects.forget(it.path());
            case Observation.Unsupported it -> suspects.forget(it.path());
            case Unsettled _, Unreadable _ -> {}
        }
    }

    /**
     * Only hashing shows that this file changed. If whoever is told cannot use it, since something
     * else came between, the next look must not take the file for what is held.
     */
    private void keepSuspicion(Observation observation) {
        if (observation instanceof SeenFile seen
                && seen.basis() != null
                && seen.stat().equals(seen.basis().stat())
                && !isHeldAnyway(seen)) {
            suspects.stay(seen.path(), seen.stat());
        }
    }

    /** A file that was hashed only for suspicion, without cause. */
    private static boolean isHeldAnyway(Observation observation) {
        return observation instanceof SeenFile seen
                && seen.basis() != null
                && seen.basis().entry() instanceof Entry.File file
                && file.content().equals(seen.content())
                && seen.stat().equals(seen.basis().stat());
    }

    /** Something to be told, in its place: what was seen already, or a file to be hashed. */
    private record Item(
            @Nullable Observation done, RelativePath path, @Nullable Held held, long sizeBytes) {}

    private record Result(Seen seen, boolean hashed, boolean racy) {}
}
