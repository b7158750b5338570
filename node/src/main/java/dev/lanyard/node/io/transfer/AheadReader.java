package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the small contents that are sent ahead of their announcement. Thread-safe. */
final class AheadReader {
    private static final Logger log = LoggerFactory.getLogger(AheadReader.class);
    private static final long BYTES_MAX = 1 << 20;

    private final Disk disk;

    AheadReader(Disk disk) {
        this.disk = disk;
    }

    /** Contents of {@code entries} that are small, new, and still what they were announced as. */
    List<byte[]> read(List<Entry> entries) {
        List<Entry.File> files = chosen(entries);
        List<byte[]> contents = new ArrayList<>(files.size());
        if (files.isEmpty()) {
            return contents;
        }
        try (Root root = disk.open()) {
            for (Entry.File file : files) {
                byte[] content = read(root, file);
                if (content != null) {
                    contents.add(content);
                }
            }
        } catch (IOException e) {
            log.atDebug().setCause(e).log("no contents ahead");
        }
        return contents;
    }

    /** Contents that the others have, since they have only moved. */
    static Set<ContentHash> moved(List<Entry> entries) {
        Set<ContentHash> moved = new HashSet<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Tombstone tombstone && tombstone.content() != null) {
                moved.add(tombstone.content());
            }
        }
        return moved;
    }

    private static List<Entry.File> chosen(List<Entry> entries) {
        Set<ContentHash> passed = moved(entries);
        List<Entry.File> files = new ArrayList<>();
        long bytes = 0;
        for (Entry entry : entries) {
            if (entry instanceof Entry.File file
                    && file.sizeBytes() > 0
                    && file.sizeBytes() <= SizeClass.BUNDLED_BYTES_MAX
                    && bytes + file.sizeBytes() <= BYTES_MAX
                    && passed.add(file.content())) {
                bytes += file.sizeBytes();
                files.add(file);
            }
        }
        return files;
    }

    /**
     * The hash tells more than any stat, and costs less than asking the index for one; a file that
     * was changed again is announced again.
     */
    private static byte @Nullable [] read(Root root, Entry.File file) {
        byte[] bytes = new byte[Math.toIntExact(file.sizeBytes())];
        try (Content content = root.read(file.path())) {
            boolean right =
                    Reading.fill(content, ByteBuffer.wrap(bytes), 0)
                            && ContentHash.of(TreeHash.of(bytes)).equals(file.content());
            return right ? bytes : null;
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", file.path()).setCause(e).log("not sent ahead");
            return null;
        }
    }
}
