package dev.lanyard.node.io.watch;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** The directories that are watched, by watch and by name. Owned by the thread of the watch. */
final class WatchTree {
    /*
     * There may be hundreds of thousands of directories, so a node has no path, no map and no list:
     * its name, its links, and its places in two hash tables whose chains run through the nodes.
     * A path is put together from the names when it is needed. That is why the rename of a
     * directory costs the same whatever is below it.
     */
    private static final int BUCKETS_MIN = 64;

    private final Node root = new Node(null, new byte[0], -1);
    private @Nullable Node[] byWatch = new Node[BUCKETS_MIN];
    private @Nullable Node[] byName = new Node[BUCKETS_MIN];
    private int size;

    /** The root of the share; there from the beginning, with watch -1 until it is watched. */
    Node root() {
        return root;
    }

    /** How many directories have a watch. */
    int size() {
        return size;
    }

    /** The directory with this watch, or null. */
    @Nullable Node byWatch(int watch) {
        Node node = byWatch[watchBucket(watch)];
        while (node != null && node.watch != watch) {
            node = node.nextByWatch;
        }
        return node;
    }

    /** The watched directory of this name, or null. */
    @Nullable Node child(Node parent, byte[] name) {
        Node node = byName[nameBucket(parent, name)];
        while (node != null && !(node.parent == parent && Arrays.equals(node.name, name))) {
            node = node.nextByName;
        }
        return node;
    }

    /** Gives the root its watch. */
    void watchRoot(int watch) {
        root.watch = watch;
        enterWatch(root);
    }

    /** Takes a directory in, where no other of this name is. */
    Node add(Node parent, byte[] name, int watch) {
        Node node = new Node(parent, name, watch);
        enterWatch(node);
        enterName(node);
        return node;
    }

    /** Takes a directory with all below out of its parent; its watches go on. */
    void detach(Node node) {
        leaveName(node);
        node.parent = null;
    }

    /** Puts a directory, detached or not, where no other of this name is. */
    void place(Node node, Node parent, byte[] name) {
        if (node.parent != null) {
            leaveName(node);
        }
        node.parent = parent;
        node.name = name;
        enterName(node);
    }

    /** Forgets a directory and all below. {@code watches} is given each watch that it had. */
    void remove(Node top, IntConsumer watches) {
        if (top.parent != null) {
            detach(top);
        }
        ArrayDeque<Node> left = new ArrayDeque<>();
        left.push(top);
        while (!left.isEmpty()) {
            Node node = left.pop();
            for (Node child = node.firstChild; child != null; child = child.nextSibling) {
                left.push(child);
            }
            for (Node child = node.firstChild; child != null; child = node.firstChild) {
                detach(child);
            }
            watches.accept(node.watch);
            leaveWatch(node);
        }
    }

    /** The bytes of the path, empty for the root; null if the node is not in the tree. */
    byte @Nullable [] pathBytes(Node node) {
        int length = -1;
        Node top = node;
        for (; top.parent != null; top = top.parent) {
            length += top.name.length + 1;
        }
        if (top != root) {
            return null;
        }
        byte[] path = new byte[Math.max(length, 0)];
        for (Node at = node; at.parent != null; at = at.parent) {
            length -= at.name.length;
            System.arraycopy(at.name, 0, path, length, at.name.length);
            if (--length >= 0) {
                path[length] = '/';
            }
        }
        return path;
    }

    /** The path of a name in a directory; null if it can have none or is private. */
    @Nullable RelativePath path(Node directory, byte[] name) {
        byte[] above = pathBytes(directory);
        if (above == null) {
            return null;
        }
        byte[] path = name;
        if (above.length > 0) {
            path = Arrays.copyOf(above, above.length + 1 + name.length);
            path[above.length] = '/';
            System.arraycopy(name, 0, path, above.length + 1, name.length);
        }
        return RelativePath.fault(path).isPresent() ? null : RelativePath.of(path);
    }

    /** Whether {@code node} is {@code directory} or below it. */
    boolean isWithin(Node node, Node directory) {
        for (Node at = node; at != null; at = at.parent) {
            if (at == directory) {
                return true;
            }
        }
        return false;
    }

    /** Whether the node is watched, but neither it nor what is above it has a place now. */
    boolean isAfloat(Node node) {
        Node top = node;
        while (top.parent != null) {
            top = top.parent;
        }
        return top != root && byWatch(top.watch) == top;
    }

    /** All nodes whose mark is not {@code mark}, without those below them. */
    ArrayDeque<Node> withoutMark(int mark) {
        ArrayDeque<Node> found = new ArrayDeque<>();
        ArrayDeque<Node> left = new ArrayDeque<>();
        left.push(root);
        while (!left.isEmpty()) {
            Node node = left.pop();
            for (Node child = node.firstChild; child != null; child = child.nextSibling) {
                (child.mark == mark ? left : found).push(child);
            }
        }
        return found;
    }

    private void enterWatch(Node node) {
        if (++size > byWatch.length) {
            grow();
        }
        int bucket = watchBucket(node.watch);
        node.nextByWatch = byWatch[bucket];
        byWatch[bucket] = node;
    }

    private void leaveWatch(Node node) {
        int bucket = watchBucket(node.watch);
        Node at = byWatch[bucket];
        if (at == node) {
            byWatch[bucket] = node.nextByWatch;
            size--;
            return;
        }
        while (at != null && at.nextByWatch != node) {
            at = at.nextByWatch;
        }
        if (at != null) {
            at.nextByWatch = node.nextByWatch;
            size--;
        }
    }

    private void enterName(Node node) {
        Node parent = parentOf(node);
        int bucket = nameBucket(parent, node.name);
        node.nextByName = byName[bucket];
        byName[bucket] = node;
        node.previousSibling = null;
        node.nextSibling = parent.firstChild;
        if (parent.firstChild != null) {
            parent.firstChild.previousSibling = node;
        }
        parent.firstChild = node;
    }

    private void leaveName(Node node) {
        Node parent = parentOf(node);
        int bucket = nameBucket(parent, node.name);
        Node at = byName[bucket];
        if (at == node) {
            byName[bucket] = node.nextByName;
        } else {
            while (at != null && at.nextByName != node) {
                at = at.nextByName;
            }
            if (at != null) {
                at.nextByName = node.nextByName;
            }
        }
        if (node.previousSibling != null) {
            node.previousSibling.nextSibling = node.nextSibling;
        } else {
            parent.firstChild = node.nextSibling;
        }
        if (node.nextSibling != null) {
            node.nextSibling.previousSibling = node.previousSibling;
        }
    }

    private void grow() {
        @Nullable Node[] watches = byWatch;
        @Nullable Node[] names = byName;
        byWatch = new Node[watches.length * 2];
        byName = new Node[names.length * 2];
        for (Node chain : watches) {
            for (Node node = chain; node != null; ) {
                Node next = node.nextByWatch;
                int bucket = watchBucket(node.watch);
                node.nextByWatch = byWatch[bucket];
                byWatch[bucket] = node;
                node = next;
            }
        }
        for (Node chain : names) {
            for (Node node = chain; node != null; ) {
                Node next = node.nextByName;
                int bucket = nameBucket(parentOf(node), node.name);
                node.nextByName = byName[bucket];
                byName[bucket] = node;
                node = next;
            }
        }
    }

    private static Node parentOf(Node node) {
        Node parent = node.parent;
        if (parent == null) {
            throw new IllegalStateException("a detached directory has no name");
        }
        return parent;
    }

    private int watchBucket(int watch) {
        return spread(watch) & (byWatch.length - 1);
    }

    private int nameBucket(Node parent, byte[] name) {
        return spread(Arrays.hashCode(name) * 31 + parent.number) & (byName.length - 1);
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ mixed >>> 16;
    }

    /** One watched directory. Its fields are changed by its tree, but the mark. */
    static final class Node {
        private @Nullable Node parent;
        private byte[] name;
        private int watch;

        /** What a chain of names hashes: a watch is never given twice, but for the root. */
        private final int number;

        private @Nullable Node firstChild;
        private @Nullable Node nextSibling;
        private @Nullable Node previousSibling;
        private @Nullable Node nextByWatch;
        private @Nullable Node nextByName;

        /** The last walk that met it. */
        int mark;

        private Node(@Nullable Node parent, byte[] name, int watch) {
            this.parent = parent;
            this.name = name;
            this.watch = watch;
            this.number = watch;
        }

        int watch() {
            return watch;
        }

        byte[] name() {
            return name;
        }

        @Nullable Node parent() {
            return parent;
        }
    }
}
