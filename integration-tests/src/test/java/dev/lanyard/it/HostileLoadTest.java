package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentWant;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.transport.RawPeer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Members that send what takes memory and read nothing, at a node of the real program. */
@Timeout(240)
class HostileLoadTest {
    /** An eighth of what the launcher gives. */
    private static final String HEAP = "-Xmx128m";

    private static final int MEMBERS = 2;
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final int LONG_PATHS = 160;
    private static final String LONG = ("/" + "x".repeat(255)).repeat(62);

    @TempDir private Path base;
    private final List<Program> programs = new ArrayList<>();

    /** Nobody reads what the node says before the end. */
    private final CountDownLatch over = new CountDownLatch(1);

    private InetSocketAddress address;
    private ShareKey key;
    private Program node;
    private Program peer;

    @BeforeEach
    void open() throws Exception {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
        String text =
                Program.key(
                        Files.createDirectories(base.resolve("node")), base.resolve("node.state"));
        key = ShareKey.parse(text);
        String listen = "127.0.0.1:" + address.getPort();
        node = start("node", text, "--listen", listen);
        peer = start("peer", text, "--listen", "127.0.0.1:0", "--peer", listen);
    }

    private Program start(String name, String keyText, String... more) {
        List<String> all = new ArrayList<>(List.of("--no-discovery", "--key", keyText));
        all.addAll(List.of(more));
        Program program =
                Program.start(
                        base.resolve(name),
                        base.resolve(name + ".state"),
                        Map.of("LANYARD_JAVA_OPTIONS", HEAP),
                        all.toArray(String[]::new));
        programs.add(program);
        return program.ready();
    }

    @AfterEach
    void close() {
        over.countDown();
        programs.forEach(Program::close);
    }

    private void goOn() throws IOException {
        String text = "it goes on " + Instant.now();
        Files.writeString(node.folder().resolve("from node"), text + ", says the node");
        Files.writeString(peer.folder().resolve("from peer"), text + ", says the peer");
        Pair.awaitText(peer.folder().resolve("from node"), text + ", says the node");
        Pair.awaitText(node.folder().resolve("from peer"), text + ", says the peer");
    }

    /** All members send messages of their own, with these numbers, for a while. */
    private void flood(BiFunction<Member, Integer, Message> message) throws Exception {
        List<Member> members = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long until = System.nanoTime() + EACH.toNanos();
        for (int i = 0; i < MEMBERS; i++) {
            Member member = Member.join(address, key, "mallory " + i, Mode.TWO_WAY);
            member.wire.listen(_ -> awaitEnd());
            members.add(member);
            int first = i * 1_000_000;
            threads.add(Thread.ofPlatform().start(() -> send(member, message, first, until)));
        }
        for (Thread thread : threads) {
            thread.join(EACH.multipliedBy(2)); // One that the node does not read from may hang.
        }
        members.forEach(Member::close);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void send(
            Member to, BiFunction<Member, Integer, Message> message, int first, long until) {
        try {
            for (int n = first; System.nanoTime() < until; n++) {
                to.wire.sendBytes(RawPeer.frame(message.apply(to, n)));
            }
        } catch (IOException nodeHasEnoughOfIt) {
            to.close();
        }
    }

    private void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    private static List<Entry> longEntries(Member author, int number) {
        return IntStream.range(0, LONG_PATHS)
                .<Entry>mapToObj(i -> author.deleted("p" + (LONG_PATHS * number + i) + LONG))
                .toList();
    }

    @Test
    @DisplayName("D47: members that send what takes memory, and read nothing, end no node")
    void d47_memory() throws Exception {
        goOn();
        List<RelativePath> shared = Collections.nCopies(1_000, RelativePath.of("from peer"));
        ContentWant absent =
                new ContentWant(RelativePath.of("p" + LONG), Member.absent("told"), 10, 0);

        flood((_, number) -> new Message.ClockAsk(number));
        flood((_, number) -> new Message.SettleAsk(number));
        flood((_, _) -> new Message.EntryAsk(shared));
        flood((_, n) -> new Message.ContentAsk(n, Collections.nCopies(LONG_PATHS, absent)));
        flood((author, n) -> new Message.Announce(longEntries(author, n)));

        goOn();
        assertThat(node.process().isAlive()).isTrue();
    }
}
