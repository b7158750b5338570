package dev.lanyard.discovery.udp;

import java.io.IOException;

/** A discovery in a process of its own: ends with a goodbye when its standard input ends. */
final class NodeProcess {
    private NodeProcess() {}

    /** {@code keyByte discoveryPort listenPort} */
    static Process start(int keyByte, int discoveryPort, int listenPort) throws IOException {
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProcess.class.getName(),
                        Integer.toString(keyByte),
                        Integer.toString(discoveryPort),
                        Integer.toString(listenPort))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws IOException {
        UdpDiscovery.Settings settings =
                Loopback.settings(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        try (Listening listening = new Listening(settings, Integer.parseInt(args[2]))) {
            int read = System.in.read(); // Nobody writes; the pipe is closed to end us.
            if (read >= 0) {
                throw new IllegalStateException(
                        "port %d was told %d".formatted(listening.listenPort(), read));
            }
        }
    }
}
