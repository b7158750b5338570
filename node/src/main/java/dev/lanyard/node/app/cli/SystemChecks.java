package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.cli.Examined.Reached;
import dev.lanyard.node.app.config.FolderVolume;
import dev.lanyard.node.app.config.Limits;
import dev.lanyard.node.app.control.NodeControl.Diagnosis;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Judges the limits of the system and the file system of the folder. Does no IO. */
final class SystemChecks {
    private static final long FREE_BYTES_MIN = 100L << 20;
    private static final long FREE_FILES_MIN = 1_000;

    private SystemChecks() {}

    static List<Check> of(Examined it) {
        List<Check> checks = new ArrayList<>();
        FolderVolume volume = it.volume();
        if (volume != null) {
            checks.add(space(volume));
            checks.add(kind(volume));
        }
        if (it.node() instanceof Reached node) {
            checks.add(names(node.diagnosis()));
        }
        addLimit(
                checks,
                it.limits().watches(),
                "%2$d of %1$d inotify watches in use",
                "raise fs.inotify.max_user_watches with sysctl; what is not watched is found later");
        addLimit(
                checks,
                it.limits().watchers(),
                "%2$d of %1$d inotify instances in use",
                "raise fs.inotify.max_user_instances with sysctl; without one no node starts");
        addLimit(
                checks,
                it.limits().openFiles(),
                it.node() instanceof Reached
                        ? "of %d files that the node may have open, it has %d"
                        : "of %d files that a program may have open here, this one has %d",
                "raise the limit for open files (ulimit -n, or LimitNOFILE of the service)");
        return checks;
    }

    private static Check space(FolderVolume it) {
        String files =
                it.freeFiles().isEmpty()
                        ? ""
                        : ", room for %d files".formatted(it.freeFiles().getAsLong());
        String found =
                "%s free of %s%s"
                        .formatted(Units.bytes(it.freeBytes()), Units.bytes(it.bytes()), files);
        boolean isFull = it.freeBytes() < Math.min(FREE_BYTES_MIN, it.bytes() / 10);
        boolean isFullOfFiles = it.freeFiles().orElse(Long.MAX_VALUE) < FREE_FILES_MIN;
        return isFull || isFullOfFiles
                ? Check.bad("space", found, "free some space, or delete files that are not needed")
                : Check.ok("space", found);
    }

    private static Check kind(FolderVolume it) {
        String kind = escaped(it.kind());
        if (it.isOfOtherMachines()) {
            return Check.bad(
                    "file system",
                    kind
                            + ": what other machines or programs change behind it, this one is not told",
                    "run lanyard on the machine that has the disk; here such changes are found only"
                            + " when all files are looked at, as by lanyard rescan");
        }
        return Check.ok(
                "file system",
                kind
                        + (it.mayShareBlocks()
                                ? ", where copies can share blocks"
                                : ", where every copy takes its own space"));
    }

    private static Check names(Diagnosis it) {
        List<String> found = new ArrayList<>();
        if (it.foldsCase()) {
            found.add("names that differ in case are one");
        }
        if (it.foldsForms()) {
            found.add("a letter with an accent is one with the letter and its accent behind it");
        }
        if (it.refusesNames()) {
            found.add("some names of other machines are impossible");
        }
        return Check.ok(
                "names",
                found.isEmpty()
                        ? "all are possible, and none is taken for another"
                        : String.join("; ", found)
                                + "; what cannot be here is listed as a problem");
    }

    private static void addLimit(
            List<Check> checks, Limits.@Nullable Use use, String finding, String remedy) {
        if (use != null) {
            String found = finding.formatted(use.allowed(), use.used());
            checks.add(
                    use.isScarce()
                            ? Check.bad("limits", found, remedy)
                            : Check.ok("limits", found));
        }
    }
}
