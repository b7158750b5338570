package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ClockAsk;
import dev.lanyard.protocol.message.Message.ClockTell;
import dev.lanyard.protocol.message.Message.ForClocks;

import java.time.Instant;

/** The fields of the messages about clocks. */
final class ClockForm {
    private ClockForm() {}

    static void write(CborOut out, ForClocks message) {
        switch (message) {
            case ClockAsk(long question) -> out.begin(1).number(question).end();
            case ClockTell(long question, Instant wallClock) ->
                    out.begin(2).number(question).number(wallClock.toEpochMilli()).end();
        }
    }

    static Message ask(CborIn in) throws ProtocolViolation {
        return new ClockAsk(in.number("question"));
    }

    static Message tell(CborIn in) throws ProtocolViolation {
        return new ClockTell(in.number("question"), Instant.ofEpochMilli(in.number("wall clock")));
    }
}
