package dev.lanyard.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Machines on one switch, each a network namespace of its own, whose cables can be pulled. */
final class Lan implements AutoCloseable {
    private static final Path ANYWHERE = Path.of("/");

    private final String name;
    private final int machines;

    private Lan(String name, int machines) {
        this.name = name;
        this.machines = machines;
    }

    /** Whether such things may be made here: it takes root. */
    static boolean isPossible() {
        if (Trees.run(ANYWHERE, Map.of(), List.of("sh", "-c", "command -v ip")).exit() != 0) {
            return false;
        }
        String probe = "lanyard-probe-" + ProcessHandle.current().pid();
        boolean isMade = ip("netns", "add", probe).exit() == 0;
        return isMade && ip("netns", "del", probe).exit() == 0;
    }

    /** {@code machines} of them, all connected. */
    static Lan of(int machines) {
        Lan lan = new Lan("lanyard-" + ProcessHandle.current().pid(), machines);
        try {
            lan.make();
        } catch (RuntimeException | Error failed) {
            lan.close();
            throw failed;
        }
        return lan;
    }

    private void make() {
        String hub = name + "-hub";
        must("netns", "add", hub);
        must("-n", hub, "link", "add", "hub", "type", "bridge");
        must("-n", hub, "link", "set", "hub", "up");
        for (int i = 0; i < machines; i++) {
            String machine = machine(i);
            String port = "port" + i;
            must("netns", "add", machine);
            must("-n", hub, "link", "add", port, "type", "veth", "peer", "eth0", "netns", machine);
            must("-n", hub, "link", "set", port, "master", "hub", "up");
            must("-n", machine, "addr", "add", address(i) + "/24", "dev", "eth0");
            must("-n", machine, "link", "set", "lo", "up");
            must("-n", machine, "link", "set", "eth0", "up");
        }
    }

    private String machine(int number) {
        return "%s-%d".formatted(name, number);
    }

    String address(int number) {
        return "10.77.31.%d".formatted(number + 1);
    }

    /** What runs a program on a machine: a command to which its command line is given. */
    List<String> on(int number) {
        return List.of("ip", "netns", "exec", machine(number));
    }

    /** Runs this on a machine, which must go well. */
    void sh(int number, String command) {
        List<String> all = new ArrayList<>(on(number));
        all.addAll(List.of("sh", "-ec", command));
        Trees.Ran ran = Trees.run(ANYWHERE, Map.of(), all);
        if (ran.exit() != 0) {
            throw new AssertionError("%s: %s".formatted(command, ran.out()));
        }
    }

    /** A machine hears no more of what {@code match}, in the words of nftables, says. */
    void drop(int number, String match) {
        sh(
                number,
                """
                nft add table inet lanyard
                nft 'add chain inet lanyard heard { type filter hook input priority 0; }'
                nft 'add rule inet lanyard heard %s drop'
                """
                        .formatted(match));
    }

    /** Connects two machines by a cable of their own, named so at both ends. */
    void join(int one, String addressOfOne, int other, String addressOfOther, String cable) {
        must(
                List.of("-n", machine(one), "link", "add", cable, "type", "veth"),
                List.of("peer", cable, "netns", machine(other)));
        must("-n", machine(one), "addr", "add", addressOfOne + "/24", "dev", cable);
        must("-n", machine(other), "addr", "add", addressOfOther + "/24", "dev", cable);
        must("-n", machine(one), "link", "set", cable, "up");
        must("-n", machine(other), "link", "set", cable, "up");
    }

    /** How many bytes a machine has sent and heard. */
    long bytes(int number) {
        return counter(number, "rx_bytes") + counter(number, "tx_bytes");
    }

    private long counter(int number, String name) {
        List<String> all = new ArrayList<>(on(number));
        all.addAll(List.of("cat", "/sys/class/net/eth0/statistics/" + name));
        return Long.parseLong(Trees.run(ANYWHERE, Map.of(), all).out().strip());
    }

    void pull(int number) {
        must("-n", name + "-hub", "link", "set", "port" + number, "down");
    }

    void plug(int number) {
        must("-n", name + "-hub", "link", "set", "port" + number, "up");
    }

    private static void must(List<String> begin, List<String> end) {
        List<String> arguments = new ArrayList<>(begin);
        arguments.addAll(end);
        must(arguments.toArray(String[]::new));
    }

    private static void must(String... arguments) {
        Trees.Ran ran = ip(arguments);
        if (ran.exit() != 0) {
            throw new AssertionError("ip %s: %s".formatted(List.of(arguments), ran.out()));
        }
    }

    private static Trees.Ran ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return Trees.run(ANYWHERE, Map.of(), command);
    }

    /** Removes what was made. */
    @Override
    public void close() {
        for (int i = 0; i < machines; i++) {
            ip("netns", "del", machine(i));
        }
        ip("netns", "del", name + "-hub");
    }
}
