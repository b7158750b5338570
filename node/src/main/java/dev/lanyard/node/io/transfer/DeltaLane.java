package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.delta.sign.Signer;
import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.content.Way;
import dev.lanyard.node.core.content.Ways;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.transfer.DeltaAsks.Choice;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** What the receiving lanes of a session do with deltas. Whatever fails is told, not thrown. */
final class DeltaLane {
    private static final Logger log = LoggerFactory.getLogger(DeltaLane.class);

    private final Link link;
    private final Pace pace;
    private final Predicate<Input> inbox;

    private volatile boolean ended;

    /** {@code inbox} is false when the session does not listen any more. */
    DeltaLane(Link link, Pace pace, Predicate<Input> inbox) {
        this.link = link;
        this.pace = pace;
        this.inbox = inbox;
    }

    // ---------------------------------------------------------------- choosing

    /**
     * Chooses the way to bring {@code wanted}, and says so to the session.
     *
     * @param wasNamed whether the peer was asked for a delta by name already
     */
    void choose(Bench bench, Wanted wanted, boolean wasNamed) {
        Choice choice = new Choice(wanted, Way.WHOLE, null, new byte[0]);
        try {
            if (isWanted(wanted)) {
                choice = choice(bench, wanted, wasNamed);
            }
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", wanted.entry().path()).setCause(e).log("no delta");
        }
        if (!inbox.test(new Input.Chosen(choice))) {
            throw new IllegalStateException("the session ended before a choice was made");
        }
    }

    private boolean isWanted(Wanted wanted) {
        return !ended && !wanted.ticket().isCancelled();
    }

    /** The session is over: what is being read for it need not be read to its end. */
    void end() {
        ended = true;
    }

    private Choice choice(Bench bench, Wanted wanted, boolean wasNamed) throws IOException {
        Deltas deltas = bench.shared().deltas();
        BasisFile.Holding holding = null;
        DeltaCache.Known told = null;
        for (DeltaCache.Known known : deltas.heard().making(wanted.content())) {
            BasisFile.Holding there = BasisFile.find(bench, wanted.entry().path(), known.basis());
            if (there != null && !wasNamed && (told == null || known.isHere())) {
                holding = there;
                told = known;
            }
        }
        if (holding == null) {
            holding = BasisFile.heldAt(bench, wanted.entry().path());
        }
        if (holding == null || holding.sizeBytes() <= Signed.UNSIGNED_BYTES_MAX) {
            return new Choice(wanted, Way.WHOLE, null, new byte[0]);
        }
        Way way = way(bench, wanted, wasNamed, holding, told);
        if (way != Way.DELTA_BY_SIGNATURE) {
            byte[] here = told == null ? new byte[0] : told.bytes();
            return new Choice(wanted, way, holding, here);
        }
        byte[] signature = signature(bench, wanted, holding);
        return signature == null || !isWanted(wanted)
                ? new Choice(wanted, Way.WHOLE, null, new byte[0])
                : new Choice(wanted, way, holding, signature);
    }

    private Way way(
            Bench bench,
            Wanted wanted,
            boolean wasNamed,
            BasisFile.Holding holding,
            DeltaCache.@Nullable Known told)
            throws IOException {
        long size = holding.sizeBytes();
        int blocks = Signature.blockCount(size, Signature.blockBytesFor(size));
        long signatureBytes = SignatureForm.encodedBytes(blocks);
        boolean isTooLong = wasNamed && signatureBytes > Message.SIGNATURE_BYTES_MAX;
        Ways.Basis basis =
                isTooLong
                        ? null
                        : new Ways.Basis(
                                size,
                                told != null && told.isHere(),
                                told == null ? Ways.Basis.NONE : told.deltaBytes(),
                                signatureBytes,
                                isSigned(bench, holding.content()),
                                wasNamed);
        return Ways.choose(
                new Ways.Wanted(wanted.sizeBytes(), stagedBytes(bench, wanted), basis),
                pace.rates());
    }

    private static boolean isSigned(Bench bench, ContentHash content) {
        return bench.shared().deltas().signatures().find(content) != null;
    }

    /** How much of it came before an interruption. */
    private static long stagedBytes(Bench bench, Wanted wanted) throws IOException {
        if (wanted.sizeBytes() < SizeClass.RESUMED_BYTES_MIN) {
            return 0;
        }
        String name = StagedNames.partial(wanted.content());
        Found found = bench.root().stat(Root.Place.STAGING, name);
        return found == null ? 0 : Math.min(found.stat().sizeBytes(), wanted.sizeBytes());
    }

    /** The signature of what is there, read if it is not remembered; null if it changed. */
    private byte @Nullable [] signature(Bench bench, Wanted wanted, BasisFile.Holding holding)
            throws IOException {
        Deltas deltas = bench.shared().deltas();
        Signed signed = deltas.signatures().find(holding.content());
        if (signed != null) {
            return written(signed.signature());
        }
        BasisFile file = BasisFile.open(bench.root(), holding);
        if (file == null) {
            return null;
        }
        long begun = System.nanoTime();
        try (file) {
            byte[] seed = new byte[Signature.SEED_BYTES];
            deltas.seed(seed);
            Signature made =
                    Signer.sign(
                            (to, offset) -> {
                                if (!isWanted(wanted)) {
                                    throw new IOException("nobody waits for it any more");
                                }
                                return file.content().read(to, offset);
                            },
                            holding.sizeBytes(),
                            seed,
                            deltas.hashing(),
                            deltas.threads());
            pace.worked(holding.sizeBytes(), begun);
            return written(made);
        }
    }

    private static byte[] written(Signature signature) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SignatureForm.write(
                signature,
                part -> {
                    byte[] some = new byte[part.remaining()];
                    part.get(some);
                    bytes.writeBytes(some);
                });
        return bytes.toByteArray();
    }

    // ---------------------------------------------------------------- carrying out

    /**
     * A delta on its way, and what came of it so far. Used by one lane.
     *
     * <p>{@code transfer} is 0 for a delta that is here.
     */
    static final class Arriving {
        final long transfer;
        final Choice choice;
        private final long begun = System.nanoTime();

        private final AtomicBoolean settled = new AtomicBoolean();

        private @Nullable Patch patch;
        private boolean closed;
        private long deltaBytes;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Arriving(long transfer, Choice choice) {
            this.transfer = transfer;
            this.choice = choice;
        }

        /**
         * True once: for who answers its content, or has it brought otherwise. The lane and the
         * thread of the session may both see an end of it.
         */
        boolean settle() {
            return settled.compareAndSet(false, true);
        }

        private void keep(byte[] bytes) {
            deltaBytes += bytes.length;
            if (deltaBytes <= Delta.BYTES_MAX) {
                kept.writeBytes(bytes);
            } else {
                kept.reset();
            }
        }
    }

    /** Carries out a delta that is here whole. */
    void make(Bench bench, Choice choice) {
        take(bench, new Arriving(0, choice), choice.bytes(), true);
    }

    /** Carries out the next bytes of a delta; with the {@code last} of them, ends the content. */
    void take(Bench bench, Arriving arriving, byte[] bytes, boolean last) {
        if (arriving.closed) {
            return; // The rest of what was given up.
        }
        if (arriving.choice.wanted().ticket().isCancelled()) {
            discard(bench, arriving);
            return;
        }
        try {
            Patch patch = open(bench, arriving);
            arriving.keep(bytes);
            patch.take(ByteBuffer.wrap(bytes));
            if (last) {
                finish(bench, arriving, patch);
            }
        } catch (IOException e) {
            fail(bench, arriving, e);
        }
    }

    private static Patch open(Bench bench, Arriving arriving) throws IOException {
        Patch open = arriving.patch;
        if (open != null) {
            return open;
        }
        BasisFile.Holding holding = arriving.choice.basis();
        BasisFile basis = holding == null ? null : BasisFile.open(bench.root(), holding);
        if (basis == null) {
            throw new IOException("the basis of the delta is not what it was");
        }
        Patch patch =
                Patch.open(
                        bench.root(),
                        arriving.choice.wanted(),
                        basis,
                        bench.shared().deltas(),
                        bench.shared().names().next());
        arriving.patch = patch;
        return patch;
    }

    private void finish(Bench bench, Arriving arriving, Patch patch) throws IOException {
        Wanted wanted = arriving.choice.wanted();
        String name = patch.finish(bench.root());
        if (name == null) {
            throw new IOException("the delta makes another content than the one that is wanted");
        }
        patch.close();
        arriving.closed = true;
        if (arriving.transfer == 0) { // Else it waited for the link most of the time.
            pace.worked(wanted.sizeBytes(), arriving.begun);
        }
        if (!arriving.settle()) {
            bench.delete(name);
            return;
        }
        remember(bench.shared(), arriving);
        bench.shared().deltas().sign(bench.root(), name, wanted, patch.chunkHashes());
        bench.answer(wanted.ticket(), wanted.ready(name));
    }

    private void remember(Shared shared, Arriving arriving) {
        Wanted wanted = arriving.choice.wanted();
        BasisFile.Holding basis = arriving.choice.basis();
        long saved = wanted.sizeBytes() - arriving.deltaBytes;
        if (arriving.choice.way() == Way.DELTA_BY_SIGNATURE) {
            saved -= arriving.choice.bytes().length;
        }
        shared.tally().filesReceived.increment();
        shared.tally().savedByDelta.add(Math.max(0, saved));
        shared.deltas()
                .note(
                        wanted,
                        link.greeting().name(),
                        "a delta of %d bytes in place of %d%s"
                                .formatted(
                                        arriving.deltaBytes,
                                        wanted.sizeBytes(),
                                        arriving.choice.way() == Way.DELTA_BY_SIGNATURE
                                                ? ", against the signature of what was here"
                                                : ""));
        if (basis != null && arriving.kept.size() > 0) { // Another peer may ask for it.
            byte[] bytes = arriving.kept.toByteArray();
            shared.deltas().found(new Delta(basis.content(), wanted.content(), bytes));
        }
    }

    private void fail(Bench bench, Arriving arriving, IOException cause) {
        Wanted wanted = arriving.choice.wanted();
        log.atDebug()
                .addKeyValue("path", wanted.entry().path())
                .setCause(cause)
                .log("delta of no use");
        boolean isRootLost = cause instanceof RootLostException;
        if (isRootLost) {
            abandon(arriving); // Nothing may be deleted by names that may be another folder's.
        } else {
            discard(bench, arriving);
        }
        if ((isRootLost || isDiskFull(cause)) && arriving.settle()) {
            bench.answer(wanted.ticket(), wanted.failed(cause));
        }
        BasisFile.Holding basis = arriving.choice.basis();
        if (arriving.transfer == 0 && basis != null) {
            bench.shared().deltas().heard().remove(wanted.content(), basis.content());
        }
        if (!inbox.test(new Input.Unfit(arriving)) && arriving.settle()) {
            bench.answer(wanted.ticket(), wanted.cut());
        }
    }

    private static boolean isDiskFull(IOException cause) {
        return cause instanceof DiskException disk && disk.fault() == DiskException.Fault.DISK_FULL;
    }

    /** Ends a delta that does not come to its end. */
    void discard(Bench bench, Arriving arriving) {
        arriving.closed = true;
        Patch patch = arriving.patch;
        if (patch == null) {
            return;
        }
        try {
            patch.discard(bench.root());
        } catch (IOException e) {
            log.atWarn().setCause(e).log("staged content not deleted");
        }
    }

    private static void abandon(Arriving arriving) {
        arriving.closed = true;
        Patch patch = arriving.patch;
        if (patch == null) {
            return;
        }
        try {
            patch.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("file of a lost root not closed");
        }
    }
}
