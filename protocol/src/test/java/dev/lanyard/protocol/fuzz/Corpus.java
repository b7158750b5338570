package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.testing.RandomMessages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What fuzzing begins with: frames of all messages, made from seeds, and sessions of them. */
public final class Corpus {
    private static final int MADE = 200;

    private Corpus() {}

    /** Writes the corpus for a fuzzer: {@code Corpus DIRECTORY}, one below it for each target. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        write(frames(), directory.resolve(FrameFuzz.class.getSimpleName()));
        write(sessions(), directory.resolve(SessionFuzz.class.getSimpleName()));
        write(handshakes(), directory.resolve(HandshakeFuzz.class.getSimpleName()));
    }

    private static void write(List<byte[]> all, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < all.size(); i++) {
            Files.write(directory.resolve("seed-%03d".formatted(i)), all.get(i));
        }
    }

    /** One frame each. */
    static List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        for (int seed = 1; seed <= MADE; seed++) {
            frames.add(Reading.frame(new RandomMessages(new Random(seed)).message()));
        }
        return frames;
    }

    /** A certificate each, or a frame. */
    static List<byte[]> handshakes() {
        List<byte[]> handshakes = new ArrayList<>();
        frames().stream().limit(20).forEach(frame -> handshakes.add(after((byte) 0, frame)));
        try {
            NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), Instant.EPOCH);
            handshakes.add(after((byte) 1, identity.certificate().getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was made has bytes", e);
        }
        return handshakes;
    }

    private static byte[] after(byte first, byte[] rest) {
        byte[] all = new byte[1 + rest.length];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    /** A beginning, and some frames that need not fit it. */
    static List<byte[]> sessions() {
        List<byte[]> sessions = new ArrayList<>();
        for (int seed = 1; seed <= MADE; seed++) {
            Random random = new Random(seed);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(seed);
            for (int i = random.nextInt(4); i >= 0; i--) {
                Message message = new RandomMessages(random).message();
                bytes.writeBytes(Reading.frame(message));
            }
            sessions.add(bytes.toByteArray());
        }
        return sessions;
    }
}
