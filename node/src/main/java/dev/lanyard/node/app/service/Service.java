package dev.lanyard.node.app.service;

import dev.lanyard.node.app.config.Places;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node or a mirror that the system keeps running.
 *
 * @param arguments the command line after the name of the program: {@code start} or {@code mirror},
 *     absolute paths, options
 * @param folders what it writes to: the folder of a node, the destinations of a mirror; one at
 *     least. No other service writes to any of them.
 */
public record Service(List<String> arguments, List<Path> folders) {
    /** What the names of all units begin with. */
    public static final String UNIT_PREFIX = "lanyard-";

    /** What they end with. */
    public static final String UNIT_SUFFIX = ".service";

    /** What is done by a service, and by the command of that name. */
    public enum Kind {
        /** A node of a share. */
        NODE("start"),
        /** A one-way copy. */
        MIRROR("mirror");

        private final String command;

        Kind(String command) {
            this.command = command;
        }

        /** The first word of its command line. */
        public String command() {
            return command;
        }
    }

    private static final int NAME_CHARS_MAX = 40;
    private static final int DELETE = 0x7F;
    private static final char UNDECODABLE = '\uFFFD';

    /** Copies the lists. */
    public Service {
        arguments = List.copyOf(arguments);
        folders = List.copyOf(folders);
        if (arguments.isEmpty() || folders.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d arguments, %d folders (expected 1 of each)"
                            .formatted(arguments.size(), folders.size()));
        }
        kindOf(arguments.getFirst());
    }

    private static Kind kindOf(String command) {
        return Stream.of(Kind.values())
                .filter(each -> each.command().equals(command))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no service: " + command));
    }

    /** What it does. */
    public Kind kind() {
        return kindOf(arguments.getFirst());
    }

    /**
     * The name of its unit: it can be read, and typed, and is the same for the same first folder
     * whatever the options are.
     */
    public String unit() {
        Path folder = folders.getFirst();
        Path last = folder.getFileName();
        String name = last == null ? "root" : last.toString().replaceAll("[^A-Za-z0-9]+", "-");
        String shortened = name.substring(0, Math.min(name.length(), NAME_CHARS_MAX));
        String trimmed = shortened.replaceAll("^-|-$", "");
        return "%s%s%s%s%s"
                .formatted(
                        UNIT_PREFIX,
                        trimmed,
                        trimmed.isEmpty() ? "" : "-",
                        Places.hash(folder),
                        UNIT_SUFFIX);
    }

    /** Whether it writes to a folder that {@code other} writes to. */
    public boolean sharesWith(Service other) {
        return folders.stream().anyMatch(other.folders::contains);
    }

    /**
     * Whether {@code argument} can stand in a unit: lines are for systemd what words are for
     * others, and a name that is no text would come back as another one.
     */
    public static boolean fits(String argument) {
        return argument.chars().noneMatch(c -> c < ' ' || c == DELETE || c == UNDECODABLE);
    }
}
