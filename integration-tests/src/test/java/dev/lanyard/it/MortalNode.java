package dev.lanyard.it;

import static org.awaitility.Awaitility.await;

import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Call;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.ShareKey;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node in a process of its own that kills itself (SIGKILL) at one of its calls of the disk that
 * change something. If it never comes to that call it ends with 0, when it is told that there is
 * nothing left to do.
 */
final class MortalNode {
    /** Which of the calls, counted from 1, and on which side of it. */
    record Death(int call, boolean after) {}

    /** What changes nothing. */
    private static final Set<Operation> LOOKS =
            EnumSet.of(
                    Operation.OPEN,
                    Operation.STAT,
                    Operation.LIST,
                    Operation.READ,
                    Operation.READ_BYTES,
                    Operation.READ_LINK,
                    Operation.NAMES,
                    Operation.IS_QUIET);

    private static final int SIGKILL = 9;

    private MortalNode() {}

    /**
     * The node called {@code name} of {@code share}, in a new process.
     *
     * @param peer whom it dials
     * @param finish it ends when this file is there
     */
    static Process start(Share share, Share.Node node, Share.Node peer, Path finish, Death death)
            throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MortalNode.class.getName(),
                        share.base().toString(),
                        node.name,
                        share.key().text(),
                        Integer.toString(peer.listening().getPort()),
                        finish.toString(),
                        Integer.toString(death.call()),
                        Boolean.toString(death.after()))
                .redirectErrorStream(true)
                .redirectOutput(share.base().resolve(node.name + ".said").toFile())
                .start();
    }

    /** Called in the new process. */
    public static void main(String[] arguments) throws Exception {
        Path base = Path.of(arguments[0]);
        Path finish = Path.of(arguments[4]);
        Death death = new Death(Integer.parseInt(arguments[5]), Boolean.parseBoolean(arguments[6]));
        try (Share share = new Share(base, ShareKey.parse(arguments[2]))) {
            Share.Node node = share.node(arguments[1]);
            int port = Integer.parseInt(arguments[3]);
            node.dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            node.disk.add(new Killer(death));
            node.start();
            await().atMost(Share.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .until(() -> Files.exists(finish));
        }
        System.exit(0);
    }

    private static final class Killer implements FaultyDisk.Rule {
        private final Death death;
        private final AtomicInteger calls = new AtomicInteger();

        /** The call that is under way in this thread, by its number: calls do not nest. */
        private final ThreadLocal<Integer> current = new ThreadLocal<>();

        Killer(Death death) {
            this.death = death;
        }

        @Override
        public void before(Call call) {
            if (!LOOKS.contains(call.operation())) {
                int number = calls.incrementAndGet();
                current.set(number);
                if (number == death.call() && !death.after()) {
                    die(call);
                }
            }
        }

        @Override
        public void after(Call call) {
            if (!LOOKS.contains(call.operation())
                    && death.after()
                    && Integer.valueOf(death.call()).equals(current.get())) {
                die(call);
            }
        }

        @SuppressWarnings("restricted") // Java has no way to kill itself.
        private static void die(Call call) {
            System.out.println("dies at " + call);
            try {
                Linker linker = Linker.nativeLinker();
                MethodHandle kill =
                        linker.downcallHandle(
                                linker.defaultLookup().find("kill").orElseThrow(),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT));
                int pid = Math.toIntExact(ProcessHandle.current().pid());
                int result = (int) kill.invokeExact(pid, SIGKILL);
                throw new IllegalStateException("alive after kill, which said " + result);
            } catch (Throwable e) {
                throw new IllegalStateException("cannot be killed", e);
            }
        }
    }
}
