package dev.lanyard.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Avahi on a machine of a {@link Lan}, on a message bus of its own. */
final class Avahi implements AutoCloseable {
    private static final List<String> PROGRAMS =
            List.of("avahi-daemon", "avahi-browse", "avahi-publish", "dbus-daemon");

    private static final String BUS =
            """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><type>custom</type><listen>unix:path=SOCKET</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy>
            </busconfig>
            """;

    private static final String CONFIGURATION =
            """
            [server]
            host-name=other
            use-ipv6=no
            [publish]
            publish-hinfo=no
            publish-workstation=no
            """;

    /** Its file for the process id has a fixed place, which the machine is to have for itself. */
    private static final String RUN =
            """
            mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon
            dbus-daemon --config-file=bus.conf --nofork &
            until [ -S bus ]; do sleep 0.1; done
            exec avahi-daemon -f avahi.conf --no-drop-root --no-chroot --no-rlimits
            """;

    private final Lan lan;
    private final int number;
    private final Path directory;
    private final Map<String, String> bus;
    private final List<Process> processes = new ArrayList<>();

    /** Starts it; {@code directory} is made for its files. */
    Avahi(Lan lan, int number, Path directory) throws IOException {
        this.lan = lan;
        this.number = number;
        this.directory = Files.createDirectory(directory);
        Path socket = directory.resolve("bus");
        this.bus = Map.of("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + socket);
        Files.writeString(directory.resolve("bus.conf"), BUS.replace("SOCKET", socket.toString()));
        Files.writeString(directory.resolve("avahi.conf"), CONFIGURATION);
        begin("sh", "-c", RUN);
        await().atMost(Duration.ofSeconds(20)).until(() -> browse("_nobody._tcp").exit() == 0);
    }

    /** Whether it can be had here. */
    static boolean isInstalled() {
        return PROGRAMS.stream()
                .map(program -> List.of("sh", "-c", "command -v " + program))
                .allMatch(look -> Trees.run(Path.of("/"), Map.of(), look).exit() == 0);
    }

    /** What services of this type there are now, a line for each, with all that they tell. */
    Trees.Ran browse(String type) {
        List<String> command = new ArrayList<>(lan.on(number));
        command.addAll(List.of("avahi-browse", "-rtp", type));
        return Trees.run(directory, bus, command);
    }

    /** Publishes a service until this is closed. */
    void publish(String name, String type, String port, String text) {
        begin("avahi-publish", "-s", name, type, port, text);
    }

    private void begin(String... command) {
        List<String> all = new ArrayList<>(lan.on(number));
        all.addAll(List.of(command));
        try {
            ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile());
            builder.environment().putAll(bus);
            builder.redirectErrorStream(true);
            builder.redirectOutput(directory.resolve(processes.size() + ".out").toFile());
            processes.add(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
