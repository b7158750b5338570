package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.shown;
import static dev.lanyard.node.app.config.StartFailure.Kind.USAGE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks whether a node could run, without touching anything: what is found here leaves no trace of
 * a node that never ran.
 */
public final class Preflight {
    private Preflight() {}

    static void check(Settings settings) throws StartFailure {
        checkFolder(settings.folder());
        checkStateDirectory(settings.stateDirectory());
        checkLogFile(settings.logFile());
        checkPort(settings.listen());
    }

    /** Checks that {@code folder} is there, and can be read and written; says what is not so. */
    public static void checkFolder(Path folder) throws StartFailure {
        if (!Files.isDirectory(folder)) {
            throw new StartFailure(
                    USAGE,
                    "the folder " + shown(folder) + " does not exist",
                    "make it, or name another one");
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            throw new StartFailure(
                    USAGE,
                    "the folder " + shown(folder) + " cannot be read",
                    "give yourself the permission, or name another one");
        }
        if (!Files.isWritable(folder)) {
            throw new StartFailure(
                    USAGE,
                    "the folder " + shown(folder) + " cannot be written",
                    "give yourself the permission, or mount it writable");
        }
    }

    /** Checks that {@code directory} can be written, or made. */
    public static void checkStateDirectory(Path directory) throws StartFailure {
        if (!Places.canBeMade(directory)) {
            throw unwritable(directory, null);
        }
    }

    private static void checkLogFile(Path file) throws StartFailure {
        boolean writable = Files.exists(file) ? isWritableFile(file) : canHold(file.getParent());
        if (!writable) {
            throw new StartFailure(
                    USAGE,
                    "the log file " + shown(file) + " cannot be written",
                    "name another one with --log-file");
        }
    }

    private static boolean isWritableFile(Path file) {
        return !Files.isDirectory(file) && Files.isWritable(file);
    }

    private static boolean canHold(@Nullable Path directory) {
        return directory != null && Places.canBeMade(directory);
    }

    static StartFailure unwritable(Path stateDirectory, @Nullable IOException cause) {
        return new StartFailure(
                USAGE,
                "the state directory " + shown(stateDirectory) + " cannot be written",
                "name another one with --state-dir",
                cause);
    }

    /**
     * Checks that peers can be listened for at {@code listen}. Somebody may take the port between
     * this and the node's own try; then that one says so.
     */
    public static void checkPort(InetSocketAddress listen) throws StartFailure {
        if (listen.getPort() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(listen);
        } catch (IOException e) {
            throw StartFailure.cannotListen(listen, e);
        }
    }

    /** Checks that beacons can be heard at {@code port}, which nodes of one machine share. */
    public static void checkDiscoveryPort(int port) throws StartFailure {
        try (DatagramSocket probe = new DatagramSocket(null)) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(port));
        } catch (SocketException taken) {
            throw new StartFailure(
                    USAGE,
                    "UDP port %d cannot be had (%s)".formatted(port, Places.reason(taken)),
                    "another program has it: end that one, or start all nodes of the share with the"
                            + " same other --discovery-port",
                    taken);
        }
    }
}
