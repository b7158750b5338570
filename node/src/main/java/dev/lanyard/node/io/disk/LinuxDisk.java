package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Place;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * A folder on Linux, by system calls. Opening it takes a handful of them; nothing stays open behind
 * a batch.
 *
 * <p>The path of the folder is the user's, and links in it are followed: confinement begins below
 * it.
 */
public final class LinuxDisk implements Disk {
    private static final int MARKER_BYTES = 16;

    private final Path folder;
    private final byte[] folderBytes;
    private final RandomGenerator random;
    private final Staging.Renaming renaming;
    private final Scratch.Pool scratches = new Scratch.Pool();
    private final AtomicLong written = new AtomicLong();
    private volatile @Nullable RootIdentity adopted;

    /** The disk that holds {@code folder}; {@code random} makes the text of a new marker. */
    public LinuxDisk(Path folder, RandomGenerator random) {
        this(folder, random, Libc::renameat2);
    }

    /** The same on a file system that renames otherwise, as far as anyone sees. */
    LinuxDisk(Path folder, RandomGenerator random, Staging.Renaming renaming) {
        this.folder = folder.toAbsolutePath();
        this.folderBytes = PathBytes.of(this.folder);
        this.random = random;
        this.renaming = renaming;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Root open() throws IOException {
        RootIdentity identity = adopted;
        if (identity == null) {
            throw new IllegalStateException("%s was not adopted".formatted(folder));
        }
        try (Opening opening = new Opening(folder, folderBytes, scratches)) {
            opening.openFolder();
            opening.expectDevice(identity.device());
            opening.openPrivate();
            opening.expect(identity);
            return opening.root(written, renaming);
        }
    }

    @Override
    public RootIdentity adopt(@Nullable RootIdentity recorded) throws IOException {
        try (Opening opening = new Opening(folder, folderBytes, scratches)) {
            opening.openFolder();
            if (recorded == null) {
                opening.makePrivate();
            }
            opening.openPrivate();
            if (recorded != null) {
                opening.expect(recorded);
            }
            String marker = opening.readMarker();
            long inode = opening.privateInode();
            try (LinuxRoot root = opening.root(written, renaming)) {
                if (marker.isEmpty()) {
                    marker = makeMarker(root);
                }
                root.flush(Place.STAGING); // To use a private place makes it.
                root.flush(Place.VERSIONS);
                root.flush(Place.PRIVATE);
                RootIdentity identity = new RootIdentity(marker, inode, root.device());
                adopted = identity;
                return identity;
            }
        }
    }

    private String makeMarker(LinuxRoot root) throws IOException {
        byte[] bytes = new byte[MARKER_BYTES];
        random.nextBytes(bytes);
        String marker = HexFormat.of().formatHex(bytes);
        root.writeDurably(Place.PRIVATE, Opening.MARKER, StandardCharsets.UTF_8.encode(marker));
        return marker;
    }
}
