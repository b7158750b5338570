package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Credit;
import dev.lanyard.protocol.message.Message.ForSession;
import dev.lanyard.protocol.message.Message.Goodbye;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Hello;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Message.Proof;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Secret;

import java.nio.ByteBuffer;

/** The fields of the messages that the session itself needs. */
final class SessionForm {
    private static final int NAME_CHARS_MAX = 255;
    private static final int GOODBYE_CHARS_MAX = 1_024;
    private static final int COUNTER_BYTES = 2 * Long.BYTES;

    private SessionForm() {}

    static void write(CborOut out, ForSession message) {
        switch (message) {
            case Hello hello ->
                    out.begin(2).number(hello.protocolVersion()).bytes(hello.nonce().bytes()).end();
            case Proof proof -> out.begin(1).bytes(proof.mac().bytes()).end();
            case Greeting greeting ->
                    out.begin(4)
                            .bytes(Words.bytes(greeting.replica().value()))
                            .text(checkName(greeting.name()))
                            .number(Codes.of(greeting.mode()))
                            .bytes(vectorBytes(greeting.seen()))
                            .end();
            case KeepAlive _ -> out.begin(0).end();
            case Credit credit -> out.begin(1).number(credit.bytes()).end();
            case Goodbye goodbye ->
                    out.begin(2)
                            .number(Codes.of(goodbye.reason()))
                            .text(shorten(goodbye.text()))
                            .end();
            case HandOver handOver -> KeyForm.write(out, handOver);
        }
    }

    static Message hello(CborIn in) throws ProtocolViolation {
        int version = in.number("protocol version", 0, Integer.MAX_VALUE);
        return new Hello(version, new Secret(in.bytes("nonce", Secret.LENGTH)));
    }

    static Message proof(CborIn in) throws ProtocolViolation {
        return new Proof(new Secret(in.bytes("mac", Secret.LENGTH)));
    }

    static Message greeting(CborIn in) throws ProtocolViolation {
        long replica = Words.read("replica", in);
        String name = in.text("name", NAME_CHARS_MAX);
        Mode mode = Codes.mode(in);
        int vectorMax = VersionVector.REPLICAS_MAX * COUNTER_BYTES;
        VersionVector seen = vector(in.bytes("seen", 0, vectorMax));
        return new Greeting(new ReplicaId(replica), name, mode, seen);
    }

    static Message keepAlive(CborIn in) {
        return new KeepAlive();
    }

    static Message credit(CborIn in) throws ProtocolViolation {
        return new Credit(in.number("credit", 1, Long.MAX_VALUE));
    }

    static Message goodbye(CborIn in) throws ProtocolViolation {
        Reason reason = Codes.reason(in);
        return new Goodbye(reason, in.text("goodbye", GOODBYE_CHARS_MAX));
    }

    private static String checkName(String name) {
        if (name.length() > NAME_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "name of %d characters (expected at most %d)"
                            .formatted(name.length(), NAME_CHARS_MAX));
        }
        return name;
    }

    /** An explanation is worth sending even if only its beginning fits. */
    private static String shorten(String text) {
        return text.length() <= GOODBYE_CHARS_MAX ? text : text.substring(0, GOODBYE_CHARS_MAX);
    }

    private static byte[] vectorBytes(VersionVector vector) {
        ByteBuffer out = ByteBuffer.allocate(vector.size() * COUNTER_BYTES);
        for (int i = 0; i < vector.size(); i++) {
            out.putLong(vector.replica(i).value()).putLong(vector.counterAt(i));
        }
        return out.array();
    }

    private static VersionVector vector(byte[] bytes) throws ProtocolViolation {
        if (bytes.length % COUNTER_BYTES != 0) {
            throw new ProtocolViolation(
                    "vector of %d bytes (expected a multiple of %d)"
                            .formatted(bytes.length, COUNTER_BYTES));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long[] replicas = new long[bytes.length / COUNTER_BYTES];
        long[] counters = new long[replicas.length];
        for (int i = 0; i < replicas.length; i++) {
            replicas[i] = in.getLong();
            counters[i] = in.getLong();
        }
        return VersionVector.ofSorted(replicas, counters);
    }
}
