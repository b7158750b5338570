package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.core.plan.Step.MakeDirectory;
import dev.lanyard.node.core.plan.Step.PlaceFile;
import dev.lanyard.node.core.plan.Step.PlaceLink;
import dev.lanyard.node.core.plan.Step.Remove;
import dev.lanyard.node.core.plan.Step.Rename;
import dev.lanyard.node.core.plan.Step.RenameDirectory;
import dev.lanyard.node.core.plan.Step.SetAttributes;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * A step as it is going to be carried out, with the names that it uses: what the journal remembers.
 *
 * @param stagedName what is going to be put in place; null for steps that put nothing; the name by
 *     the way of which a file is renamed over another
 * @param prepared what that looked like when all its attributes were set; null with it
 * @param versionName what the displaced file or link shall be called in versions; null where the
 *     step displaces none
 */
record Intent(
        Step step,
        @Nullable String stagedName,
        @Nullable Found prepared,
        @Nullable VersionName versionName) {

    RelativePath path() {
        return step.path();
    }

    /**
     * What a step means for one of the paths that it changes.
     *
     * @param moved what it brings there from another path; null for all but renames
     */
    record Part(Intent intent, @Nullable Held moved) {}

    /** What it means for each path that it changes. */
    List<Part> byPath() {
        return switch (step) {
            case Rename rename ->
                    rename.expected() == null
                            ? byPath(rename.entry(), rename.gone(), rename.moved())
                            : RenameOver.byPath(rename, versionName);
            case RenameDirectory rename -> {
                List<Part> all =
                        new ArrayList<>(byPath(rename.entry(), rename.gone(), rename.moved()));
                for (Step.Moved child : rename.children()) {
                    all.addAll(byPath(child.entry(), child.gone(), child.held()));
                }
                yield all;
            }
            case MakeDirectory _, PlaceFile _, PlaceLink _, SetAttributes _, Remove _ ->
                    List.of(new Part(this, null));
        };
    }

    /** Without a name in staging: what is not there is brought anew, as for a path never held. */
    private static List<Part> byPath(Entry entry, Entry.Tombstone gone, Held moved) {
        Step come =
                switch (entry) {
                    case Entry.File file ->
                            new PlaceFile(file, new Staged("renamed"), null, Keep.REPLACED);
                    case Entry.Directory directory ->
                            new MakeDirectory(directory, null, Keep.REPLACED);
                    case Entry.Symlink link -> new PlaceLink(link, null, Keep.REPLACED);
                    case Entry.Tombstone _ ->
                            throw new IllegalArgumentException("%s is renamed".formatted(entry));
                };
        return parts(new Remove(gone, moved, Keep.REPLACED), come, null);
    }

    /** The parts of a rename: what goes from the old path, and what comes to the new one. */
    static List<Part> parts(Remove go, Step come, @Nullable VersionName versionName) {
        return List.of(
                new Part(new Intent(go, null, null, null), null),
                new Part(new Intent(come, null, null, versionName), go.expected()));
    }

    /** What must be at the path, or null for nothing: a tombstone that is held is nothing too. */
    @Nullable Held expected() {
        Held expected = step.expected();
        return expected != null && expected.entry().isLive() ? expected : null;
    }

    /** What the staged file must look like still. */
    Found preparedOrThrow() {
        return required(prepared);
    }

    String stagedNameOrThrow() {
        return required(stagedName);
    }

    VersionName versionNameOrThrow() {
        return required(versionName);
    }

    private <T> T required(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("%s has no such part".formatted(this));
        }
        return part;
    }

    /** Whether carrying out {@code step} moves a file or link out of its place. */
    static boolean displaces(Step step) {
        Held expected = step.expected();
        if (expected == null || step instanceof SetAttributes) {
            return false;
        }
        return switch (expected.entry()) {
            case Entry.File _, Entry.Symlink _ -> true;
            case Entry.Directory _, Entry.Tombstone _ -> false;
        };
    }

    /** Why the displaced content of {@code step} goes to versions. */
    static Keep keep(Step step) {
        return switch (step) {
            case MakeDirectory make -> make.keep();
            case PlaceFile place -> place.keep();
            case PlaceLink place -> place.keep();
            case Remove remove -> remove.keep();
            case Rename rename -> rename.keep();
            case SetAttributes _, RenameDirectory _ -> Keep.REPLACED; // Nothing is displaced.
        };
    }

    /** The stat of a live held. */
    static FileStat statOf(Held held) {
        FileStat stat = held.stat();
        if (stat == null) {
            throw new IllegalArgumentException("%s has no stat".formatted(held));
        }
        return stat;
    }
}
