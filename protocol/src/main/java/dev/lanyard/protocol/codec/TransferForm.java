package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentAsk;
import dev.lanyard.protocol.message.Message.ContentCancel;
import dev.lanyard.protocol.message.Message.ContentMissing;
import dev.lanyard.protocol.message.Message.ContentWant;
import dev.lanyard.protocol.message.Message.DeltaAsk;

/** The fields of the control messages that steer transfers. */
final class TransferForm {
    private TransferForm() {}

    static void write(CborOut out, ContentAsk ask) {
        out.begin(2).number(ask.transfer()).list(ask.wants(), TransferForm::want).end();
    }

    static void write(CborOut out, ContentCancel cancel) {
        out.begin(1).number(cancel.transfer()).end();
    }

    static void write(CborOut out, ContentMissing missing) {
        out.begin(2).number(missing.transfer()).number(missing.want()).end();
    }

    static void write(CborOut out, DeltaAsk ask) {
        checkSignature(ask.signature().length);
        IndexForm.path(out.begin(6).number(ask.transfer()), ask.path());
        out.bytes(ask.content().bytes()).number(ask.sizeBytes()).bytes(ask.basis().bytes());
        out.bytes(ask.signature()).end();
    }

    private static void checkSignature(int bytes) {
        if (bytes > Message.SIGNATURE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "signature of %d bytes (expected at most %d)"
                            .formatted(bytes, Message.SIGNATURE_BYTES_MAX));
        }
    }

    static Message deltaAsk(CborIn in) throws ProtocolViolation {
        return new DeltaAsk(
                in.number("transfer"),
                IndexForm.path(in),
                ContentHash.of(in.bytes("content", ContentHash.LENGTH)),
                in.number("size", 0L, Long.MAX_VALUE),
                ContentHash.of(in.bytes("basis", ContentHash.LENGTH)),
                in.bytes("signature", 0, Message.SIGNATURE_BYTES_MAX));
    }

    static Message contentAsk(CborIn in) throws ProtocolViolation {
        return new ContentAsk(in.number("transfer"), in.list("wants", TransferForm::want));
    }

    static Message contentCancel(CborIn in) throws ProtocolViolation {
        return new ContentCancel(in.number("transfer"));
    }

    static Message contentMissing(CborIn in) throws ProtocolViolation {
        return new ContentMissing(in.number("transfer"), in.number("want", 0, Integer.MAX_VALUE));
    }

    private static void want(CborOut out, ContentWant want) {
        IndexForm.path(out.begin(4), want.path());
        out.bytes(want.content().bytes()).number(want.sizeBytes()).number(want.offset()).end();
    }

    private static ContentWant want(CborIn in) throws ProtocolViolation {
        in.begin("want");
        ContentWant want =
                new ContentWant(
                        IndexForm.path(in),
                        ContentHash.of(in.bytes("content", ContentHash.LENGTH)),
                        in.number("size", 0L, Long.MAX_VALUE),
                        in.number("offset", 0L, Long.MAX_VALUE));
        in.end("want");
        if (want.offset() > want.sizeBytes()) {
            throw new ProtocolViolation(
                    "offset %d of %d bytes".formatted(want.offset(), want.sizeBytes()));
        }
        return want;
    }
}
