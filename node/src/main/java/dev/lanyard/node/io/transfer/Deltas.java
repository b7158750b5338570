package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.sign.SignatureBuilder;
import dev.lanyard.delta.sign.Signer;
import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signatures;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.engine.Decision;
import dev.lanyard.node.core.engine.Decision.What;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.message.Message;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What all sessions share to move deltas in place of contents. Thread-safe. */
final class Deltas implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Deltas.class);
    private static final int WAITING_TO_SIGN_MAX = 64;
    private static final long IDLE_SECONDS_MAX = 5;
    private static final long OWN_BYTES_MAX = 32 << 20;
    private static final long HEARD_BYTES_MAX = 16 << 20;

    /** What is sent ahead of one announcement. */
    private static final long AHEAD_BYTES_MAX = 1 << 20;

    private final Signatures signatures;
    private final Consumer<Decision> notes;
    private final RandomGenerator random;
    private final int threads;
    private final ExecutorService hashing;
    private final ChunkBuffers buffers;
    private final ExecutorService signing = threads(1, "sign received ");
    private volatile boolean closed;
    private final Semaphore waitingToSign = new Semaphore(WAITING_TO_SIGN_MAX);
    private final DeltaCache own = new DeltaCache(OWN_BYTES_MAX);
    private final DeltaCache heard = new DeltaCache(HEARD_BYTES_MAX);

    /** {@code notes} takes how contents were brought, for people. */
    Deltas(Signatures signatures, Consumer<Decision> notes, RandomGenerator random, int threads) {
        this.signatures = signatures;
        this.notes = notes;
        this.random = random;
        this.threads = threads;
        this.hashing = threads(threads, "hash patched ");
        this.buffers = new ChunkBuffers(2 * threads + 1);
    }

    /** Threads that end by themselves: work of lanes that end late is never refused. */
    private static ExecutorService threads(int count, String name) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        count,
                        count,
                        IDLE_SECONDS_MAX,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name(name, 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    Signatures signatures() {
        return signatures;
    }

    /** Draws a seed that nobody can foretell. */
    void seed(byte[] to) {
        random.nextBytes(to);
    }

    /** Draws what peers are not to know. */
    long secret() {
        return random.nextLong();
    }

    /** Those that were made or proven here; peers may ask for them. */
    DeltaCache own() {
        return own;
    }

    /** Those that peers sent or told of; nothing of them is certain. */
    DeltaCache heard() {
        return heard;
    }

    /** Threads for work that does not wait for other work. */
    ExecutorService hashing() {
        return hashing;
    }

    /** What they hash from. */
    ChunkBuffers buffers() {
        return buffers;
    }

    /** How many of them there are. */
    int threads() {
        return threads;
    }

    /** Keeps a delta that was found here. */
    void found(Delta delta) {
        own.put(delta);
    }

    /** What makes {@code entries} of what they were before, or tells how long that is. */
    List<Message.ForTransfer> ahead(List<Entry> entries) {
        List<Message.ForTransfer> messages = new ArrayList<>();
        long bytes = 0;
        Set<ContentHash> moved = AheadReader.moved(entries);
        for (Entry entry : entries) {
            if (!(entry instanceof Entry.File file) || moved.contains(file.content())) {
                continue;
            }
            for (DeltaCache.Known known : own.making(file.content())) {
                boolean fits =
                        known.deltaBytes() <= Message.DELTA_AHEAD_BYTES_MAX
                                && bytes + known.deltaBytes() <= AHEAD_BYTES_MAX;
                bytes += fits ? known.deltaBytes() : 0;
                messages.add(
                        new Message.DeltaAhead(
                                known.basis(),
                                file.content(),
                                known.deltaBytes(),
                                fits ? known.bytes() : new byte[0]));
            }
        }
        return messages;
    }

    /** Keeps what a peer sent ahead. */
    void hear(Message.DeltaAhead ahead) {
        heard.put(
                ahead.content(),
                new DeltaCache.Known(ahead.basis(), ahead.deltaBytes(), ahead.delta()));
    }

    /**
     * Signs a staged content soon, so that an edit of it costs little on either side; it may be put
     * in place meanwhile.
     *
     * @param chunkHashes the hashes of its chunks, which were found to be right
     */
    void sign(Root root, String stagedName, Wanted wanted, byte[] chunkHashes) {
        if (signatures.equals(Signatures.NONE) || wanted.sizeBytes() <= Signed.UNSIGNED_BYTES_MAX) {
            return;
        }
        Content content;
        FileStat staged;
        try {
            content = root.read(Root.Place.STAGING, stagedName);
            staged = stat(content);
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", wanted.entry().path()).setCause(e).log("not signed");
            return;
        }
        Runnable work = () -> sign(content, staged, wanted, chunkHashes);
        if (waitingToSign.tryAcquire()) {
            signing.execute(
                    () -> {
                        waitingToSign.release();
                        work.run();
                    });
        } else {
            work.run(); // Whoever brings more contents than can be signed signs some itself.
        }
    }

    /** Of what is open, which is closed if it fails. */
    private static FileStat stat(Content content) throws IOException {
        try {
            return content.stat().stat();
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }

    private void sign(Content content, FileStat staged, Wanted wanted, byte[] chunkHashes) {
        try (content) {
            if (closed) {
                return;
            }
            byte[] seed = new byte[Signature.SEED_BYTES];
            random.nextBytes(seed);
            Signature made = Signer.sign(content::read, wanted.sizeBytes(), seed, hashing, 1);
            FileStat after = content.stat().stat();
            // It may have been put in place since it was staged, also while this waited, and
            // somebody may write to it there already.
            boolean isUntouched =
                    after.mtime().equals(staged.mtime())
                            || after.mtime().equals(wanted.entry().mtime());
            if (isUntouched && after.sizeBytes() == wanted.sizeBytes()) {
                signatures.keep(new Signed(wanted.content(), made, chunkHashes));
            }
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", wanted.entry().path()).setCause(e).log("not signed");
        }
    }

    /** Signs a content of less than a chunk at once. */
    void sign(Wanted wanted, byte[] bytes) {
        if (signatures.equals(Signatures.NONE) || bytes.length <= Signed.UNSIGNED_BYTES_MAX) {
            return;
        }
        byte[] seed = new byte[Signature.SEED_BYTES];
        random.nextBytes(seed);
        SignatureBuilder builder = new SignatureBuilder(bytes.length, seed);
        builder.update(ByteBuffer.wrap(bytes));
        byte[] chunkHash = TreeHash.chunkHash(ByteBuffer.wrap(bytes));
        signatures.keep(new Signed(wanted.content(), builder.finish(), chunkHash));
    }

    /**
     * Writes down how a content came here that is large enough for it to matter.
     *
     * @param from the peer that sent it, by name; empty for this machine
     */
    void note(Wanted wanted, String from, String how) {
        if (wanted.sizeBytes() > SizeClass.BUNDLED_BYTES_MAX) {
            Entry.File entry = wanted.entry();
            notes.accept(new Decision(entry.path(), What.BROUGHT, "", from, entry.version(), how));
        }
    }

    @Override
    public void close() {
        closed = true; // What waits lets go of its files, and signs no more.
    }
}
