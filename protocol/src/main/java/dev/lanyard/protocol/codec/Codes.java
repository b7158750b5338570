package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Message.Why;

/** The numbers of enumerated values on the wire; they stay when constants are moved. */
final class Codes {
    private Codes() {}

    static int of(Mode mode) {
        return switch (mode) {
            case TWO_WAY -> 0;
            case SEND_ONLY -> 1;
            case RECEIVE_ONLY -> 2;
        };
    }

    static int of(Reason reason) {
        return switch (reason) {
            case STOPPING -> 0;
            case DUPLICATE -> 1;
            case PROTOCOL_VIOLATION -> 2;
            case PROTOCOL_VERSION -> 3;
            case SELF -> 4;
            case SILENCE -> 5;
            case LIMIT -> 6;
            case FAILURE -> 7;
            case NEW_KEY -> 8;
            case TWO_KEYS -> 9;
        };
    }

    static int of(Why why) {
        return switch (why) {
            case REPLACED -> 0;
            case DELETED -> 1;
            case CONFLICT -> 2;
            case UNCLEAN -> 3;
        };
    }

    static Mode mode(CborIn in) throws ProtocolViolation {
        int code = in.number("mode", 0, 255);
        for (Mode mode : Mode.values()) {
            if (of(mode) == code) {
                return mode;
            }
        }
        throw new ProtocolViolation("mode %d (expected a known one)".formatted(code));
    }

    static Reason reason(CborIn in) throws ProtocolViolation {
        int code = in.number("reason", 0, 255);
        for (Reason reason : Reason.values()) {
            if (of(reason) == code) {
                return reason;
            }
        }
        throw new ProtocolViolation("reason %d (expected a known one)".formatted(code));
    }

    static Why why(CborIn in) throws ProtocolViolation {
        int code = in.number("why", 0, 255);
        for (Why why : Why.values()) {
            if (of(why) == code) {
                return why;
            }
        }
        throw new ProtocolViolation("why %d (expected a known one)".formatted(code));
    }
}
