package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.config.MachineIds;
import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.runtime.NodeRuntime;
import dev.lanyard.node.app.runtime.Surroundings;
import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Policy;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.io.apply.Retention;
import dev.lanyard.node.io.disk.Disks;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Several nodes of one share in this process, on real folders and loopback sockets, each with a
 * disk and a wall clock of its own.
 */
final class Share implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Path base;
    private final List<Node> nodes = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();
    private final ShareKey key;

    /** Nodes below {@code base}. */
    Share(Path base) {
        this.base = base;
        this.key = ShareKey.generate(random);
    }

    /** Nodes below {@code base} of a share that others have as well. */
    Share(Path base, ShareKey key) {
        this.base = base;
        this.key = key;
    }

    Path base() {
        return base;
    }

    ShareKey key() {
        return key;
    }

    /** A clock that can be wrong by as much as a test likes. */
    static final class WallClock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        void goAhead(Duration by) {
            ahead = by;
        }

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(ahead);
        }
    }

    /** A node, running or not. */
    final class Node {
        final String name;
        private final Path home;
        final Path folder;
        final Path state;
        final FaultyDisk disk;
        final WallClock clock = new WallClock();
        Retention retention = Retention.DEFAULT;
        int keepDeletionsDays = Policy.KEEP_DAYS_DEFAULT;
        Message.Mode mode = Message.Mode.TWO_WAY;
        Surroundings.Boot boot = MachineIds::boot;
        private final ShareKey first;
        private final List<InetSocketAddress> dialled = new ArrayList<>();
        private @Nullable NodeRuntime running;
        private @Nullable InetSocketAddress address;

        private Node(String name, Path home, ShareKey first) throws IOException {
            this.first = first;
            this.name = name;
            this.home = home;
            this.folder = Files.createDirectories(home.resolve(name));
            this.state = home.resolve(name + ".state");
            this.disk = new FaultyDisk(Disks.holding(folder, random));
        }

        /** Dials this address in place of the nodes that run already. */
        void dial(InetSocketAddress instead) {
            dialled.add(instead);
        }

        InetSocketAddress listening() {
            if (address == null) {
                throw new IllegalStateException(name + " never ran");
            }
            return address;
        }

        /** Starts it; it dials all nodes that run already. */
        Node start() throws StartFailure, IOException {
            List<InetSocketAddress> peers = new ArrayList<>(dialled);
            for (Node other : nodes) {
                if (dialled.isEmpty()
                        && other != this
                        && other.running != null
                        && other.address != null) {
                    peers.add(other.address);
                }
            }
            Settings settings =
                    new Settings(
                            folder,
                            state,
                            home.resolve(name + ".lock"),
                            name,
                            address == null
                                    ? new InetSocketAddress(
                                            InetAddress.getLoopbackAddress(), Ports.free())
                                    : address,
                            peers,
                            false,
                            Settings.DISCOVERY_PORT_DEFAULT,
                            mode,
                            Files.exists(state.resolve("share.key")) ? null : first,
                            home.resolve(name + ".log"),
                            retention,
                            keepDeletionsDays);
            running =
                    NodeRuntime.launch(
                            settings,
                            new Surroundings(
                                    _ -> disk.named(), clock, Share::isLoopback, random, boot));
            String listen = status().listen();
            int colon = listen.lastIndexOf(':');
            address =
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            Integer.parseInt(listen.substring(colon + 1)));
            return this;
        }

        /** As quit does. */
        void stop() {
            control().close();
            running = null;
        }

        NodeRuntime control() {
            if (running == null) {
                throw new IllegalStateException(name + " does not run");
            }
            return running;
        }

        boolean isRunning() {
            return running != null;
        }

        NodeControl.Status status() {
            try {
                return control().status();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        List<Problem> problems() {
            try {
                return control().problems();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        boolean hasProblem(Problem.Kind kind) {
            return problems().stream().anyMatch(problem -> problem.kind() == kind);
        }

        Path path(String path) {
            return folder.resolve(path);
        }

        /** Writes a file as most programs do: open, write, close. */
        Node write(String path, String text) throws IOException {
            Files.createDirectories(path(path).getParent());
            Files.writeString(path(path), text);
            return this;
        }

        String read(String path) throws IOException {
            return Files.readString(path(path));
        }

        boolean has(String path) {
            return Files.exists(path(path), java.nio.file.LinkOption.NOFOLLOW_LINKS);
        }

        void delete(String path) throws IOException {
            Files.delete(path(path));
        }

        List<NodeControl.Version> conflicts() throws IOException {
            return control().conflicts();
        }

        List<NodeControl.Version> versions(String path) throws IOException {
            return control().versions(RelativePath.of(path));
        }

        /** Whether a text is kept in versions of this node. */
        boolean keeps(String text) throws IOException {
            try (var files = Files.list(folder.resolve(".lanyard/versions"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!file.toString().endsWith(".json") && Files.readString(file).equals(text)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private static boolean isLoopback(NetworkInterface each) {
        try {
            return each.isLoopback();
        } catch (SocketException gone) {
            return false;
        }
    }

    /** A node that does not run yet. */
    Node node(String name) throws IOException {
        return node(name, base);
    }

    /** The same with all that it has in {@code home}, as on a disk of its own. */
    Node node(String name, Path home) throws IOException {
        return node(name, home, key);
    }

    /** The same with another key at its first start. */
    Node node(String name, ShareKey first) throws IOException {
        return node(name, base, first);
    }

    private Node node(String name, Path home, ShareKey first) throws IOException {
        Node node = new Node(name, home, first);
        nodes.add(node);
        return node;
    }

    /** {@code count} nodes, running and connected with each other. */
    List<Node> start(int count) throws Exception {
        List<Node> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(node(String.valueOf((char) ('a' + i))).start());
        }
        connected();
        return started;
    }

    /** Waits until all running nodes are connected with each other. */
    void connected() {
        List<Node> running = running();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(
                        () -> {
                            for (Node node : running) {
                                assertThat(node.status().peersConnected())
                                        .as("peers of %s", node.name)
                                        .isEqualTo(running.size() - 1);
                            }
                        });
    }

    List<Node> running() {
        return nodes.stream().filter(Node::isRunning).toList();
    }

    /** Waits until all running nodes are connected, have nothing to do, and show equal folders. */
    void settle() throws Exception {
        connected();
        if (running().size() > 1) {
            for (Node node : running()) {
                NodeControl.Result result = node.control().await(PATIENCE);
                assertThat(result.done()).as("wait on %s: %s", node.name, result.detail()).isTrue();
            }
        }
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> {
                            for (Node node : running()) {
                                assertThat(node.status().phase())
                                        .as("phase of %s", node.name)
                                        .isEqualTo(Phase.IDLE);
                                assertThat(
                                                Trees.difference(
                                                        running().getFirst().folder, node.folder))
                                        .as("%s and %s", running().getFirst().name, node.name)
                                        .isEmpty();
                            }
                        });
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            node.disk.heal();
            if (node.isRunning()) {
                node.stop();
            }
        }
    }
}
