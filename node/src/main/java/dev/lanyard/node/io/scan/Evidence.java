package dev.lanyard.node.io.scan;

import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Name;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out whether paths are absent beyond doubt, as of one opened root, which was checked when it
 * was opened. Owned by one thread, for one batch.
 */
final class Evidence {
    /*
     * A path is absent if the nearest directory above it that is there was listed from beginning to
     * end without error, is on the device of the root, does not list the name, and the answer to a
     * direct question for the path was exactly "no such file". Where that name is listed but is no
     * directory (a file, or a link that is never followed), nothing can be below it. What is below
     * a directory that was found to be absent so is absent with it, and not asked for.
     *
     * Anything else is no evidence: an error at any step, another file system mounted in between,
     * or answers that contradict each other, since then somebody is changing just this.
     */
    private final Root root;
    private final Map<RelativePath, Directory> directories = new HashMap<>();
    private final Set<RelativePath> nothingBelow = new HashSet<>();

    /** Directories that were taken for the proof of what was in them. */
    private final Set<RelativePath> reliedOn = new HashSet<>();

    private @Nullable Directory top;

    Evidence(Root root) {
        this.root = root;
    }

    /** What is known of a path. */
    sealed interface Verdict {
        /** Nothing is there. */
        record Gone() implements Verdict {}

        /** Something is there, or comes and goes. */
        record Doubtful() implements Verdict {}

        /** It cannot be known: {@code where} could not be looked at. */
        record Unknown(@Nullable RelativePath where, DiskException cause) implements Verdict {}
    }

    /** Judges {@code path}. @throws IOException if the root itself fails */
    Verdict of(RelativePath path) throws IOException {
        RelativePath parent = path.parent().orElse(null);
        if (parent != null && nothingBelow.contains(parent)) {
            reliedOn.add(parent);
            nothingBelow.add(path);
            return new Verdict.Gone();
        }
        try {
            if (root.stat(path) != null) {
                return new Verdict.Doubtful();
            }
        } catch (DiskException failure) {
            if (!Looks.leadsNowhere(failure)) {
                return new Verdict.Unknown(path, failure);
            }
        }
        Verdict verdict = judge(path);
        if (verdict instanceof Verdict.Gone) {
            nothingBelow.add(path);
        }
        return verdict;
    }

    /**
     * Which directories were proven to be gone, with all below them, and are there again: somebody
     * renames them to and fro.
     */
    Set<RelativePath> returned() throws IOException {
        Set<RelativePath> returned = new HashSet<>();
        for (RelativePath each : reliedOn) {
            try {
                Found found = root.stat(each);
                if (found != null && found.kind() == Kind.DIRECTORY) {
                    returned.add(each);
                }
            } catch (DiskException failure) {
                if (!Looks.leadsNowhere(failure)) {
                    returned.add(each);
                }
            }
        }
        return returned;
    }

    private Verdict judge(RelativePath path) throws IOException {
        RelativePath child = path;
        while (true) {
            RelativePath parent = child.parent().orElse(null);
            Directory directory = directory(parent);
            switch (directory) {
                case Directory.Nowhere _ -> {
                    if (parent == null) {
                        return new Verdict.Doubtful();
                    }
                    if (nothingBelow.contains(parent)) {
                        reliedOn.add(parent);
                        return new Verdict.Gone(); // As was proven a moment ago.
                    }
                    child = parent; // Then that one must be proven to be nowhere.
                }
                case Directory.Failed failed -> {
                    return new Verdict.Unknown(parent, failed.cause);
                }
                case Directory.Listed listed -> {
                    Verdict verdict = judge(listed, child, path);
                    if (verdict instanceof Verdict.Gone) {
                        nothingBelow.add(child);
                    }
                    return verdict;
                }
            }
        }
    }

    /** {@code child} is in a directory that was listed; {@code path} is it, or was below it. */
    private Verdict judge(Directory.Listed listed, RelativePath child, RelativePath path)
            throws IOException {
        boolean isListed =
                Arrays.binarySearch(listed.names, child.name(), Arrays::compareUnsigned) >= 0;
        if (!isListed) {
            return new Verdict.Gone();
        }
        if (child.equals(path)) {
            return new Verdict.Doubtful();
        }
        try {
            Found found = root.stat(child);
            return found != null && found.kind() != Kind.DIRECTORY
                    ? new Verdict.Gone()
                    : new Verdict.Doubtful();
        } catch (DiskException failure) {
            return new Verdict.Unknown(child, failure);
        }
    }

    private Directory directory(@Nullable RelativePath path) throws IOException {
        Directory known = path == null ? top : directories.get(path);
        if (known != null) {
            return known;
        }
        Directory looked = look(path);
        if (path == null) {
            top = looked;
        } else {
            directories.put(path, looked);
        }
        return looked;
    }

    private Directory look(@Nullable RelativePath path) throws IOException {
        try {
            if (path != null) {
                Found found = root.stat(path);
                if (found == null || found.kind() != Kind.DIRECTORY) {
                    return new Directory.Nowhere();
                }
                if (found.stat().device() != root.device()) {
                    return new Directory.Failed(
                            new DiskException(
                                    "stat", path.toString(), DiskException.Fault.OTHER_DEVICE, 0));
                }
            }
            List<Name> names = root.list(path);
            byte[][] sorted = names.stream().map(Name::bytes).toArray(byte[][]::new);
            Arrays.sort(sorted, Arrays::compareUnsigned);
            return new Directory.Listed(sorted);
        } catch (DiskException failure) {
            return Looks.leadsNowhere(failure)
                    ? new Directory.Nowhere()
                    : new Directory.Failed(failure);
        }
    }

    /** What is known of a directory above. */
    private sealed interface Directory {
        /** It is there, with these names in ascending order. */
        @SuppressWarnings("ArrayRecordComponent") // Never compared.
        record Listed(byte[][] names) implements Directory {}

        /** Nothing is there, or no directory. */
        record Nowhere() implements Directory {}

        /** It could not be looked at. */
        record Failed(DiskException cause) implements Directory {}
    }
}
