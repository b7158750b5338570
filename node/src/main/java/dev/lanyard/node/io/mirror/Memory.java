package dev.lanyard.node.io.mirror;

import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Place;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a mirror remembers of a destination, kept there in {@code .lanyard/mirror}: it goes where
 * the medium goes. Its being there also says that the folder is a mirror and no share.
 */
public final class Memory {
    private static final String FILE = "mirror";

    private final MirrorRecord record;
    private final String boot;

    /** Stands for a run of the machine that nothing is known of. */
    private static final String NO_BOOT = "";

    /** What is longer was not written here. */
    private static final long BYTES_MAX = Integer.MAX_VALUE - 8L;

    private Memory(MirrorRecord record, String boot) {
        this.record = record;
        this.boot = boot;
    }

    /** Whether a mirror has been at work in the folder. */
    public static boolean isIn(Root root) throws IOException {
        return root.stat(Place.PRIVATE, FILE) != null;
    }

    /**
     * Reads what is remembered; what cannot be read was nothing.
     *
     * @param boot names the run of this machine, from its start to its end
     */
    public static Memory load(Root root, String boot) throws IOException {
        try (Content content = root.read(Place.PRIVATE, FILE)) {
            long sizeBytes = content.stat().stat().sizeBytes();
            if (sizeBytes > BYTES_MAX) {
                return none(boot);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) sizeBytes);
            long at = 0;
            while (bytes.hasRemaining()) {
                int count = content.read(bytes, at);
                if (count < 0) {
                    break;
                }
                at += count;
            }
            return new Memory(MirrorRecord.decode(bytes.flip()), boot);
        } catch (DiskException e) {
            if (e.fault() != Fault.NO_SUCH_FILE) {
                throw e;
            }
            return none(boot);
        }
    }

    /** Nothing is remembered. */
    public static Memory none(String boot) {
        return new Memory(MirrorRecord.decode(ByteBuffer.allocate(0)), boot);
    }

    /**
     * Whether files that the record speaks of may have been lost with the memory of a machine that
     * stopped: then contents are to be compared.
     */
    public boolean isDoubtful() {
        return !record.isReliable(boot);
    }

    /** Whether the record speaks of this source; also where it speaks of nothing. */
    public boolean isOf(long sourceInode) {
        return record.isEmpty() || record.sourceInode() == sourceInode;
    }

    /** The inode of the source that the record speaks of. */
    public long sourceInode() {
        return record.sourceInode();
    }

    /** Whether there is something to save. */
    public boolean isChanged() {
        return record.isChanged();
    }

    /** Whether it was saved before all it speaks of had reached the disk. */
    public boolean isSettled() {
        return record.isSettled();
    }

    /**
     * Saves it at the destination.
     *
     * @param flush whether all that was written there is made durable first
     * @param isDoubtful whether contents are to be compared the next time, too
     */
    public void save(Disk copy, long sourceInode, boolean flush, boolean isDoubtful)
            throws IOException {
        try (Root root = copy.open()) {
            boolean settled = flush && root.flushAll() && !isDoubtful;
            String run = isDoubtful ? NO_BOOT : boot;
            root.write(Place.PRIVATE, FILE, record.encode(settled, sourceInode, run));
        }
    }

    /** Leaves the mark that the folder is a mirror, before anything is in it. */
    public static void mark(Root root) throws IOException {
        root.write(
                Place.PRIVATE,
                FILE,
                ByteBuffer.wrap("nothing yet".getBytes(StandardCharsets.US_ASCII)));
    }

    MirrorRecord record() {
        return record;
    }
}
