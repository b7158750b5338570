package dev.lanyard.node.io.disk;

import static java.util.Locale.ROOT;

import dev.lanyard.node.core.names.NameRules;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.disk.Root.Place;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A disk on which every byte of a name counts, over one where that may not be so: what is there by
 * another name is not there. Which names the file system takes for one is found out when the folder
 * is adopted. Thread-safe.
 */
final class NamedDisk implements Disk {
    private static final String PROBE = "probe-";
    private static final String COMPOSED = "\u00e9";
    private static final String DECOMPOSED = "e\u0301";

    private final Disk disk;
    private volatile Naming naming = Naming.EXACT;

    /** Over {@code disk}, whatever its file system does. */
    NamedDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public Path folder() {
        return disk.folder();
    }

    @Override
    public Root open() throws IOException {
        Root root = disk.open();
        return naming.isExact() ? root : new NamedRoot(root, naming);
    }

    @Override
    public RootIdentity adopt(@Nullable RootIdentity recorded) throws IOException {
        RootIdentity identity = disk.adopt(recorded);
        try (Root root = disk.open()) {
            naming = probe(root);
        }
        return identity;
    }

    @Override
    public Naming naming() {
        return naming;
    }

    /** What becomes of a name with a letter and an accent. */
    private static Naming probe(Root root) throws IOException {
        String name = PROBE + COMPOSED;
        try {
            root.write(Place.STAGING, staged(name), ByteBuffer.allocate(0));
        } catch (DiskException unwritable) {
            return switch (unwritable.fault()) {
                // Nothing will be placed there either, as long as that is so.
                case NOT_PERMITTED, READ_ONLY -> new Naming(foldsCase(root), false, false);
                // To guess would be to take two files for one, or one for two.
                default -> throw unwritable;
            };
        }
        try {
            boolean foldsForms = isThere(root, PROBE + DECOMPOSED);
            return new Naming(
                    isRefused(root, "probe:") ? NameRules.WINDOWS : NameRules.LINUX,
                    isThere(root, "PROBE-" + COMPOSED),
                    foldsForms,
                    foldsForms && root.names(Place.STAGING).contains(staged(PROBE + DECOMPOSED)));
        } finally {
            root.delete(Place.STAGING, staged(name));
        }
    }

    private static boolean foldsCase(Root root) throws IOException {
        return root.stat(Place.PRIVATE, Opening.MARKER.toUpperCase(ROOT)) != null;
    }

    /** As on FAT and NTFS, wherever they are mounted. */
    private static boolean isRefused(Root root, String name) throws IOException {
        try {
            root.write(Place.STAGING, name, ByteBuffer.allocate(0));
        } catch (DiskException refused) {
            return true;
        }
        root.delete(Place.STAGING, name);
        return false;
    }

    private static boolean isThere(Root root, String name) throws IOException {
        return root.stat(Place.STAGING, staged(name)) != null;
    }

    /** Private names have one character for each byte. */
    private static String staged(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
