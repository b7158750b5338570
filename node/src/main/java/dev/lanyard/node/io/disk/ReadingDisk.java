package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.DiskException.Fault;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A folder that is only read, and in which nothing is left behind: it needs no marker. Thread-safe.
 *
 * <p>What keeps it from being taken for another folder is the device and inode that it had at the
 * first look.
 */
public final class ReadingDisk implements Disk {
    private final Path folder;
    private final byte[] folderBytes;
    private final Scratch.Pool scratches = new Scratch.Pool();
    private @Nullable RootIdentity first;

    /** The folder at this path; links in it are followed. */
    public ReadingDisk(Path folder) {
        this.folder = folder.toAbsolutePath();
        this.folderBytes = PathBytes.of(this.folder);
    }

    @Override
    public Path folder() {
        return folder;
    }

    /** Opens the folder; what would change it fails, or is a mistake of the caller. */
    @Override
    public Root open() throws IOException {
        try (Opening opening = new Opening(folder, folderBytes, scratches)) {
            opening.openFolder();
            long inode = opening.folderInode();
            opening.openPrivateIfThere();
            Root root = opening.root(new AtomicLong(), (_, _, _, _, _, _) -> -Errno.EACCES);
            try {
                expectFirst(new RootIdentity("", inode, root.device()));
            } catch (RootLostException e) {
                root.close();
                throw e;
            }
            return root;
        }
    }

    /**
     * Which folder it is: no marker, its own inode, its device.
     *
     * @param recorded is not looked at: whoever has recorded one compares it
     */
    @Override
    public RootIdentity adopt(@Nullable RootIdentity recorded) throws IOException {
        open().close();
        return identity();
    }

    private synchronized RootIdentity identity() throws DiskException {
        RootIdentity identity = first;
        if (identity == null) {
            throw new DiskException("open", folder.toString(), Fault.NO_SUCH_FILE, 0);
        }
        return identity;
    }

    private synchronized void expectFirst(RootIdentity found) throws RootLostException {
        if (first == null) {
            first = found;
        } else if (!first.equals(found)) {
            throw new RootLostException(
                    "the folder %s is another one than it was a moment ago".formatted(folder));
        }
    }
}
