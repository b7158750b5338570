package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.shown;
import static dev.lanyard.node.app.config.StartFailure.Kind.USAGE;

import com.google.common.net.HostAndPort;

import dev.lanyard.node.core.engine.Policy;
import dev.lanyard.node.io.apply.Retention;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes {@link Settings} of flags, before the file, before defaults. Touches nothing. */
public final class SettingsReader {
    private final Environment environment;

    /** Reads on a machine that tells {@code environment}. */
    public SettingsReader(Environment environment) {
        this.environment = environment;
    }

    /**
     * The settings of a node.
     *
     * @throws StartFailure if the folder is missing, or something cannot be understood
     */
    public Settings read(Flags flags) throws StartFailure {
        Path folder = Places.folder(flags.folder());
        Path stateDirectory = stateDirectory(folder, flags.stateDirectory());
        Map<String, String> file = SettingsFile.read(stateDirectory.resolve("settings"));
        Path logFile =
                flags.logFile() != null
                        ? flags.logFile().toAbsolutePath().normalize()
                        : stateDirectory.resolve("log").resolve("lanyard.log");
        return new Settings(
                folder,
                stateDirectory,
                Places.folderLock(folder, environment),
                name(first(flags.name(), file.get("name"), environment.hostName())),
                listen(first(flags.listen(), file.get("listen"), "0")),
                peers(flags.peers(), file.get("peers")),
                discovery(flags.discovery(), file.get("discovery")),
                port(
                        "discovery-port",
                        first(
                                flags.discoveryPort(),
                                file.get("discovery-port"),
                                Integer.toString(Settings.DISCOVERY_PORT_DEFAULT))),
                mode(first(flags.mode(), file.get("mode"), "two-way")),
                ShareKeyFile.given(flags.key(), flags.keyFile()),
                logFile,
                retention(first(flags.keepVersions(), file.get("keep-versions"), "")),
                keepDeletions(
                        first(
                                flags.keepDeletions(),
                                file.get("keep-deletions"),
                                Integer.toString(Policy.KEEP_DAYS_DEFAULT))));
    }

    private static int keepDeletions(String text) throws StartFailure {
        if (!text.matches("\\d{1,5}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > Policy.KEEP_DAYS_MAX) {
            throw misunderstood(
                    "keep-deletions",
                    text,
                    "write a number of days from 1 to " + Policy.KEEP_DAYS_MAX);
        }
        return Integer.parseInt(text);
    }

    private static Retention retention(String text) throws StartFailure {
        try {
            return text.isBlank() ? Retention.DEFAULT : Retention.parse(text);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw misunderstood("keep-versions", text, "write " + Retention.FORM);
        }
    }

    /**
     * Where the state of {@code folder} is.
     *
     * @param told where a flag says that it is, or null
     * @throws StartFailure if that is inside the folder: the share key would be synced
     */
    public Path stateDirectory(Path folder, @Nullable Path told) throws StartFailure {
        Path directory =
                told != null
                        ? told.toAbsolutePath().normalize()
                        : Places.stateDirectory(folder, environment);
        if (real(directory).startsWith(folder)) {
            throw new StartFailure(
                    USAGE,
                    "the state directory %s is inside the folder %s"
                            .formatted(shown(directory), shown(folder)),
                    "name one outside of it with --state-dir");
        }
        return directory;
    }

    /** With the links of the part that exists followed: a link may lead into the folder. */
    private static Path real(Path path) {
        Path at = path;
        while (at.getParent() != null && Files.notExists(at)) {
            at = at.getParent();
        }
        try {
            return at.toRealPath().resolve(at.relativize(path));
        } catch (IOException unreachable) {
            return path; // Claiming it will say so.
        }
    }

    private static String first(@Nullable String flag, @Nullable String file, String otherwise) {
        return flag != null ? flag : file != null ? file : otherwise;
    }

    private static String name(String text) throws StartFailure {
        if (!Settings.isName(text)) {
            throw misunderstood(
                    "name", text, "use 1 to " + Settings.NAME_CHARS_MAX + " printable characters");
        }
        return text;
    }

    private static InetSocketAddress listen(String text) throws StartFailure {
        HostAndPort parsed = hostAndPort("listen", text);
        if (!parsed.hasPort()) {
            throw misunderstood("listen", text, "write PORT or HOST:PORT");
        }
        if (parsed.getHost().isEmpty()) {
            return new InetSocketAddress(parsed.getPort());
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(parsed.getHost()), parsed.getPort());
        } catch (UnknownHostException unknown) {
            throw misunderstood("listen", text, "name an address of this machine");
        }
    }

    private static List<InetSocketAddress> peers(List<String> flags, @Nullable String file)
            throws StartFailure {
        List<String> texts =
                !flags.isEmpty() || file == null ? flags : List.of(file.strip().split("[,\\s]+"));
        List<InetSocketAddress> peers = new ArrayList<>();
        for (String text : texts) {
            HostAndPort parsed = hostAndPort("peer", text);
            if (!parsed.hasPort() || parsed.getPort() == 0 || parsed.getHost().isEmpty()) {
                throw misunderstood("peer", text, "write HOST:PORT");
            }
            peers.add(InetSocketAddress.createUnresolved(parsed.getHost(), parsed.getPort()));
        }
        return peers;
    }

    private static HostAndPort hostAndPort(String option, String text) throws StartFailure {
        try {
            String withColon = text.matches("\\d+") ? ":" + text : text; // A number is a port.
            return HostAndPort.fromString(withColon).requireBracketsForIPv6();
        } catch (IllegalArgumentException malformed) {
            throw misunderstood(option, text, "write HOST:PORT, with an IPv6 address in brackets");
        }
    }

    private static boolean discovery(@Nullable Boolean flag, @Nullable String file)
            throws StartFailure {
        if (flag != null) {
            return flag;
        }
        return switch (file) {
            case null -> true;
            case "on" -> true;
            case "off" -> false;
            default -> throw misunderstood("discovery", file, "write on or off");
        };
    }

    private static int port(String option, String text) throws StartFailure {
        if (!text.matches("\\d{1,5}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > 65_535) {
            throw misunderstood(option, text, "write a number from 1 to 65535");
        }
        return Integer.parseInt(text);
    }

    private static Message.Mode mode(String text) throws StartFailure {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "two-way" -> Message.Mode.TWO_WAY;
            case "send-only" -> Message.Mode.SEND_ONLY;
            case "receive-only" -> Message.Mode.RECEIVE_ONLY;
            default ->
                    throw misunderstood("mode", text, "write two-way, send-only or receive-only");
        };
    }

    private static StartFailure misunderstood(String option, String text, String remedy) {
        return new StartFailure(
                USAGE, "cannot understand '%s' as --%s".formatted(escaped(text), option), remedy);
    }
}
