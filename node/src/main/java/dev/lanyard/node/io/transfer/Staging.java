package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.transport.Transport.Link;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;

/** What the receiving lanes of a session do: each method runs on one of them and answers. */
final class Staging {
    private static final Logger log = LoggerFactory.getLogger(Staging.class);

    /** For people: nothing was at hand that would have made it shorter. */
    private static final String WHOLE = "whole";

    private final Link link;
    private final Predicate<Input> inbox;

    /**
     * Works for the session of {@code link}; {@code inbox} is false when the session does not
     * listen any more.
     */
    Staging(Link link, Predicate<Input> inbox) {
        this.link = link;
        this.inbox = inbox;
    }

    /** A small content and who wants it. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    record Whole(Wanted wanted, byte[] bytes) {}

    /** Stages what the peer sent, and gives its bytes back. */
    void receive(Bench bench, List<Whole> wholes) {
        long released = 0;
        for (Whole whole : wholes) {
            released += whole.bytes().length;
            if (whole.wanted().ticket().isCancelled()) {
                continue;
            }
            if (isRight(whole)) {
                bench.shared().tally().filesReceived.increment();
                bench.shared().deltas().note(whole.wanted(), link.greeting().name(), WHOLE);
                bench.shared().deltas().sign(whole.wanted(), whole.bytes());
                stage(bench, whole);
            } else {
                refuse(bench, whole.wanted());
            }
        }
        link.release(released);
    }

    /**
     * Stages a content that is here already. Only the empty one can be another than the one that is
     * wanted, when an entry lies about its size.
     */
    void place(Bench bench, Whole whole) {
        if (whole.bytes().length == 0 && !isRight(whole)) {
            bench.answer(whole.wanted().ticket(), whole.wanted().missing());
        } else if (!whole.wanted().ticket().isCancelled()) {
            stage(bench, whole);
        }
    }

    private static void stage(Bench bench, Whole whole) {
        Wanted wanted = whole.wanted();
        String name = bench.shared().names().next();
        try {
            Root root = bench.root();
            try (Sink sink = root.create(name)) {
                sink.write(ByteBuffer.wrap(whole.bytes()), 0);
            } catch (IOException e) {
                bench.delete(name);
                throw e;
            }
            bench.answer(wanted.ticket(), wanted.ready(name));
        } catch (IOException e) {
            bench.answer(wanted.ticket(), wanted.failed(e));
        }
    }

    private static boolean isRight(Whole whole) {
        return ContentHash.of(TreeHash.of(whole.bytes())).equals(whole.wanted().content());
    }

    /** Makes staging ready for a large content, and says so to the session. */
    void prepare(Bench bench, long transfer, Receipt receipt) {
        try {
            long offset = receipt.open(bench.root());
            if (!inbox.test(new Input.Prepared(transfer, offset))) {
                throw new IllegalStateException("the session ended before transfer " + transfer);
            }
        } catch (IOException e) {
            fail(bench, transfer, receipt, e);
        }
    }

    /** Writes a part; with the last one, ends the content. */
    void write(Bench bench, Receipt receipt, ContentPart part) {
        try {
            receipt.write(part.bytes(), part.offset());
            if (part.last() && !receipt.isClosed()) {
                finish(bench, receipt);
            }
        } catch (IOException e) {
            fail(bench, part.transfer(), receipt, e);
        }
    }

    private void finish(Bench bench, Receipt receipt) throws IOException {
        Wanted wanted = receipt.wanted();
        String name = receipt.finish(bench.root());
        if (name == null) {
            refuse(bench, wanted);
        } else {
            bench.shared().tally().filesReceived.increment();
            bench.shared().deltas().note(wanted, link.greeting().name(), WHOLE);
            bench.shared().deltas().sign(bench.root(), name, wanted, receipt.chunkHashes());
            bench.answer(wanted.ticket(), wanted.ready(name));
        }
    }

    /**
     * Answers that nothing more comes. {@code isCut}: the session ended, and what came so far stays
     * for a later fetch.
     */
    void giveUp(Bench bench, Receipt receipt, boolean isCut) {
        if (receipt.isClosed()) {
            return; // It failed and was answered.
        }
        Wanted wanted = receipt.wanted();
        if (isCut) {
            keep(bench, receipt);
        } else {
            discard(bench, receipt);
        }
        bench.answer(wanted.ticket(), isCut ? wanted.cut() : wanted.missing());
    }

    private static void keep(Bench bench, Receipt receipt) {
        try {
            receipt.keep(bench.root());
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("path", receipt.wanted().entry().path())
                    .setCause(e)
                    .log("partial content not kept");
        }
    }

    private void fail(Bench bench, long transfer, Receipt receipt, IOException cause) {
        if (cause instanceof RootLostException) {
            abandon(receipt); // Nothing may be deleted by names that may be another folder's.
        } else {
            discard(bench, receipt);
        }
        bench.answer(receipt.wanted().ticket(), receipt.wanted().failed(cause));
        if (!inbox.test(new Input.Fallen(transfer))) {
            log.atDebug().addKeyValue("transfer", transfer).log("failed as its session ended");
        }
    }

    private static void abandon(Receipt receipt) {
        try {
            receipt.abandon();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("file of a lost root not closed");
        }
    }

    private static void discard(Bench bench, Receipt receipt) {
        try {
            receipt.discard(bench.root());
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("path", receipt.wanted().entry().path())
                    .setCause(e)
                    .log("staged content not deleted");
        }
    }

    /** The peer sent another content than the one it was asked for. */
    private void refuse(Bench bench, Wanted wanted) {
        if (wanted.attempt() == 0) {
            if (!inbox.test(new Input.Again(wanted.again()))) {
                bench.answer(wanted.ticket(), wanted.cut());
            }
            return; // It may have changed while it was read.
        }
        log.atWarn()
                .addKeyValue("peer", link.peer())
                .addKeyValue("path", wanted.entry().path())
                .addKeyValue("content", wanted.content())
                .log("peer sends another content than it is asked for");
        bench.answer(wanted.ticket(), wanted.missing());
    }
}
