package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentWant;
import dev.lanyard.protocol.message.Message.DeltaAsk;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** Answers one question for a delta, on a lane. */
final class DeltaSender {
    /*
     * A delta that is kept is sent as it is. Else it is found while the content is read and sent
     * meanwhile, so that its length costs no memory. Nobody knows before how much there is to send:
     * when too much of what was read so far was not in the basis, it is given up, and the content
     * goes whole; what was sent until then is lost, and that bound is what limits it.
     */
    private static final Logger log = LoggerFactory.getLogger(DeltaSender.class);
    private static final long LITERAL_BYTES_FREE = 8L << 20;
    private static final double LITERAL_SHARE = 0.5;

    /** How much of a content may turn out to be new at its beginning. */
    private static final double HEAD_SHARE = 1.0 / 8;

    private final Bench bench;
    private final DeltaAsk ask;
    private final Parts parts;

    /** Takes the parts of a delta. */
    interface Parts {
        /** Sends a part; {@code last} when the delta ends with it. */
        void send(byte[] bytes, boolean last) throws InterruptedException;
    }

    /** Sends to {@code parts} until {@code isOver}. */
    DeltaSender(Bench bench, DeltaAsk ask, Parts parts) {
        this.bench = bench;
        this.ask = ask;
        this.parts = parts;
    }

    /** Sends the delta; false if there is none, or not to its end. */
    boolean send(BooleanSupplier isOver) throws InterruptedException {
        if (isOver.getAsBoolean()) {
            return false;
        }
        Deltas deltas = bench.shared().deltas();
        DeltaCache.Known kept = deltas.own().making(ask.content(), ask.basis());
        if (kept != null && kept.isHere()) {
            sendKept(kept.bytes(), isOver);
            return true;
        }
        Signature signature = signature(deltas);
        if (signature == null) {
            return false;
        }
        ContentWant want = new ContentWant(ask.path(), ask.content(), ask.sizeBytes(), 0);
        try (Source source = Source.find(bench, want)) {
            return source != null && sendFound(source, signature, isOver);
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", ask.path()).setCause(e).log("delta given up");
            return false;
        }
    }

    private @Nullable Signature signature(Deltas deltas) {
        if (ask.signature().length == 0) {
            Signed signed = deltas.signatures().find(ask.basis());
            return signed == null ? null : signed.signature();
        }
        try {
            return SignatureForm.read(ByteBuffer.wrap(ask.signature()));
        } catch (MalformedException e) {
            log.atWarn().setCause(e).log("peer sends a signature that is none");
            return null;
        }
    }

    private void sendKept(byte[] bytes, BooleanSupplier isOver) throws InterruptedException {
        for (int at = 0; at < bytes.length && !isOver.getAsBoolean(); ) {
            int length = Math.min(Message.PART_BYTES_MAX, bytes.length - at);
            byte[] part = new byte[length];
            System.arraycopy(bytes, at, part, 0, length);
            at += length;
            parts.send(part, at == bytes.length);
        }
    }

    private boolean sendFound(Source source, Signature signature, BooleanSupplier isOver)
            throws IOException, InterruptedException {
        Outlet outlet = new Outlet(isOver);
        DeltaWriter writer = new DeltaWriter(Form.LANYARD, outlet::write);
        long literalBytesMax = (long) (LITERAL_SHARE * ask.sizeBytes()) + LITERAL_BYTES_FREE;
        long[] read = {0};
        Matcher.Outcome outcome =
                new Matcher(signature, bench.shared().deltas().secret())
                        .match(
                                (to, offset) -> {
                                    if (isOver.getAsBoolean()) {
                                        throw new IOException("nobody waits for it any more");
                                    }
                                    outlet.check(offset);
                                    int count = source.read(to, offset);
                                    read[0] = Math.max(read[0], offset + Math.max(0, count));
                                    return count;
                                },
                                literalBytesMax,
                                writer);
        if (outcome instanceof Matcher.Outcome.Abandoned
                || read[0] != ask.sizeBytes()
                || !source.isUnchanged()) {
            return false;
        }
        writer.finish();
        outlet.finish();
        return true;
    }

    /** Gathers what the matcher finds, and sends it part by part. */
    private final class Outlet {
        private final BooleanSupplier isOver;
        private final ByteArrayOutputStream part = new ByteArrayOutputStream();
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        private long bytes;

        Outlet(BooleanSupplier isOver) {
            this.isOver = isOver;
        }

        void write(ByteBuffer more) throws IOException {
            byte[] some = new byte[more.remaining()];
            more.get(some);
            bytes += some.length;
            if (bytes <= Delta.BYTES_MAX) {
                whole.writeBytes(some);
            }
            for (int at = 0; at < some.length; ) {
                int length = Math.min(some.length - at, Message.PART_BYTES_MAX - part.size());
                part.write(some, at, length);
                at += length;
                if (part.size() == Message.PART_BYTES_MAX && at < some.length) {
                    flush();
                }
            }
        }

        private void flush() throws IOException {
            if (isOver.getAsBoolean()) {
                throw new IOException("nobody waits for it any more");
            }
            try {
                parts.send(part.toByteArray(), false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            part.reset();
        }

        /** Whether it is worth going on, after {@code readBytes} of the content were read. */
        void check(long readBytes) throws IOException {
            double headBytes = LITERAL_BYTES_FREE + HEAD_SHARE * ask.sizeBytes();
            if (bytes > headBytes + LITERAL_SHARE * readBytes) {
                throw new IOException("too much is new");
            }
        }

        void finish() throws InterruptedException {
            parts.send(part.toByteArray(), true);
            // A signature of somebody else's is not proven: what it led to is for nobody else.
            if (bytes <= Delta.BYTES_MAX && ask.signature().length == 0) {
                byte[] all = whole.toByteArray();
                bench.shared().deltas().found(new Delta(ask.basis(), ask.content(), all));
            }
        }
    }
}
