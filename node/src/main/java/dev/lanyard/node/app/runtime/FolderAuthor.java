package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Author;
import dev.lanyard.node.core.index.Continuity;
import dev.lanyard.node.core.index.HighWaterMark;
import dev.lanyard.node.core.index.Identity;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.OwnCounter;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ReplicaId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Counters from the index, with their high-water mark in the folder. Owned by the thread that steps
 * the engine.
 */
final class FolderAuthor implements Author {
    static final String MARK_NAME = "mark";

    private static final Logger log = LoggerFactory.getLogger(FolderAuthor.class);

    private final Index index;
    private final Disk disk;
    private final RandomGenerator random;
    private final String machine;
    private final long inode;
    private final boolean copied;
    private OwnCounter counter;
    private @Nullable HighWaterMark written;
    private boolean isWritable = true;

    FolderAuthor(
            Index index,
            Identity identity,
            Disk disk,
            RandomGenerator random,
            @Nullable HighWaterMark written,
            boolean copied) {
        this.copied = copied;
        this.index = index;
        this.disk = disk;
        this.random = random;
        this.machine = identity.machine();
        this.inode = identity.inode();
        this.counter = new OwnCounter(index, identity);
        this.written = written;
    }

    /** Whether the state that it began with is a copy, so that another node may have the other. */
    boolean isCopied() {
        return copied;
    }

    @Override
    public ReplicaId replica() {
        return counter.replica();
    }

    @Override
    public long next() {
        return counter.next();
    }

    @Override
    public long last() {
        return counter.last();
    }

    @Override
    public long begun() {
        return counter.begun();
    }

    @Override
    public void renew() {
        Identity fresh = Identity.begin(new ReplicaId(random.nextLong()), machine, inode);
        log.atWarn()
                .addKeyValue("replica", fresh.replica())
                .addKeyValue("before", counter.replica())
                .addKeyValue("reason", Continuity.Reason.STATE_BEHIND_PEER)
                .log("new identity");
        fresh.write(index);
        counter = new OwnCounter(index, fresh);
    }

    /**
     * Writes the mark into the folder if it has grown. To be called after each commit and before
     * anything is announced. If the folder cannot be written, that is tried again after the next
     * commit; meanwhile the state directory alone vouches for the counters.
     */
    void writeMark() {
        HighWaterMark mark = counter.mark();
        if (mark.equals(written)) {
            return;
        }
        try (Root root = disk.open()) {
            root.writeDurably(
                    Place.PRIVATE,
                    MARK_NAME,
                    ByteBuffer.wrap(mark.text().getBytes(StandardCharsets.US_ASCII)));
            root.flush(Place.PRIVATE);
            written = mark;
            isWritable = true;
        } catch (IOException e) {
            if (isWritable) { // A disk stays full for a while; one word about it is enough.
                log.atWarn().setCause(e).log("high-water mark not written");
            }
            isWritable = false;
        }
    }
}
