package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketEntries;
import dev.lanyard.protocol.message.Message.BucketOffer;
import dev.lanyard.protocol.message.Message.ClockAsk;
import dev.lanyard.protocol.message.Message.ClockTell;
import dev.lanyard.protocol.message.Message.ContentAhead;
import dev.lanyard.protocol.message.Message.ContentAsk;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentCancel;
import dev.lanyard.protocol.message.Message.ContentMissing;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.Credit;
import dev.lanyard.protocol.message.Message.DeltaAhead;
import dev.lanyard.protocol.message.Message.DeltaAsk;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.Hello;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.Proof;
import dev.lanyard.protocol.message.Message.Renaming;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.message.Message.SettleTell;
import dev.lanyard.protocol.message.Message.SummaryAsk;
import dev.lanyard.protocol.message.Message.SummaryTell;
import dev.lanyard.protocol.message.Message.VersionsAsk;
import dev.lanyard.protocol.message.Message.VersionsTell;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;

/** The kinds of message: the number of each on the wire, and how its body is read. */
enum MessageType {
    HELLO(0x01, control(SessionForm::hello)),
    PROOF(0x02, control(SessionForm::proof)),
    GREETING(0x03, control(SessionForm::greeting)),
    KEEP_ALIVE(0x04, control(SessionForm::keepAlive)),
    CREDIT(0x05, control(SessionForm::credit)),
    GOODBYE(0x06, control(SessionForm::goodbye)),
    HAND_OVER(0x07, control(KeyForm::handOver)),

    ANNOUNCE(0x10, control(IndexForm::announce)),
    HAVE(0x11, control(IndexForm::have)),
    ENTRY_ASK(0x12, control(IndexForm::entryAsk)),
    SUMMARY_ASK(0x13, control(IndexForm::summaryAsk)),
    SUMMARY_TELL(0x14, control(IndexForm::summaryTell)),
    BUCKET_OFFER(0x15, control(IndexForm::bucketOffer)),
    BUCKET_ANSWER(0x16, control(IndexForm::bucketAnswer)),
    BUCKET_ENTRIES(0x17, control(IndexForm::bucketEntries)),
    EXCHANGE_DONE(0x18, control(IndexForm::exchangeDone)),
    SETTLE_ASK(0x19, control(IndexForm::settleAsk)),
    SETTLE_TELL(0x1a, control(IndexForm::settleTell)),
    RENAMING(0x1b, control(IndexForm::renaming)),

    CONTENT_ASK(0x20, control(TransferForm::contentAsk)),
    CONTENT_CANCEL(0x21, control(TransferForm::contentCancel)),
    CONTENT_MISSING(0x22, control(TransferForm::contentMissing)),
    DELTA_ASK(0x23, control(TransferForm::deltaAsk)),

    VERSIONS_ASK(0x28, control(VersionForm::ask)),
    VERSIONS_TELL(0x29, control(VersionForm::tell)),
    CLOCK_ASK(0x2a, control(ClockForm::ask)),
    CLOCK_TELL(0x2b, control(ClockForm::tell)),

    CONTENT_PART(0x30, ContentForm::part),
    CONTENT_BUNDLE(0x31, ContentForm::bundle),
    CONTENT_AHEAD(0x32, ContentForm::ahead),
    DELTA_AHEAD(0x33, ContentForm::deltaAhead);

    private static final @Nullable MessageType[] BY_CODE = byCode();

    private final int code;

    @SuppressWarnings("ImmutableEnumChecker") // Only method references, which hold nothing.
    private final BodyReader reader;

    MessageType(int code, BodyReader reader) {
        this.code = code;
        this.reader = reader;
    }

    /** The number on the wire. */
    int code() {
        return code;
    }

    /** The message whose unpacked body is the first {@code length} bytes of {@code body}. */
    Message read(byte[] body, int length) throws ProtocolViolation {
        try {
            return reader.read(body, length);
        } catch (JacksonException | IllegalArgumentException refused) {
            // Nouns check themselves when they are built: here what they refuse is the peer's
            // fault and not ours.
            throw new ProtocolViolation(this + ": " + refused.getMessage(), refused);
        }
    }

    static MessageType ofCode(int code) throws ProtocolViolation {
        MessageType type = code < BY_CODE.length ? BY_CODE[code] : null;
        if (type == null) {
            throw new ProtocolViolation("message type %x (expected a known one)".formatted(code));
        }
        return type;
    }

    static MessageType of(Message message) {
        return switch (message) {
            case Hello _ -> HELLO;
            case Proof _ -> PROOF;
            case Greeting _ -> GREETING;
            case KeepAlive _ -> KEEP_ALIVE;
            case Credit _ -> CREDIT;
            case Goodbye _ -> GOODBYE;
            case HandOver _ -> HAND_OVER;
            case Announce _ -> ANNOUNCE;
            case Have _ -> HAVE;
            case EntryAsk _ -> ENTRY_ASK;
            case SummaryAsk _ -> SUMMARY_ASK;
            case SummaryTell _ -> SUMMARY_TELL;
            case BucketOffer _ -> BUCKET_OFFER;
            case BucketAnswer _ -> BUCKET_ANSWER;
            case BucketEntries _ -> BUCKET_ENTRIES;
            case ExchangeDone _ -> EXCHANGE_DONE;
            case SettleAsk _ -> SETTLE_ASK;
            case SettleTell _ -> SETTLE_TELL;
            case Renaming _ -> RENAMING;
            case ContentAsk _ -> CONTENT_ASK;
            case ContentCancel _ -> CONTENT_CANCEL;
            case ContentMissing _ -> CONTENT_MISSING;
            case VersionsAsk _ -> VERSIONS_ASK;
            case VersionsTell _ -> VERSIONS_TELL;
            case ClockAsk _ -> CLOCK_ASK;
            case ClockTell _ -> CLOCK_TELL;
            case ContentPart _ -> CONTENT_PART;
            case ContentBundle _ -> CONTENT_BUNDLE;
            case ContentAhead _ -> CONTENT_AHEAD;
            case DeltaAsk _ -> DELTA_ASK;
            case DeltaAhead _ -> DELTA_AHEAD;
        };
    }

    private static @Nullable MessageType[] byCode() {
        @Nullable MessageType[] types = new MessageType[DELTA_AHEAD.code + 1];
        for (MessageType type : values()) {
            types[type.code] = type;
        }
        return types;
    }

    private static BodyReader control(FieldReader fields) {
        return (body, length) -> {
            try (CborIn in = new CborIn(body, length)) {
                in.begin("message");
                Message message = fields.read(in);
                in.end("message");
                in.finish();
                return message;
            }
        };
    }

    private interface BodyReader {
        Message read(byte[] body, int length) throws ProtocolViolation;
    }

    private interface FieldReader {
        Message read(CborIn in) throws ProtocolViolation;
    }
}
