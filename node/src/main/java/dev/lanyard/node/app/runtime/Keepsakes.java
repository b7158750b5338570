package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Side;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.engine.Event.Command;
import dev.lanyard.node.core.engine.Event.Seen;
import dev.lanyard.node.io.apply.AsItWas;
import dev.lanyard.node.io.apply.Kept;
import dev.lanyard.node.io.apply.Versions;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What users do with versions: list them, put them back, settle conflicts. Changes the disk first,
 * then tells the engine what was decided.
 */
final class Keepsakes {
    /** So many files are put back before the engine is told of them. */
    private static final int PER_COMMAND = 256;

    private static final int FAILURES_TOLD = 3;

    private final Versions versions;
    private final String machine;
    private final PutBack.ToEngine engine;
    private final PutBack putBack;
    private final Runnable settled;

    /**
     * {@code machine}: what people call this machine; {@code settled} is told whenever a conflict
     * may have been dealt with.
     */
    Keepsakes(Versions versions, String machine, PutBack.ToEngine engine, Runnable settled) {
        this.versions = versions;
        this.machine = machine;
        this.engine = engine;
        this.putBack = new PutBack(engine);
        this.settled = settled;
    }

    List<Version> conflicts() throws IOException {
        return asVersions(versions.conflicts());
    }

    /** What was kept of {@code path}; if that is nothing, of what was below it. */
    List<Version> of(RelativePath path) throws IOException {
        return asVersions(versions.listOrBelow(path));
    }

    private static List<Version> asVersions(List<Kept> all) {
        List<Version> list = new ArrayList<>(all.size());
        for (Kept kept : all) {
            if (kept.path() != null) {
                list.add(version(kept.path(), kept));
            }
        }
        return list;
    }

    private static Version version(RelativePath path, Kept kept) {
        return new Version(
                path, kept.name(), kept.sizeBytes(), kept.mtime(), kept.when(), kept.reason(), "");
    }

    /** A person has been shown these. */
    Result shown(List<String> ids) {
        try {
            versions.markListed(ids);
        } catch (IOException e) {
            // They are kept until they are shown once more.
            return new Result(false, String.valueOf(e.getMessage()));
        }
        return new Result(true, Integer.toString(ids.size()));
    }

    Result restore(RelativePath path, @Nullable String version)
            throws IOException, InterruptedException {
        Versions.Restored restored;
        try {
            restored =
                    putBack.at(
                            path,
                            Kept::asVersion,
                            () -> versions.restore(path, Optional.ofNullable(version)));
        } catch (DiskException failure) {
            return failed(path, failure);
        }
        dealtWith(List.of(restored.kept()));
        return new Result(true, path.toString());
    }

    /** Puts back {@code path}, and what is below it, as it was {@code before} a time. */
    Result restoreBefore(RelativePath path, Instant before)
            throws IOException, InterruptedException {
        List<Kept> since = new ArrayList<>(versions.list(path));
        since.addAll(versions.listBelow(path, before));
        List<Kept> chosen = AsItWas.at(before, since);
        if (chosen.isEmpty()) {
            return new Result(
                    false, "%s: nothing that was replaced since is kept here".formatted(path));
        }
        List<String> failures = new ArrayList<>();
        int done = 0;
        for (int from = 0; from < chosen.size(); from += PER_COMMAND) {
            List<Kept> part = chosen.subList(from, Math.min(chosen.size(), from + PER_COMMAND));
            List<Versions.Restored> restored =
                    putBack.at(
                            part.stream().flatMap(Keepsakes::pathOf).toList(),
                            Kept::asVersion,
                            () ->
                                    versions.restoreAll(
                                            part,
                                            (failed, why) ->
                                                    failures.add(
                                                            failed + ": " + why.fault().text())));
            dealtWith(restored.stream().map(Versions.Restored::kept).toList());
            done += restored.size();
        }
        String detail =
                "%s: %d of %d that were replaced or deleted since"
                        .formatted(path, done, chosen.size());
        if (!failures.isEmpty()) {
            List<String> told = failures.subList(0, Math.min(failures.size(), FAILURES_TOLD));
            detail += "; not " + String.join(", ", told);
        }
        return new Result(failures.isEmpty(), detail);
    }

    private static Stream<RelativePath> pathOf(Kept kept) {
        return Stream.ofNullable(kept.path());
    }

    /** Settles the open conflicts of {@code path}. */
    Result resolve(RelativePath path, Side keep) throws IOException, InterruptedException {
        List<Kept> open =
                versions.conflicts().stream()
                        .filter(kept -> Objects.equals(kept.path(), path))
                        .toList();
        if (open.isEmpty()) {
            return new Result(false, "%s: no conflict is open".formatted(path));
        }
        Seen seen = open.stream().map(Kept::asVersion).reduce(Seen.NOTHING, Seen::join);
        String detail;
        try {
            detail =
                    switch (keep) {
                        case MINE -> keepMine(path, open.getFirst(), seen);
                        case THEIRS -> keepTheirs(path, seen);
                        case BOTH -> keepBoth(path, open, seen);
                    };
        } catch (DiskException failure) {
            return failed(path, failure);
        }
        dealtWith(open);
        return new Result(true, detail);
    }

    private String keepMine(RelativePath path, Kept kept, Seen seen)
            throws IOException, InterruptedException {
        putBack.at(path, _ -> seen, () -> versions.restore(path, kept));
        return path.toString();
    }

    private String keepTheirs(RelativePath path, Seen seen)
            throws IOException, InterruptedException {
        engine.tell(new Command.Kept(path, seen));
        return path.toString();
    }

    private String keepBoth(RelativePath path, List<Kept> open, Seen seen)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        for (Kept kept : open) {
            ConflictName name =
                    new ConflictName(path, kept.when().atZone(ZoneId.systemDefault()), machine);
            RelativePath beside = versions.free(name::numbered);
            putBack.at(beside, _ -> Seen.NOTHING, () -> versions.restore(beside, kept));
            names.add(beside.toString());
        }
        engine.tell(new Command.Kept(path, seen));
        return "%s, beside it %s".formatted(path, String.join(", ", names));
    }

    private void dealtWith(List<Kept> kept) throws IOException {
        versions.markSeen(kept);
        settled.run();
    }

    private static Result failed(RelativePath path, DiskException failure) {
        return new Result(false, "%s: %s".formatted(path, failure.fault().text()));
    }
}
