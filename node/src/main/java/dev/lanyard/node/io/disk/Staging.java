package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * Makes things in staging and moves them between there, the tree and versions; every move is one
 * rename. Owned by one {@link LinuxRoot}.
 */
final class Staging {
    private static final int OWNER_WRITES = 0200;

    private final Scratch s;
    private final Tree tree;
    private final Places places;
    private final Renaming renaming;

    Staging(Scratch scratch, Tree tree, Places places, Renaming renaming) {
        this.renaming = renaming;
        this.s = scratch;
        this.tree = tree;
        this.places = places;
    }

    /** As {@link Libc#renameat2}; what file systems differ in most. */
    interface Renaming {
        int rename(
                Scratch s, int from, MemorySegment name, int to, MemorySegment newName, int flags);
    }

    void createDirectory(String stagedName, int mode) throws DiskException {
        int staging = places.staging();
        byte[] name = Places.name(stagedName);
        check("mkdir", stagedName, Libc.mkdirat(s, staging, s.name(name), Places.PRIVATE_MODE));
        // The mode that is given when making is cut by the umask of the process.
        check("chmod", stagedName, Libc.fchmodat(s, staging, s.name(name), mode));
    }

    void createLink(String stagedName, LinkTarget target) throws DiskException {
        int staging = places.staging();
        byte[] name = Places.name(stagedName);
        check(
                "symlink",
                stagedName,
                Libc.symlinkat(s, s.otherName(target.bytes()), staging, s.name(name)));
    }

    void setAttributes(
            String stagedName, int mode, @Nullable Instant mtime, @Nullable RelativePath like)
            throws DiskException {
        int staging = places.staging();
        byte[] name = Places.name(stagedName);
        int special = like == null ? 0 : carryOver(like, staging, name);
        check("set attributes", stagedName, Statx.ofName(s, staging, name));
        Kind kind = Statx.found(s).kind();
        // The mode comes last but for the time: a new owner or ACL changes it.
        check(
                "set attributes",
                stagedName,
                Attributes.set(s, staging, name, kind, mode | special, mtime));
    }

    /** What is not there any more, or may not be seen, has nothing to carry over. */
    private int carryOver(RelativePath like, int staging, byte[] name) throws DiskException {
        int flags = Libc.O_PATH | Libc.O_NOFOLLOW;
        long opened =
                tree.ask(
                        "open",
                        like,
                        (directory, its) -> Libc.openBeneath(s, directory, s.name(its), flags, 0));
        if (opened < 0) {
            return 0;
        }
        try {
            return Attributes.carryOver(s, (int) opened, staging, name);
        } finally {
            Libc.close(s, (int) opened);
        }
    }

    void place(String stagedName, RelativePath path) throws DiskException {
        int staging = places.staging();
        byte[] staged = Places.name(stagedName);
        tree.change(
                "place",
                path,
                (directory, name) -> {
                    int result = rename(staging, staged, directory, name, Libc.RENAME_NOREPLACE);
                    return isUnsupported(result)
                            ? placeOtherwise(staging, staged, directory, name)
                            : result;
                });
    }

    /**
     * For a file system whose rename always replaces. It still refuses to make a link where
     * something is: the name appears with the link, and the staged name goes away after it. A
     * directory has no links, but its rename replaces nothing more than an empty directory.
     */
    private int placeOtherwise(int staging, byte[] staged, int directory, byte[] name) {
        if (canRefuseToReplace(staging, staged)) {
            return -Errno.EILSEQ; // It was the name that was refused.
        }
        if (Statx.ofName(s, staging, staged) == 0 && Statx.found(s).kind() == Kind.DIRECTORY) {
            int result = Statx.ofName(s, directory, name);
            return result == -Errno.ENOENT
                    ? rename(staging, staged, directory, name, 0)
                    : result < 0 ? result : -Errno.EEXIST;
        }
        int result = Libc.linkat(s, staging, s.name(staged), directory, s.otherName(name));
        if (result == 0) {
            return Libc.unlinkat(s, staging, s.name(staged), 0);
        }
        return result == -Errno.EPERM || isUnsupported(result) ? -Errno.EOPNOTSUPP : result;
    }

    private boolean canRefuseToReplace(int staging, byte[] staged) {
        byte[] other = Places.name(".probe-" + Places.name(staged));
        int result = rename(staging, staged, staging, other, Libc.RENAME_NOREPLACE);
        return result == 0 && rename(staging, other, staging, staged, 0) == 0;
    }

    void exchange(String stagedName, RelativePath path) throws DiskException {
        int staging = places.staging();
        byte[] staged = Places.name(stagedName);
        tree.change(
                "exchange",
                path,
                (directory, name) -> {
                    int result = rename(staging, staged, directory, name, Libc.RENAME_EXCHANGE);
                    return isUnsupported(result) ? -Errno.EOPNOTSUPP : result;
                });
    }

    void replace(String stagedName, RelativePath path) throws DiskException {
        int staging = places.staging();
        byte[] staged = Places.name(stagedName);
        tree.change(
                "replace", path, (directory, name) -> rename(staging, staged, directory, name, 0));
    }

    void take(RelativePath path, String stagedName) throws DiskException {
        int staging = places.staging();
        byte[] staged = Places.name(stagedName);
        tree.change(
                "take",
                path,
                (directory, name) -> renameToOwnName(directory, name, staging, staged));
    }

    void rename(String from, String to) throws DiskException {
        int staging = places.staging();
        byte[] name = Places.name(from);
        check("rename", from, renameToOwnName(staging, name, staging, Places.name(to)));
    }

    void rename(RelativePath from, RelativePath to) throws DiskException {
        tree.move("rename", from, to, this::renameWithoutReplacing);
    }

    /** Refusing to replace would refuse this: the file system finds the new name too. */
    void respell(RelativePath from, RelativePath to) throws DiskException {
        tree.move(
                "rename",
                from,
                to,
                (source, name, target, newName) -> rename(source, name, target, newName, 0));
    }

    private int renameWithoutReplacing(int from, byte[] name, int to, byte[] newName) {
        int result = rename(from, name, to, newName, Libc.RENAME_NOREPLACE);
        return isUnsupported(result) ? -Errno.EOPNOTSUPP : result;
    }

    void archive(String stagedName, String versionName) throws DiskException {
        int versions = places.descriptor(Place.VERSIONS);
        byte[] staged = Places.name(stagedName);
        byte[] version = Places.name(versionName);
        check("archive", stagedName, renameToOwnName(places.staging(), staged, versions, version));
    }

    /** Nobody but us makes names in private places, so looking first is as good as refusing. */
    private int renameToOwnName(int from, byte[] name, int to, byte[] newName) {
        int result = rename(from, name, to, newName, Libc.RENAME_NOREPLACE);
        if (!isUnsupported(result)) {
            return result;
        }
        int there = Statx.ofName(s, to, newName);
        return there == -Errno.ENOENT ? rename(from, name, to, newName, 0) : -Errno.EEXIST;
    }

    /**
     * Makes another link to what is at {@code path}; false where the file system or its owner does
     * not permit that.
     */
    boolean tryLink(RelativePath path, String stagedName) throws DiskException {
        int staging = places.staging();
        byte[] staged = Places.name(stagedName);
        long result =
                tree.ask(
                        "link",
                        path,
                        (directory, name) ->
                                Libc.linkat(
                                        s, directory, s.name(name), staging, s.otherName(staged)));
        if (result == -Errno.EPERM || result == -Errno.EMLINK || isUnsupported(result)) {
            return false;
        }
        check("link", path, result);
        return true;
    }

    /** Deletes something half-made. What cannot be deleted now is deleted with all staging. */
    void discard(String stagedName) throws DiskException {
        Libc.unlinkat(s, places.staging(), s.name(Places.name(stagedName)), 0);
    }

    /**
     * Renames. Who moves a directory writes its {@code ..}, and so needs the permission to write
     * it: a directory that is read-only by its mode has another one for that moment.
     */
    private int rename(int from, byte[] name, int to, byte[] newName, int flags) {
        int result = renaming.rename(s, from, s.name(name), to, s.otherName(newName), flags);
        if (result != -Errno.EACCES
                || Statx.ofName(s, from, name) < 0
                || Statx.found(s).kind() != Kind.DIRECTORY) {
            return result;
        }
        int mode = Statx.modeWithSpecialBits(s);
        if (Libc.fchmodat(s, from, s.name(name), mode | OWNER_WRITES) < 0) {
            return result;
        }
        result = renaming.rename(s, from, s.name(name), to, s.otherName(newName), flags);
        int directory = result == 0 ? to : from;
        int restored = Libc.fchmodat(s, directory, s.name(result == 0 ? newName : name), mode);
        return result == 0 ? restored : result;
    }

    private static boolean isUnsupported(long result) {
        return result == -Errno.EINVAL || result == -Errno.ENOSYS || result == -Errno.EOPNOTSUPP;
    }

    private static void check(String call, Object subject, long result) throws DiskException {
        if (result < 0) {
            throw Errno.failure(call, subject, result);
        }
    }
}
