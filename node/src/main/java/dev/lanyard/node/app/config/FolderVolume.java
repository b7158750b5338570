package dev.lanyard.node.app.config;

import dev.lanyard.node.io.disk.Disks;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The file system that a folder is on.
 *
 * @param kind what the system calls it, as {@code ext4}
 * @param bytes its size; {@code freeBytes} what this user may still write
 * @param freeFiles how many files can still be made; empty where there is no such limit
 */
public record FolderVolume(String kind, long bytes, long freeBytes, OptionalLong freeFiles) {
    private static final Set<String> OF_OTHER_MACHINES =
            Set.of("afs", "ceph", "cifs", "glusterfs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf");

    private static final Set<String> SHARING_BLOCKS = Set.of("bcachefs", "btrfs", "ocfs2", "xfs");

    /** That of {@code folder}, which is only looked at. */
    public static FolderVolume of(Path folder) throws IOException {
        FileStore store = Files.getFileStore(folder);
        return new FolderVolume(
                store.type().toLowerCase(Locale.ROOT),
                store.getTotalSpace(),
                store.getUsableSpace(),
                Disks.freeFiles(folder));
    }

    /** Whether others can change what is there without this system being told. */
    public boolean isOfOtherMachines() {
        return OF_OTHER_MACHINES.contains(kind)
                || kind.startsWith("9p")
                || kind.startsWith("virtiofs")
                || (kind.startsWith("fuse") && !kind.equals("fuseblk"));
    }

    /** Whether a copy of a file can share its blocks; some are made so that they cannot. */
    public boolean mayShareBlocks() {
        return SHARING_BLOCKS.contains(kind);
    }
}
