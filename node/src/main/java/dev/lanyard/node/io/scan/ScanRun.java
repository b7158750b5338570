package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Event.ScanEnd;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.scan.Looks.Seen;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * One scan, from its first look to its end. Owned by one thread. The looking itself is in {@link
 * TreeLook}.
 */
final class ScanRun {
    private static final Logger log = LoggerFactory.getLogger(ScanRun.class);

    /** More names of one file than these are found by the next full scan. */
    private static final int LINKS_MAX = 100;

    private final Effect.Scan scan;
    private final IndexReader reader;
    private final Ground ground;
    private final Reporter reporter;
    private final Pipeline pipeline;
    private final Missing missing;
    private final TreeLook look;
    private final RulesFile rules;
    private final Set<RelativePath> linked = new LinkedHashSet<>();

    ScanRun(
            Effect.Scan scan,
            Disk disk,
            IndexReader reader,
            ContentHasher hasher,
            Restless restless,
            Suspects suspects,
            Reporter reporter,
            BooleanSupplier cancelled) {
        this.scan = scan;
        this.reader = reader;
        this.ground = new Ground(disk);
        this.reporter = reporter;
        this.rules = new RulesFile(scan, ground);
        this.pipeline =
                new Pipeline(ground, hasher, restless, suspects, reporter, rules, this::noteLinked);
        this.missing = new Missing(ground, reader, restless, reporter, rules);
        this.look =
                new TreeLook(
                        reader,
                        ground,
                        restless,
                        suspects,
                        pipeline,
                        missing,
                        rules.rules(),
                        cancelled);
    }

    /** Looks at all that is dirty, and reports the end, whatever happens. */
    void run() {
        ScanEnd end = ScanEnd.PARTIAL;
        try (ground) {
            end = lookUnderRules();
        } catch (RootLostException lost) {
            // What was seen and not told yet is not told: it is not certain where it was seen.
            log.atWarn().addKeyValue("reason", lost.getMessage()).log("root lost during a scan");
            reporter.rootLost(String.valueOf(lost.getMessage()));
        } catch (CancelledException closing) {
            log.atDebug().addKeyValue("scan", scan.scan()).log("scan cancelled");
        } catch (IOException failure) {
            log.atWarn().setCause(failure).log("scan ended early");
        } finally {
            pipeline.abandon();
            reporter.ended(end);
        }
    }

    private ScanEnd lookUnderRules() throws IOException {
        try {
            rules.confirm();
            lookAtAll();
            return ScanEnd.COMPLETE;
        } catch (RulesFile.ChangedException changed) {
            pipeline.abandon();
            reporter.read(rules.read());
            reporter.dirty(scan.dirt());
            return ScanEnd.REPEATED;
        }
    }

    private void lookAtAll() throws IOException {
        Map<RelativePath, RelativePath> movedFrom = movedFrom(scan.dirt());
        for (Map.Entry<RelativePath, Boolean> dirt : sorted(scan.dirt()).entrySet()) {
            look.at(dirt.getKey(), dirt.getValue(), movedFrom.get(dirt.getKey()));
        }
        if (isEverything(scan.dirt())) {
            look.atEverything();
        }
        pipeline.finish();
        missing.tell();
        if (isEverything(scan.dirt())) {
            reporter.ignored(look.ignoredCount());
        }
        reporter.dirty(linked.stream().map(path -> new Dirt(path, false)).toList());
    }

    private static boolean isEverything(List<Dirt> dirt) {
        return dirt.stream().anyMatch(each -> each.path() == null);
    }

    private static Map<RelativePath, RelativePath> movedFrom(List<Dirt> dirt) {
        Map<RelativePath, RelativePath> movedFrom = new HashMap<>();
        for (Dirt each : dirt) {
            if (each.path() != null && each.movedFrom() != null) {
                movedFrom.put(each.path(), each.movedFrom());
            }
        }
        return movedFrom;
    }

    /** In path order, each once, without those that are below a deep one. */
    private static Map<RelativePath, Boolean> sorted(List<Dirt> dirt) {
        TreeMap<RelativePath, Boolean> deepByPath = new TreeMap<>();
        if (isEverything(dirt)) {
            return deepByPath;
        }
        for (Dirt each : dirt) {
            RelativePath path = each.path();
            if (path != null) {
                deepByPath.merge(path, each.deep(), Boolean::logicalOr);
            }
        }
        @Nullable RelativePath deep = null;
        for (RelativePath path : List.copyOf(deepByPath.keySet())) {
            if (deep != null && path.isBelow(deep)) {
                deepByPath.remove(path);
            } else if (Boolean.TRUE.equals(deepByPath.get(path))) {
                deep = path;
            }
        }
        return deepByPath;
    }

    /**
     * What is written to a file with several names changes at all of them, and only one is
     * reported. The others are found among those that hold the same content, before or now.
     */
    private void noteLinked(Seen seen) {
        if (!(seen.observation() instanceof SeenFile file)) {
            return;
        }
        noteHolders(reader.holders(file.content(), LINKS_MAX), file);
        if (file.basis() != null && file.basis().entry() instanceof Entry.File before) {
            noteHolders(reader.holders(before.content(), LINKS_MAX), file);
        }
    }

    private void noteHolders(List<RelativePath> holders, SeenFile file) {
        for (RelativePath path : holders) {
            Row row = path.equals(file.path()) ? null : reader.row(path);
            if (row != null
                    && row.held() != null
                    && row.held().stat() != null
                    && row.held().stat().inode() == file.stat().inode()
                    && !row.held().stat().equals(file.stat())) {
                linked.add(path);
            }
        }
    }

    /** The scanner is closed. */
    static final class CancelledException extends IOException {
        CancelledException() {
            super("the scanner is closed");
        }
    }
}
