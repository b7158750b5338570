package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.message.Message;

import java.util.Arrays;
import java.util.List;

/**
 * Any bytes of a proven peer, taken for frames: each message that comes of them has one form that
 * is written and read again, and whatever else they are is a violation, and no other failure.
 */
public final class FrameFuzz {
    private FrameFuzz() {}

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        for (Message message : Reading.of(bytes)) {
            byte[] written = Reading.frame(message);
            List<Message> again = Reading.of(written);
            if (again.size() != 1 || !Arrays.equals(Reading.frame(again.getFirst()), written)) {
                throw new AssertionError("another form of " + message);
            }
        }
    }
}
