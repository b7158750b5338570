package dev.lanyard.node.app.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the machine tells the program before anybody else does.
 *
 * @param variables environment variables
 * @param home the user's home directory
 * @param temporary where temporary files go
 * @param user the name of the user
 * @param hostName what the machine is called
 */
public record Environment(
        Map<String, String> variables, Path home, Path temporary, String user, String hostName) {

    /** The environment of this process. */
    public static Environment ofProcess() {
        Map<String, String> variables = System.getenv();
        return new Environment(
                variables,
                Path.of(System.getProperty("user.home")),
                Path.of(System.getProperty("java.io.tmpdir")),
                System.getProperty("user.name"),
                hostName(variables));
    }

    /** Where programs keep their state: {@code XDG_STATE_HOME} if it is absolute, as XDG says. */
    public Path stateHome() {
        return told("XDG_STATE_HOME").orElse(home.resolve(".local").resolve("state"));
    }

    /** Where programs are configured: {@code XDG_CONFIG_HOME} if it is absolute. */
    public Path configHome() {
        return told("XDG_CONFIG_HOME").orElse(home.resolve(".config"));
    }

    /** The program of that name which a shell would run; empty if there is none. */
    public Optional<Path> program(String name) {
        return Stream.of(variables.getOrDefault("PATH", "").split(":"))
                .filter(directory -> directory.startsWith("/"))
                .flatMap(directory -> path(directory).stream())
                .map(directory -> directory.resolve(name))
                .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
                .findFirst();
    }

    /** A variable may hold what is no path here; a shell finds nothing there, either. */
    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private Optional<Path> told(String variable) {
        return Optional.ofNullable(variables.get(variable))
                .filter(text -> text.startsWith("/"))
                .map(Path::of);
    }

    /** Asked in an order that keeps a start from waiting for a name server. */
    private static String hostName(Map<String, String> variables) {
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        try {
            if (Files.isReadable(kernel)) {
                return Files.readString(kernel).strip();
            }
            String told = variables.getOrDefault("COMPUTERNAME", variables.get("HOSTNAME"));
            return told != null ? told : InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "unnamed";
        } catch (IOException unreadable) {
            return "unnamed";
        }
    }
}
