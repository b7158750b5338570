package dev.lanyard.node.app.service;

import static java.util.stream.Collectors.joining;

import dev.lanyard.node.app.config.Places;
import dev.lanyard.protocol.RelativePath;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The text of a unit file: written for systemd, and read for us. */
public final class Unit {
    /*
     * systemd.syntax(7) and systemd.service(5): within double quotes a backslash begins an escape as in C, % a specifier of the unit
     * and $ a variable; each doubled is itself. The path of the program is the one word in which variables are not replaced. Sections
     * that begin with X- are skipped. Nothing here is younger than Type=exec (systemd 240).
     */
    private static final String OURS = "[X-Lanyard]";
    private static final String ARGUMENT = "Argument=";
    private static final String FOLDER = "Folder=";

    private Unit() {}

    /**
     * The unit file of {@code service}.
     *
     * @param program the file that starts this program, absolute
     * @param environment the variables that it is to find
     */
    public static String text(Service service, Path program, Map<String, String> environment) {
        return """
        # Written by: lanyard service install. It is written anew by the next one for the same folder, and deleted by: lanyard service remove.
        # What is to stay beside it belongs to: systemctl --user edit %s

        [Unit]
        Description=%s
        # For about two minutes it is tried again: what is missing may be a drive that is mounted after the login.
        StartLimitIntervalSec=600
        StartLimitBurst=6

        [Service]
        Type=exec
        ExecStart=%s
        %sRestart=on-failure
        RestartSec=20
        # Refused, since it would endanger files: somebody has to look.
        RestartPreventExitStatus=3
        # Ended before it could hear that it shall end.
        SuccessExitStatus=143
        KillSignal=SIGTERM
        TimeoutStopSec=90
        NoNewPrivileges=true

        [Install]
        WantedBy=default.target

        %s
        %s%s"""
                .formatted(
                        service.unit(),
                        description(service),
                        command(service, program),
                        lines("Environment=", new TreeMap<>(environment)),
                        OURS,
                        lines(ARGUMENT, service.arguments()),
                        lines(FOLDER, service.folders().stream().map(Path::toString).toList()));
    }

    /** Whether systemd would run it: a program, unlike its arguments, may have no such name. */
    public static boolean mayRun(Path program) {
        return program.toString().chars().noneMatch(c -> c == '"' || c == '\'' || c == '\\');
    }

    /** What {@link #text} wrote; empty if this is not its work. */
    public static Optional<Service> read(String text) {
        List<String> lines = text.lines().dropWhile(line -> !line.equals(OURS)).toList();
        try {
            List<String> arguments = values(lines, ARGUMENT);
            List<Path> folders = values(lines, FOLDER).stream().map(Path::of).toList();
            return arguments.isEmpty() || folders.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Service(arguments, folders));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    /** Ends in a quote: a backslash at the end of a line would join the next one to it. */
    private static String description(Service service) {
        return "Lanyard %s '%s'"
                .formatted(
                        service.arguments().getFirst(),
                        Places.escaped(service.folders().getFirst().toString()))
                .replace("%", "%%");
    }

    private static String command(Service service, Path program) {
        return quoted(program.toString())
                + service.arguments().stream()
                        .map(each -> " " + quoted(each).replace("$", "$$"))
                        .collect(joining());
    }

    private static String quoted(String word) {
        return "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + "\"";
    }

    private static String lines(String key, Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(each -> key + quoted(each.getKey() + "=" + each.getValue()) + "\n")
                .collect(joining());
    }

    private static String lines(String key, List<String> values) {
        return values.stream().map(each -> key + Places.escaped(each) + "\n").collect(joining());
    }

    private static List<String> values(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> RelativePath.unescape(line.substring(key.length())))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }
}
