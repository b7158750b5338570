package dev.lanyard.it;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Somebody who says very much by mDNS, a program of its own: {@code MdnsFlood KIND SECONDS ADDRESS
 * DATAGRAMS-A-MILLISECOND}. Datagrams are those of RFC 6762 and RFC 6763, drawn from a seed.
 */
final class MdnsFlood {
    private static final String TYPE = "_lanyard._tcp.local";
    private static final int DIFFERENT = 20_000;
    private static final int PORT = 5353;

    private static final int OF_HOST = 1;
    private static final int OF_TYPE = 12;
    private static final int OF_TEXT = 16;
    private static final int OF_SERVICE = 33;

    /** What it says once it sends. */
    static final String BEGUN = "begun";

    private final Random random = new Random(17);

    private MdnsFlood() {}

    /** What is sent. */
    enum Kind {
        /** Everybody who is there is asked for. */
        QUESTIONS,
        /** Nodes that nobody has. */
        ANNOUNCEMENTS,
        /** No mDNS at all. */
        GARBAGE
    }

    /** Sends for so long, says when it begins, and in the end how much it was. */
    public static void main(String[] arguments) throws IOException {
        Kind kind = Kind.valueOf(arguments[0]);
        long until = System.nanoTime() + Long.parseLong(arguments[1]) * 1_000_000_000L;
        InetAddress own = InetAddress.ofLiteral(arguments[2]);
        List<byte[]> datagrams =
                Stream.generate(new MdnsFlood().of(kind)).limit(DIFFERENT).toList();
        InetSocketAddress all = new InetSocketAddress(InetAddress.ofLiteral("224.0.0.251"), PORT);
        int atOnce = Integer.parseInt(arguments[3]);
        long sent = 0;
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 255);
            channel.setOption(
                    StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByInetAddress(own));
            channel.bind(new InetSocketAddress(own, PORT));
            System.out.println(BEGUN);
            while (System.nanoTime() < until) {
                for (int i = 0; i < atOnce; i++) {
                    channel.send(ByteBuffer.wrap(datagrams.get((int) (sent++ % DIFFERENT))), all);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
        System.out.printf("%s: %d datagrams%n", kind, sent);
    }

    private Supplier<byte[]> of(Kind kind) {
        return switch (kind) {
            case QUESTIONS -> () -> written(this::question);
            case ANNOUNCEMENTS -> () -> written(this::announcement);
            case GARBAGE -> () -> written(this::garbage);
        };
    }

    private void question(DataOutputStream out) throws IOException {
        header(out, 0, 1, 0);
        name(out, TYPE);
        out.writeShort(OF_TYPE);
        out.writeShort(1);
    }

    private void announcement(DataOutputStream out) throws IOException {
        String host = "%016x".formatted(random.nextLong());
        String service = host + "." + TYPE;
        byte[] address = {10, 77, 31, (byte) (1 + random.nextInt(250))};
        byte[] text = new byte[17];
        random.nextBytes(text);
        text[0] = 16;
        header(out, 0x8400, 0, 4);
        record(out, TYPE, OF_TYPE, written(it -> name(it, service)));
        record(out, service, OF_SERVICE, written(it -> serviceAt(it, host + ".local")));
        record(out, service, OF_TEXT, text);
        record(out, host + ".local", OF_HOST, address);
    }

    private static void serviceAt(DataOutputStream out, String host) throws IOException {
        out.writeInt(0); // Priority and weight.
        out.writeShort(4711);
        name(out, host);
    }

    private void garbage(DataOutputStream out) throws IOException {
        byte[] bytes = new byte[400];
        random.nextBytes(bytes);
        out.write(bytes);
    }

    private void header(DataOutputStream out, int flags, int questions, int answers)
            throws IOException {
        out.writeShort(flags == 0 ? random.nextInt() : 0);
        out.writeShort(flags);
        out.writeShort(questions);
        out.writeShort(answers);
        out.writeInt(0);
    }

    private static void record(DataOutputStream out, String name, int type, byte[] data)
            throws IOException {
        name(out, name);
        out.writeShort(type);
        out.writeShort(1);
        out.writeInt(4500); // Seconds.
        out.writeShort(data.length);
        out.write(data);
    }

    private static void name(DataOutputStream out, String name) throws IOException {
        for (String label : name.split("\\.", -1)) {
            out.writeByte(label.length());
            out.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeByte(0);
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }
}
