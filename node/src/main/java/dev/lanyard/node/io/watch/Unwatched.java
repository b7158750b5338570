package dev.lanyard.node.io.watch;

import dev.lanyard.node.io.watch.OpenFiles.Named;
import dev.lanyard.node.io.watch.WatchTree.Node;
import dev.lanyard.protocol.RelativePath;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Directories that the system did not let be watched, each standing for all below it. Owned by the
 * thread of the watch.
 */
final class Unwatched {
    /** More than these are not remembered one by one, only counted. */
    private static final int COUNT_MAX = 10_000;

    private final Set<Named> directories = new LinkedHashSet<>();
    private int beyond;
    private boolean root;

    void add(Node parent, byte[] name) {
        if (directories.size() < COUNT_MAX) {
            directories.add(new Named(parent, name));
        } else {
            beyond++;
        }
    }

    /** Whether not even the root is watched. */
    void root(boolean isUnwatched) {
        root = isUnwatched;
    }

    int count() {
        return directories.size() + beyond + (root ? 1 : 0);
    }

    /** Whether it is not known of all of them where they are. */
    boolean isVague() {
        return root || beyond > 0;
    }

    /** Those that are remembered; they are forgotten here. */
    List<Named> take() {
        List<Named> taken = new ArrayList<>(directories);
        clear();
        return taken;
    }

    void clear() {
        directories.clear();
        beyond = 0;
    }

    List<RelativePath> paths(WatchTree tree) {
        List<RelativePath> paths = new ArrayList<>();
        for (Named directory : directories) {
            RelativePath path = tree.path(directory.directory(), directory.name());
            if (path != null) {
                paths.add(path);
            }
        }
        return List.copyOf(paths);
    }
}
