package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.JustChanged;
import dev.lanyard.node.core.index.Continuity;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.HighWaterMark;
import dev.lanyard.node.core.index.Identity;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.apply.Finding;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** What is decided and repaired once, before the engine takes its first step. */
final class Assembly {
    private static final Logger log = LoggerFactory.getLogger(Assembly.class);
    private static final int MARK_BYTES_MAX = 64;

    private Assembly() {}

    /**
     * Who makes versions here: the replica that the index remembers if it can show its continuity,
     * else a new one.
     *
     * @param machine an id of this machine
     * @param inode of the file of the index
     */
    static FolderAuthor author(
            Index index, Disk disk, String machine, long inode, RandomGenerator random)
            throws IOException {
        HighWaterMark mark = mark(disk);
        Identity stored = Identity.read(index);
        boolean copied = false;
        Identity identity =
                switch (Continuity.atStart(stored, machine, inode, mark)) {
                    case Continuity.Continue _ -> Objects.requireNonNull(stored);
                    case Continuity.NewIdentity it -> {
                        copied = it.reason().isCopy();
                        ReplicaId replica = new ReplicaId(random.nextLong());
                        log.atInfo()
                                .addKeyValue("replica", replica)
                                .addKeyValue("reason", it.reason())
                                .log("new identity");
                        yield Identity.begin(replica, machine, inode);
                    }
                };
        identity.write(index);
        index.commit();
        return new FolderAuthor(index, identity, disk, random, mark, copied);
    }

    private static @Nullable HighWaterMark mark(Disk disk) throws IOException {
        try (Root root = disk.open()) {
            if (root.stat(Place.PRIVATE, FolderAuthor.MARK_NAME) == null) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.allocate(MARK_BYTES_MAX);
            try (Root.Content content = root.read(Place.PRIVATE, FolderAuthor.MARK_NAME)) {
                while (bytes.hasRemaining() && content.read(bytes, bytes.position()) >= 0) {
                    // Read on: a read may return less than there is.
                }
            }
            return HighWaterMark.parse(StandardCharsets.US_ASCII.decode(bytes.flip()).toString())
                    .orElse(null);
        }
    }

    /** What {@code index} holds at a path; null for nothing. */
    static Function<RelativePath, @Nullable Held> held(Index index) {
        return path -> {
            Row row = index.row(path);
            return row == null ? null : row.held();
        };
    }

    /** Writes into the index what recovery found on the disk. */
    static void adopt(Index index, List<Finding> findings) {
        List<Held> placed = new ArrayList<>();
        for (Finding finding : findings) {
            Row row = index.row(finding.path());
            Entry known = row == null ? null : row.known();
            switch (finding) {
                case Finding.Holds it -> {
                    index.put(holding(known, it.held()));
                    placed.add(it.held());
                }
                case Finding.HeldBefore it -> {
                    Held held = row == null ? null : row.held();
                    if (held == null || Entry.ORDER.compare(held.entry(), it.held().entry()) < 0) {
                        index.put(holding(known, it.held()));
                        placed.add(it.held());
                    } // A batch is open for longer than the index needs it where a disk is full.
                }
                case Finding.Nothing it -> {
                    if (known == null) {
                        index.remove(it.path());
                    } else {
                        index.put(new Row(it.path(), known, null));
                    }
                }
                case Finding.Edited _ -> {} // The first scan finds it.
            }
        }
        JustChanged.recovered(index, placed);
        index.commit();
    }

    private static Row holding(@Nullable Entry known, Held held) {
        boolean greater = known == null || Entry.ORDER.compare(held.entry(), known) > 0;
        return new Row(held.entry().path(), greater ? held.entry() : known, held);
    }
}
