package dev.lanyard.node.io.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Event.ScanEnd;
import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.InMemoryIndex;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.LinuxDisk;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A folder, an index of it, and a scanner of which every report is kept. */
@EnabledOnOs(OS.LINUX)
abstract class ScanFixture {
    /** So late that every file was written long ago: none is suspected of changing unseen. */
    private static final InstantSource LATE = () -> Instant.now().plus(Duration.ofHours(1));

    private static final ReplicaId ANN = new ReplicaId(1);

    @TempDir Path temporary;

    Path folder = Path.of("");
    FaultyDisk disk = new FaultyDisk(new LinuxDisk(folder, new Random(1)));
    final InMemoryIndex index = new InMemoryIndex();
    final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    Scanner scanner = new Scanner(disk, index::reader, LATE, events::add);
    private long lastScan;
    private long lastCounter;

    /** How the last scan ended. */
    ScanEnd end = ScanEnd.PARTIAL;

    /** Why the root was lost in the last scan, or empty. */
    List<String> lost = new ArrayList<>();

    /** What was made dirty by the last scan. */
    List<Dirt> dirtied = new ArrayList<>();

    /** The rules that scans are given, and what their file looked like. */
    IgnoreRules rules = IgnoreRules.DEFAULT;

    @Nullable FileStat rulesStat;

    /** What the last scan of everything passed by. */
    long ignoredCount;

    @BeforeEach
    void openFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("share"));
        disk = new FaultyDisk(new LinuxDisk(folder, new Random(1)));
        disk.adopt(null);
        scanner.close();
        scanner = new Scanner(disk, index::reader, LATE, events::add);
    }

    @AfterEach
    void closeScanner() {
        scanner.close();
    }

    static RelativePath path(String text) {
        return RelativePath.of(text);
    }

    static ContentHash hash(String content) {
        return ContentHash.of(TreeHash.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    Path write(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    void shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", script, folder.toString()).start();
        assertThat(process.waitFor()).as(script).isZero();
    }

    /** Scans one path. */
    List<Observation> scan(String path) {
        return scan(new Dirt(path(path), false));
    }

    /** Scans one path and all below. */
    List<Observation> scanDeep(String path) {
        return scan(new Dirt(path(path), true));
    }

    /** Scans everything. */
    List<Observation> scanAll() {
        return scan(new Dirt(null, true));
    }

    /** What a scan reports, in order. */
    List<Observation> scan(Dirt... dirt) {
        long scan = ++lastScan;
        scanner.scan(new Effect.Scan(scan, List.of(dirt), rules, rulesStat));
        lost.clear();
        dirtied.clear();
        List<Observation> seen = new ArrayList<>();
        while (true) {
            switch (next()) {
                case Event.Observed observed -> {
                    assertThat(observed.scan()).isEqualTo(scan);
                    assertThat(observed.observations()).hasSizeBetween(1, 512);
                    seen.addAll(observed.observations());
                }
                case Event.RootLost it -> lost.add(it.reason());
                case Event.RulesRead it -> {
                    rules = it.rules();
                    rulesStat = it.stat();
                }
                case Event.IgnoredCounted it -> ignoredCount = it.count();
                case Event.Dirtied it -> dirtied.addAll(it.dirt());
                case Event.ScanEnded it -> {
                    assertThat(it.scan()).isEqualTo(scan);
                    end = it.end();
                    return seen;
                }
                case Event other -> throw new AssertionError("unexpected " + other);
            }
        }
    }

    Event next() {
        try {
            Event event = events.poll(60, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("nothing was reported");
            }
            return event;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Scans everything and holds what was seen, as the engine would. */
    void sync() {
        hold(scanAll());
        assertThat(end).isEqualTo(ScanEnd.COMPLETE);
    }

    /** Makes the index hold what was seen. */
    void hold(List<Observation> observations) {
        for (Observation observation : observations) {
            switch (observation) {
                case Observation.SeenFile it ->
                        put(
                                new Entry.File(
                                        it.path(),
                                        it.stat().sizeBytes(),
                                        it.stat().mtime(),
                                        it.stat().mode(),
                                        it.content(),
                                        version(),
                                        Stamp.ZERO,
                                        ANN),
                                it.stat());
                case Observation.SeenDirectory it ->
                        put(
                                new Entry.Directory(
                                        it.path(), it.stat().mode(), version(), Stamp.ZERO, ANN),
                                it.stat());
                case Observation.SeenLink it ->
                        put(
                                new Entry.Symlink(
                                        it.path(), it.target(), version(), Stamp.ZERO, ANN),
                                it.stat());
                case Observation.Absent it ->
                        put(
                                new Entry.Tombstone(
                                        it.path(), null, null, version(), Stamp.ZERO, ANN),
                                null);
                case Observation.Unsupported _,
                        Observation.Unreadable _,
                        Observation.Ignored _,
                        Observation.Unsettled _ -> {}
            }
        }
        index.commit();
    }

    private VersionVector version() {
        return VersionVector.empty().with(ANN, ++lastCounter);
    }

    private void put(Entry entry, @Nullable FileStat stat) {
        index.put(new Row(entry.path(), entry, new Held(entry, stat)));
    }

    @Nullable Held held(String path) {
        Row row = index.row(path(path));
        return row == null ? null : row.held();
    }

    /** Kind and path of each, to be compared as text. */
    static List<String> brief(List<Observation> observations) {
        return observations.stream()
                .map(it -> it.getClass().getSimpleName() + " " + it.path())
                .toList();
    }
}
