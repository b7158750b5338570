package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.protocol.RelativePath;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds the directories below a root, confined. Owned by one {@link LinuxRoot}.
 *
 * <p>A path is resolved by the kernel in one call that follows no link and takes no way out; a path
 * that is longer than one call takes is resolved in pieces, each from the descriptor of the one
 * before. A directory that a local user moves out of the root after it was resolved and before it
 * is used takes with it what we do in it: that is the same as if he had moved it a moment later,
 * and no call of the kernel can tell the two apart.
 */
/*
 * The directories that were used last are kept open, for questions only, so that many questions
 * about one directory resolve it once. Each change resolves anew. A kept directory may meanwhile
 * have another name, or none:
 *   1. a was resolved; 2. a user moves it away and makes another a; 3. we ask for a/x.
 * An answer about the old x is the answer of a moment ago, as any answer is when it is read. But
 * "no such file" from a directory that is gone would be evidence of a deletion that never was: so
 * that answer is asked again from a directory that is resolved anew.
 */
final class Tree implements AutoCloseable {
    private static final int KEPT_MAX = 16;
    private static final int PARENT = Libc.O_PATH | Libc.O_DIRECTORY;

    private final Scratch scratch;
    private final int root;
    private final long device;
    private final LinkedHashMap<RelativePath, Integer> kept = new LinkedHashMap<>(32, 0.75f, true);
    private boolean closed;

    /** Takes {@code root}, an open descriptor, which {@link #close} closes. */
    Tree(Scratch scratch, int root, long device) {
        this.scratch = scratch;
        this.root = root;
        this.device = device;
    }

    /** A question or a change at a name in an open directory; a result or a negated errno. */
    interface Call {
        long at(int directory, byte[] name);
    }

    /** What is moved from one place to another: the result, or a negated error number. */
    interface Move {
        long between(int from, byte[] name, int to, byte[] newName);
    }

    /**
     * The descriptor of the root itself.
     *
     * @throws IllegalStateException if it is closed: its number may be another file by now
     */
    int root() {
        if (closed) {
            throw new IllegalStateException("root is closed");
        }
        return root;
    }

    long device() {
        return device;
    }

    /**
     * Asks at {@code path}; the parent may be one that was resolved earlier. The result, or a
     * negated error number, which may be that of finding the parent.
     */
    long ask(String call, RelativePath path, Call question) throws DiskException {
        RelativePath parent = path.parent().orElse(null);
        if (parent == null) {
            return question.at(root(), path.name());
        }
        Integer known = kept.get(parent);
        if (known != null) {
            long answer = question.at(known, path.name());
            if (answer != -Errno.ENOENT) {
                return answer;
            }
            forget(parent);
        }
        int directory = resolve(call, parent);
        return directory < 0 ? directory : question.at(directory, path.name());
    }

    /** Changes something at {@code path}, whose parent is resolved anew. Throws what fails. */
    void change(String call, RelativePath path, Call change) throws DiskException {
        // The change may give a directory another name: nothing that was resolved before is kept.
        forgetAll();
        long result = ask(call, path, change);
        if (result < 0) {
            throw Errno.failure(call, path, result);
        }
    }

    /** Moves something between two paths, whose parents are resolved anew. Throws what fails. */
    void move(String call, RelativePath from, RelativePath to, Move move) throws DiskException {
        forgetAll();
        int target = parentOf(call, to);
        int source = parentOf(call, from);
        long result =
                target < 0 || source < 0
                        ? Math.min(target, source)
                        : move.between(source, from.name(), target, to.name());
        if (result < 0) {
            throw Errno.failure(call, to, result);
        }
    }

    private int parentOf(String call, RelativePath path) throws DiskException {
        RelativePath parent = path.parent().orElse(null);
        if (parent == null) {
            return root();
        }
        Integer known = kept.get(parent);
        return known != null ? known : resolve(call, parent);
    }

    /**
     * Opens a directory for listing or flushing; the caller closes it. Throws what fails; {@code
     * OTHER_DEVICE} if another file system is mounted there.
     */
    int openDirectory(String call, RelativePath path) throws DiskException {
        int directory = open(path.bytes(), Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (directory < 0) {
            throw refusal(call, path, directory);
        }
        checkDevice(call, path, directory);
        return directory;
    }

    private int resolve(String call, RelativePath parent) throws DiskException {
        int directory = open(parent.bytes(), PARENT);
        if (directory == -Errno.ENOENT) {
            return directory;
        }
        if (directory < 0) {
            throw refusal(call, parent, directory);
        }
        checkDevice(call, parent, directory);
        keep(parent, directory);
        return directory;
    }

    /** A link in the way, or a way out; and nothing else can be answered so when opening. */
    private static DiskException refusal(String call, RelativePath path, int result) {
        return result == -Errno.EXDEV
                ? new DiskException(call, path.toString(), Fault.CONFINED, -result)
                : Errno.failure(call, path, result);
    }

    private void checkDevice(String call, RelativePath path, int directory) throws DiskException {
        int result = Statx.ofDescriptor(scratch, directory);
        if (result < 0) {
            close(directory);
            throw Errno.failure(call, path, result);
        }
        if (Statx.device(scratch) != device) {
            close(directory);
            throw new DiskException(call, path.toString(), Fault.OTHER_DEVICE, 0);
        }
    }

    private int open(byte[] path, int flags) {
        if (path.length < Scratch.PATH_BYTES_MAX) {
            return Libc.openBeneath(scratch, root(), scratch.name(path), flags, 0);
        }
        int from = root();
        for (int at = 0; ; ) {
            int end = pieceEnd(path, at);
            boolean last = end == path.length;
            int next =
                    Libc.openBeneath(
                            scratch, from, scratch.name(path, at, end), last ? flags : PARENT, 0);
            if (from != root) {
                close(from);
            }
            if (last || next < 0) {
                return next;
            }
            from = next;
            at = end + 1;
        }
    }

    private static int pieceEnd(byte[] path, int from) {
        if (path.length - from < Scratch.PATH_BYTES_MAX) {
            return path.length;
        }
        int end = from + Scratch.PATH_BYTES_MAX - 1;
        while (path[end] != '/') {
            end--; // Components have at most 255 bytes: a separator is found.
        }
        return end;
    }

    private void keep(RelativePath parent, int directory) {
        if (kept.size() == KEPT_MAX) {
            Iterator<Map.Entry<RelativePath, Integer>> eldest = kept.entrySet().iterator();
            close(eldest.next().getValue());
            eldest.remove();
        }
        kept.put(parent, directory);
    }

    private void forget(RelativePath parent) {
        Integer directory = kept.remove(parent);
        if (directory != null) {
            close(directory);
        }
    }

    private void forgetAll() {
        kept.values().forEach(this::close);
        kept.clear();
    }

    /** What was only read from loses nothing when closing fails. */
    private void close(int directory) {
        Libc.close(scratch, directory);
    }

    @Override
    public void close() {
        closed = true;
        forgetAll();
        close(root);
    }
}
