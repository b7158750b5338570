package dev.lanyard.it;

import static org.awaitility.Awaitility.await;

import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.discovery.mdns.MdnsSource;
import dev.lanyard.discovery.udp.UdpDiscovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How soon nodes of the real program find each other on a network of namespaces, and what discovery
 * alone costs a network of thirty. Takes root.
 */
final class FindingBenchmark {
    private static final int NODES = 5;
    private static final int MANY = 30;
    private static final Duration SETTLING = Duration.ofSeconds(60);
    private static final Duration MEASURED = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private FindingBenchmark() {}

    /** {@code rounds}, at least 1. */
    public static void main(String[] arguments) throws Exception {
        if (!Lan.isPossible()) {
            throw new IllegalStateException("machines are network namespaces, which take root");
        }
        Path base = Files.createTempDirectory("lanyard-finding");
        try {
            findEachOther(base, Integer.parseInt(arguments[0]));
            countTraffic();
        } catch (Exception | Error failed) {
            System.out.println("what the nodes logged is left in " + base);
            throw failed;
        }
        Trees.sh(Path.of("/"), "rm -rf " + base);
        System.exit(0); // Readers of programs that were killed may still wait.
    }

    private static void findEachOther(Path base, int rounds) throws Exception {
        List<Duration> newcomers = new ArrayList<>();
        List<Duration> meshes = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            Path here = Files.createDirectories(base.resolve("" + round));
            try (Lan lan = Lan.of(NODES)) {
                List<Host> hosts = hosts(lan, here);
                try {
                    newcomers.add(newcomer(hosts));
                    hosts.forEach(Host::close);
                    meshes.add(mesh(hosts));
                } finally {
                    hosts.forEach(Host::close);
                }
            }
            System.out.printf(
                    "round %d: newcomer %d ms, mesh %d ms%n",
                    round, newcomers.getLast().toMillis(), meshes.getLast().toMillis());
        }
        tell("a newcomer is connected to four others", newcomers);
        tell("five nodes are all connected after the last has started", meshes);
    }

    private static List<Host> hosts(Lan lan, Path here) throws IOException {
        Path first = Files.createDirectories(here.resolve("0/folder"));
        String key = Program.key(first, here.resolve("0.state"));
        List<Host> hosts = new ArrayList<>();
        for (int number = 0; number < NODES; number++) {
            hosts.add(new Host(lan, number, here, key));
        }
        return hosts;
    }

    private static Duration newcomer(List<Host> hosts) {
        List<Host> before = hosts.subList(0, NODES - 1);
        before.forEach(Host::start);
        awaitSessions(before, NODES - 2);
        Host last = hosts.getLast().start();
        awaitSessions(hosts, NODES - 1);
        return Duration.between(last.startedAt(), last.hadSessionsAt(NODES - 1));
    }

    private static Duration mesh(List<Host> hosts) {
        hosts.forEach(Host::start);
        awaitSessions(hosts, NODES - 1);
        Instant started = latest(hosts.stream().map(Host::startedAt).toList());
        Instant done = latest(hosts.stream().map(host -> host.hadSessionsAt(NODES - 1)).toList());
        return Duration.between(started, done);
    }

    private static Instant latest(List<Instant> times) {
        return times.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    private static void awaitSessions(List<Host> hosts, int count) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> hosts.stream().map(Host::sessions).toList(),
                        sessions -> sessions.stream().allMatch(it -> it == count));
    }

    private static void tell(String what, List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        System.out.printf(
                "%s: median %d ms, worst %d ms, of %d%n",
                what,
                sorted.get(sorted.size() / 2).toMillis(),
                sorted.getLast().toMillis(),
                sorted.size());
    }

    private static void countTraffic() throws Exception {
        List<Process> processes = new ArrayList<>();
        try (Lan lan = Lan.of(MANY)) {
            for (int number = 0; number < MANY; number++) {
                processes.add(discoveryOn(lan, number));
            }
            Thread.sleep(SETTLING);
            long[] before = LongStream.range(0, MANY).map(i -> lan.bytes((int) i)).toArray();
            Thread.sleep(MEASURED);
            long[] perSecond =
                    LongStream.range(0, MANY)
                            .map(i -> lan.bytes((int) i) - before[(int) i])
                            .map(bytes -> bytes / MEASURED.toSeconds())
                            .sorted()
                            .toArray();
            System.out.printf(
                    "discovery among %d nodes, sent and heard: median %d, most %d bytes/s a node%n",
                    MANY, perSecond[MANY / 2], perSecond[MANY - 1]);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static Process discoveryOn(Lan lan, int number) throws IOException {
        List<String> command = new ArrayList<>(lan.on(number));
        command.addAll(
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OneDiscovery.class.getName()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A process that finds others, and is found, and does nothing else until its input ends. */
    static final class OneDiscovery {
        private OneDiscovery() {}

        public static void main(String[] arguments) throws IOException {
            SecureRandom random = new SecureRandom();
            UdpDiscovery discovery =
                    new UdpDiscovery(
                            UdpDiscovery.Settings.of(BeaconKey.of(new byte[BeaconKey.KEY_BYTES]), 1)
                                    .withPort(27_480),
                            List.of(new MdnsSource(random)),
                            random,
                            InstantSource.system());
            discovery.start(4711, _ -> {});
            int read = System.in.read();
            discovery.close();
            System.exit(read);
        }
    }
}
