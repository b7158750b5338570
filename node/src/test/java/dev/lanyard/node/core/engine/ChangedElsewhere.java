package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.RelativePath;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What happened to {@link #FILES} on one node while another one was away.
 *
 * @param deleted the paths that are gone, and then the directories that are empty without them
 * @param edited the paths that have the content {@link #edit} now
 */
record ChangedElsewhere(List<RelativePath> deleted, List<RelativePath> edited) {
    static final List<String> FILES =
            List.of("a", "b", "c", "d/x", "d/y", "e/x", "e/y", "f/s/x", "f/s/y");

    static String edit(RelativePath path) {
        return "new " + path;
    }

    /** Deletes some files of {@code node}, and edits others. */
    static ChangedElsewhere on(World.Node node, Random random) {
        List<RelativePath> deleted = new ArrayList<>();
        List<RelativePath> edited = new ArrayList<>();
        for (String file : FILES) {
            RelativePath path = RelativePath.of(file);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    node.tree.removeAll(path);
                    deleted.add(path);
                }
                case 2 -> {
                    node.tree.write(path, edit(path), node.wallClock());
                    edited.add(path);
                }
                default -> {}
            }
        }
        for (String directory : List.of("d", "e", "f/s", "f")) {
            RelativePath path = RelativePath.of(directory);
            if (node.tree.nodes.keySet().stream().noneMatch(each -> each.isBelow(path))) {
                node.tree.removeAll(path);
                deleted.add(path);
            }
        }
        return new ChangedElsewhere(deleted, edited);
    }
}
