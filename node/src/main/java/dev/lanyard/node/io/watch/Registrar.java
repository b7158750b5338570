package dev.lanyard.node.io.watch;

import dev.lanyard.node.io.watch.LinuxCalls.Identity;
import dev.lanyard.node.io.watch.OpenFiles.Named;
import dev.lanyard.node.io.watch.WatchTree.Node;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives directories their watches, in portions, so that events are read meanwhile. Owned by the
 * thread of the watch.
 */
final class Registrar {
    /*
     * A directory is opened, watched through its descriptor, and only then listed: what is made in
     * it later is an event, what was made before is in the list, and what falls between is both,
     * which does no harm, for one directory has one watch however often it is asked for.
     *
     * The kernel's answer is the truth about names: if the watch of what is at a name belongs to a
     * node that is thought to be elsewhere, the node is moved. So the tree recovers from lost
     * events, and from renames that overtake each other, without knowing what exactly happened.
     *
     * But where the events of a rename are still to be read, a path may lead to another directory
     * than the one that is meant, or nowhere:
     *   1. p is watched, and p/c is still to be watched;
     *   2. a user exchanges p and q, and there is a q/c too;
     *   3. we open p/c, which was q/c, and think that it is below the directory that was p.
     * So a directory that is opened by its path is asked for its watch, which must be the one that
     * its node has, and what is in it is opened from that descriptor. What fails so is put off
     * until the events that are there have been read.
     *
     * When all below a new directory is watched, the directory is reported with all below. A walk
     * through a tree that is watched already (after lost events) gives the nodes that it meets a
     * new mark. Who meets a node with an old one lists it, for what purpose ever: a directory that
     * is renamed during the walk may not be met by it again. When no visit is left, the nodes with
     * an old mark are not there any more.
     */
    private static final int MASK =
            FileEvent.MODIFY
                    | FileEvent.ATTRIB
                    | FileEvent.CLOSE_WRITE
                    | FileEvent.MOVED_FROM
                    | FileEvent.MOVED_TO
                    | FileEvent.CREATE
                    | FileEvent.DELETE
                    | FileEvent.ONLYDIR
                    | FileEvent.EXCL_UNLINK;
    private static final int ROOT_MASK = MASK | FileEvent.DELETE_SELF | FileEvent.MOVE_SELF;

    private static final byte[] NO_NAME = {};

    /** What was put off so often will not come right by waiting. */
    private static final int TRIES_MAX = 100;

    private final LinuxCalls calls;
    private final byte[] folder;
    private final int watchesMax;
    private final WatchTree tree;
    private final DirtBatch dirt;
    private final ArrayDeque<Visit> visits = new ArrayDeque<>();
    private final List<Visit> putOff = new ArrayList<>();
    private final Unwatched unwatched = new Unwatched();

    private int inotify = -1;
    private @Nullable Identity rootIdentity;
    private boolean shortage;
    private int mark;
    private boolean started;
    private boolean lostTrack;
    private boolean sweepDue;
    private boolean walkedAgain;

    Registrar(LinuxCalls calls, byte[] folder, int watchesMax, WatchTree tree, DirtBatch dirt) {
        this.calls = calls;
        this.folder = folder;
        this.watchesMax = watchesMax;
        this.tree = tree;
        this.dirt = dirt;
    }

    /**
     * Begins with the root.
     *
     * @return why that cannot be, or null
     */
    @Nullable String begin(int inotifyDescriptor) {
        int root = calls.openRoot(folder);
        if (root < 0) {
            return "the folder cannot be opened (error %d)".formatted(-root);
        }
        rootIdentity = calls.identity(root);
        calls.close(root);
        inotify = inotifyDescriptor;
        visits.push(Visit.ofContent(tree.root(), new Walk(Purpose.START, null, NO_NAME, mark)));
        return null;
    }

    /** Watches a directory that appeared, and all below it, then reports it. */
    void add(Node parent, byte[] name) {
        visits.push(Visit.ofName(parent, name, new Walk(Purpose.ADD, parent, name, mark)));
    }

    /** Walks through the whole tree: events were lost. All of it is dirty when that is done. */
    void walkAgain() {
        mark++;
        sweepDue = false;
        shortage = false;
        unwatched.clear();
        visits.removeIf(visit -> visit.walk.purpose == Purpose.AGAIN); // Its marks are old now.
        putOff.removeIf(visit -> visit.walk.purpose == Purpose.AGAIN);
        visits.addLast(Visit.ofContent(tree.root(), new Walk(Purpose.AGAIN, null, NO_NAME, mark)));
    }

    /** Tries once more to watch what could not be watched; what still cannot is reported. */
    void poll() {
        shortage = false;
        if (unwatched.isVague()) {
            walkAgain(); // When it is done, everything is reported.
            return;
        }
        for (Named directory : unwatched.take()) {
            add(directory.directory(), directory.name());
        }
    }

    /** All events that were there have been read: what was put off is tried again. */
    void caughtUp() {
        visits.addAll(putOff);
        putOff.clear();
    }

    boolean isBusy() {
        return !visits.isEmpty() || !putOff.isEmpty();
    }

    /** Whether the first walk is done. */
    boolean isStarted() {
        return started;
    }

    /** Whether a walk through the whole tree was done since this was asked last. */
    boolean takeWalkedAgain() {
        boolean walked = walkedAgain;
        walkedAgain = false;
        return walked;
    }

    /** Whether only a walk through the whole tree can tell where all directories are. */
    boolean takeLostTrack() {
        boolean lost = lostTrack;
        lostTrack = false;
        return lost;
    }

    /** What could not be watched. */
    Unwatched unwatched() {
        return unwatched;
    }

    /** Reports the tops of what is being registered now rather than when it is done. */
    void reportUnfinished() {
        visits.forEach(visit -> report(visit.walk));
        putOff.forEach(visit -> report(visit.walk));
    }

    /** Forgets a directory and all below, with their watches. */
    void remove(Node node) {
        tree.remove(node, watch -> calls.removeWatch(inotify, watch));
    }

    /**
     * Opens the root, after checking that it still is what it was.
     *
     * @return a descriptor, or negative if the root is lost
     */
    int openRoot() {
        int root = calls.openRoot(folder);
        if (root < 0) {
            return root;
        }
        Identity found = calls.identity(root);
        if (found == null || !found.equals(rootIdentity)) {
            calls.close(root);
            return -LinuxCalls.ENOENT;
        }
        return root;
    }

    /**
     * Makes visits, at most {@code visitsMax}.
     *
     * @return whether the root is still the root
     */
    boolean work(int visitsMax) {
        if (visits.isEmpty()) {
            return true;
        }
        int root = openRoot();
        if (root < 0) {
            return false;
        }
        try {
            for (int i = 0; i < visitsMax && !visits.isEmpty(); i++) {
                Visit visit = visits.pop();
                if (make(root, visit)) {
                    end(visit.walk);
                } else if (++visit.tries <= TRIES_MAX) {
                    putOff.add(visit);
                } else {
                    lostTrack = true;
                    end(visit.walk);
                }
            }
            if (sweepDue && !isBusy()) {
                sweep();
            }
        } finally {
            calls.close(root);
        }
        return true;
    }

    /** Makes one visit; false to put it off. */
    private boolean make(int root, Visit visit) {
        byte[] path = tree.pathBytes(visit.directory);
        if (path == null) {
            return !tree.isAfloat(visit.directory); // It is gone, or between two names.
        }
        if (visit.name != null && shortage && tree.child(visit.directory, visit.name) == null) {
            unwatched.add(visit.directory, visit.name);
            return true;
        }
        int directory = calls.openDirectory(root, path);
        if (directory < 0) {
            return openedNot(visit, directory);
        }
        try {
            int watch = addWatch(directory, visit.directory == tree.root());
            if (visit.directory == tree.root() && tree.byWatch(watch) == null) {
                return enterRoot(directory, watch, visit.walk);
            }
            if (watch != visit.directory.watch()) {
                return false;
            }
            if (visit.name == null) {
                list(directory, visit.directory, visit.walk);
            } else {
                enter(directory, visit.directory, visit.name, visit.walk);
            }
            return true;
        } finally {
            calls.close(directory);
        }
    }

    private boolean openedNot(Visit visit, int result) {
        if (!isShortage(result)) {
            return result != -LinuxCalls.ENOENT
                    && result != -LinuxCalls.ENOTDIR
                    && result != -LinuxCalls.ELOOP;
        }
        Node parent = visit.directory.parent();
        if (visit.name != null) {
            unwatched.add(visit.directory, visit.name);
        } else if (parent != null) {
            unwatched.add(parent, visit.directory.name());
        } else {
            unwatched.root(true);
        }
        return true;
    }

    private int addWatch(int directory, boolean isRoot) {
        int watch = calls.addWatch(inotify, directory, isRoot ? ROOT_MASK : MASK);
        if (watch >= 0 && tree.byWatch(watch) == null && tree.size() >= watchesMax) {
            calls.removeWatch(inotify, watch);
            return -LinuxCalls.ENOSPC;
        }
        return watch;
    }

    private boolean enterRoot(int directory, int watch, Walk walk) {
        unwatched.root(watch < 0);
        if (watch >= 0) {
            tree.watchRoot(watch);
            list(directory, tree.root(), walk);
        }
        return true;
    }

    /** Lists a directory that is watched, and watches what is in it. */
    private void list(int directory, Node node, Walk walk) {
        node.mark = mark;
        boolean isRoot = node == tree.root();
        int result =
                calls.directories(
                        directory,
                        name -> {
                            if (!isRoot || RelativePath.fault(name).isEmpty()) {
                                enter(directory, node, name, walk);
                            } // Else it is the private directory.
                        });
        Node parent = node.parent();
        if (result < 0 && parent != null) {
            unwatched.add(parent, node.name()); // Not all that is below is known.
        }
    }

    /** Watches the directory of this name in an open one, and sees to it that it is listed. */
    private void enter(int open, Node parent, byte[] name, Walk walk) {
        if (shortage && tree.child(parent, name) == null) {
            unwatched.add(parent, name);
            return;
        }
        int directory = calls.openDirectory(open, name);
        int watch = directory;
        if (directory >= 0) {
            watch = addWatch(directory, false);
            calls.close(directory);
        }
        if (watch < 0) {
            if (isShortage(watch)) {
                unwatched.add(parent, name);
            }
            return; // Gone, a link, a mount, or closed to us: the scan says so.
        }
        Node node = place(watch, parent, name);
        if (node != null && node.mark != mark) {
            node.mark = mark;
            walk.left++;
            visits.push(Visit.ofContent(node, walk));
        }
    }

    /** Puts the node of a watch where the watched directory was found. */
    private @Nullable Node place(int watch, Node parent, byte[] name) {
        Node node = tree.byWatch(watch);
        Node inPlace = tree.child(parent, name);
        if (node != null && node == inPlace) {
            return node;
        }
        if (node != null && tree.isWithin(parent, node)) {
            // Events about how one came to be below the other are still to be read, or were lost.
            remove(node);
            lostTrack = true;
            return null;
        }
        if (node != null && node.parent() != null) {
            tree.detach(node); // It may be thought to be below what is removed next.
        }
        if (inPlace != null) {
            remove(inPlace);
        }
        if (node == null) {
            Node added = tree.add(parent, name, watch);
            added.mark = mark - 1;
            return added;
        }
        tree.place(node, parent, name);
        return node;
    }

    private boolean isShortage(int result) {
        boolean is =
                inotify < 0
                        || result == -LinuxCalls.ENOSPC
                        || result == -LinuxCalls.ENOMEM
                        || result == -LinuxCalls.EMFILE
                        || result == -LinuxCalls.ENFILE;
        shortage |= is;
        return is;
    }

    /** One visit less is left of a walk. */
    private void end(Walk walk) {
        if (--walk.left > 0) {
            return;
        }
        switch (walk.purpose) {
            case START -> started = true;
            case ADD -> report(walk);
            case AGAIN -> sweepDue |= walk.mark == mark;
        }
    }

    /** What no visit met is not there any more, or its event is still to be read. */
    private void sweep() {
        for (Node gone : tree.withoutMark(mark)) {
            remove(gone);
        }
        sweepDue = false;
        walkedAgain = true;
    }

    private void report(Walk walk) {
        if (walk.parent != null) {
            dirt.add(tree.path(walk.parent, walk.name), true);
        } else {
            dirt.addEverything();
        }
    }

    private enum Purpose {
        START,
        ADD,
        AGAIN
    }

    /** A directory and all below; {@code left} counts the visits that are still to be made. */
    private static final class Walk {
        private final Purpose purpose;
        private final @Nullable Node parent;
        private final byte[] name;
        private final int mark;
        private int left = 1;

        Walk(Purpose purpose, @Nullable Node parent, byte[] name, int mark) {
            this.purpose = purpose;
            this.parent = parent;
            this.name = name;
            this.mark = mark;
        }
    }

    /** A watched directory to be listed, or only one name in it to be looked at. */
    private static final class Visit {
        private final Node directory;
        private final byte @Nullable [] name;
        private final Walk walk;
        private int tries;

        private Visit(Node directory, byte @Nullable [] name, Walk walk) {
            this.directory = directory;
            this.name = name;
            this.walk = walk;
        }

        static Visit ofContent(Node directory, Walk walk) {
            return new Visit(directory, null, walk);
        }

        static Visit ofName(Node parent, byte[] name, Walk walk) {
            return new Visit(parent, name, walk);
        }
    }
}
