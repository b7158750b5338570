package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.content.Signatures;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.InMemoryIndex;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Disks;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A folder with its index and transfers, and what the engine would have been told. */
final class Side implements AutoCloseable {
    private static final ReplicaId AUTHOR = new ReplicaId(7);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final Path folder;
    final FaultyDisk disk;
    final InMemoryIndex index = new InMemoryIndex();
    final Map<RelativePath, FetchOutcome> outcomes = new ConcurrentHashMap<>();
    final Map<RelativePath, Long> outcomeNanos = new ConcurrentHashMap<>();

    /** Names in versions, by what they have. */
    final Map<ContentHash, String> kept = new ConcurrentHashMap<>();

    /** What is known of contents. */
    final Map<ContentHash, Signed> signed = new ConcurrentHashMap<>();

    /** Which files are listed for having other bytes than were written. */
    final Set<RelativePath> decayed = ConcurrentHashMap.newKeySet();

    /** How contents were brought last. */
    final Map<RelativePath, String> notes = new ConcurrentHashMap<>();

    Transfers transfers;
    private boolean signing;

    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong fetches = new AtomicLong();
    private final long seed;

    private Side(Path folder, FaultyDisk disk, long seed) {
        this.folder = folder;
        this.disk = disk;
        this.seed = seed;
        this.transfers = transfers(seed);
    }

    /** A side with an empty folder below {@code parent}. */
    static Side in(Path parent, String name) throws IOException {
        Path folder = Files.createDirectories(parent.resolve(name));
        Disk disk = Disks.holding(folder, new Random(1));
        var identity = disk.adopt(null);
        if (identity.marker().isEmpty()) {
            throw new IllegalStateException("no marker");
        }
        return new Side(folder, new FaultyDisk(disk), name.hashCode());
    }

    /** Lets it keep signatures, and note how contents were brought. */
    Side signing() {
        transfers.close();
        signing = true;
        transfers = transfers(seed);
        return this;
    }

    /** Keeps what is known of contents, as the state directory does. */
    private final class Kept implements Signatures {
        @Override
        public @Nullable Signed find(ContentHash content) {
            return signed.get(content);
        }

        @Override
        public void keep(Signed made) {
            signed.put(made.content(), made);
        }
    }

    private Transfers transfers(long random) {
        if (signing) {
            return new Transfers(
                    disk,
                    index::reader,
                    content -> Optional.ofNullable(kept.get(content)),
                    decayed::contains,
                    this::take,
                    new Random(random),
                    Width.of(2),
                    new Kept(),
                    note -> notes.put(note.path(), note.detail()));
        }
        return new Transfers(
                disk,
                index::reader,
                content -> Optional.ofNullable(kept.get(content)),
                this::take,
                new Random(random),
                Width.of(2));
    }

    /** As a new run of the node: nothing in memory is left. */
    void restart() {
        transfers.close();
        transfers = transfers(seed + 1);
        outcomes.clear();
    }

    private void take(Event event) {
        if (!(event instanceof Event.Fetched fetched)) {
            throw new IllegalStateException("unexpected " + event);
        }
        for (FetchOutcome outcome : fetched.outcomes()) {
            outcomeNanos.put(outcome.path(), System.nanoTime());
            if (outcomes.put(outcome.path(), outcome) != null) {
                throw new IllegalStateException("answered twice: " + outcome);
            }
        }
    }

    /** Connects two sides; returns the link of {@code one}, then that of {@code other}. */
    static FakeLink[] connect(Side one, Side other) {
        FakeLink[] links = FakeLink.pair();
        one.open(links[0]);
        other.open(links[1]);
        return links;
    }

    /** Begins a session over {@code link}. */
    SessionId open(FakeLink link) {
        SessionId session = new SessionId(sessions.incrementAndGet());
        Transfers mine = transfers;
        link.to(
                message -> mine.received(session, (Message.ForTransfer) message),
                _ -> mine.closed(session));
        mine.opened(session, link);
        return session;
    }

    /** The session that was opened last. */
    SessionId session() {
        return new SessionId(sessions.get());
    }

    /** Writes a file and holds it. */
    Entry.File hold(String path, byte[] content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return hold(entry(path, content));
    }

    /** Holds a file as it is on disk, under {@code entry}. */
    Entry.File hold(Entry.File entry) throws IOException {
        try (Root root = disk.open()) {
            Root.Found found = root.stat(entry.path());
            if (found == null) {
                throw new IOException("not there: " + entry.path());
            }
            index.put(new Row(entry.path(), entry, new Held(entry, found.stat())));
        }
        index.commit();
        return entry;
    }

    /** Writes many files and holds them. */
    List<Entry.File> hold(Map<String, byte[]> contents) throws IOException {
        List<Entry.File> entries = new ArrayList<>();
        try (Root root = disk.open()) {
            for (Map.Entry<String, byte[]> content : contents.entrySet()) {
                Entry.File entry = entry(content.getKey(), content.getValue());
                Files.write(folder.resolve(content.getKey()), content.getValue());
                Root.Found found = Objects.requireNonNull(root.stat(entry.path()));
                index.put(new Row(entry.path(), entry, new Held(entry, found.stat())));
                entries.add(entry);
            }
        }
        index.commit();
        return entries;
    }

    static Entry.File entry(String path, byte[] content) {
        return entry(path, content.length, ContentHash.of(TreeHash.of(content)));
    }

    static Entry.File entry(String path, long size, ContentHash content) {
        return new Entry.File(
                RelativePath.of(path),
                size,
                Instant.EPOCH,
                0644,
                content,
                VersionVector.empty().with(AUTHOR, 1),
                Stamp.ZERO,
                AUTHOR);
    }

    /** Fetches from the session that was opened last. */
    long fetch(Entry.File... entries) {
        return fetch(List.of(entries));
    }

    long fetch(List<Entry.File> entries) {
        return fetch(session(), entries);
    }

    long fetch(SessionId from, List<Entry.File> entries) {
        long fetch = fetches.incrementAndGet();
        transfers.fetch(
                new Effect.Fetch(fetch, from, entries.stream().map(Effect.Want::new).toList()));
        return fetch;
    }

    long copy(Entry.File entry, @Nullable String source) {
        long fetch = fetches.incrementAndGet();
        transfers.copy(
                new Effect.Copy(
                        fetch,
                        List.of(
                                new Effect.LocalCopy(
                                        entry,
                                        source == null
                                                ? new Effect.CopySource.InVersions()
                                                : new Effect.CopySource.InTree(
                                                        RelativePath.of(source))))));
        return fetch;
    }

    /** Waits for the outcome of {@code path}. */
    FetchOutcome outcome(String path) {
        RelativePath key = RelativePath.of(path);
        if (!outcomes.containsKey(key)) {
            awaitOutcomes(List.of(key));
        }
        FetchOutcome outcome = outcomes.get(key);
        if (outcome == null) {
            throw new IllegalStateException("no outcome of " + path);
        }
        return outcome;
    }

    void awaitOutcomes(List<RelativePath> paths) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> outcomes.keySet().containsAll(paths));
    }

    /** The staged content of {@code path}, which must be ready. */
    byte[] staged(String path) throws IOException {
        return staged(outcome(path));
    }

    byte[] staged(FetchOutcome outcome) throws IOException {
        if (!(outcome instanceof FetchOutcome.Ready ready)) {
            throw new AssertionError("expected ready but was " + outcome);
        }
        return Files.readAllBytes(staging().resolve(ready.staged().name()));
    }

    /** Names in staging, sorted. */
    List<String> stagedNames() throws IOException {
        try (Stream<Path> names = Files.list(staging())) {
            return names.map(name -> name.getFileName().toString()).sorted().toList();
        }
    }

    /** Everything outside staging, sorted. */
    List<String> tree() throws IOException {
        List<String> paths = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(path -> !path.startsWith(staging()))
                    .forEach(path -> paths.add(folder.relativize(path).toString()));
        }
        paths.sort(null);
        return paths;
    }

    Path staging() {
        return folder.resolve(".lanyard/staging");
    }

    @Override
    public void close() {
        transfers.close();
    }
}
