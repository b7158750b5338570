package dev.lanyard.node.app.config;

import static java.util.stream.Collectors.joining;

import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where things are: the folder, its state directory, and the file by which all processes of a user
 * agree who runs a node on a folder.
 *
 * <p>That file is not in the folder, since a node that is idle must not keep a medium from being
 * unmounted, and not in the state directory, since two nodes with one folder may have two of them.
 */
public final class Places {
    private static final int HASH_BYTES = 8;
    private static final int NAME_CHARS_MAX = 80;

    private Places() {}

    /**
     * The folder that a user named: absolute, with all links followed.
     *
     * @throws StartFailure if it is missing, or no directory
     */
    public static Path folder(Path named) throws StartFailure {
        try {
            Path folder = named.toRealPath();
            if (!Files.isDirectory(folder)) {
                throw new StartFailure(
                        StartFailure.Kind.USAGE,
                        shown(named) + " is not a folder",
                        "name the folder to keep identical");
            }
            return folder;
        } catch (NoSuchFileException missing) {
            throw new StartFailure(
                    StartFailure.Kind.USAGE,
                    "the folder " + shown(named) + " does not exist",
                    "make it, or name another one");
        } catch (IOException unreachable) {
            throw new StartFailure(
                    StartFailure.Kind.USAGE,
                    "the folder %s cannot be reached (%s)"
                            .formatted(shown(named), reason(unreachable)),
                    "look at its permissions, or name another one",
                    unreachable);
        }
    }

    /**
     * The share that holds {@code path}, as a version control system would find it: the nearest
     * directory, {@code path} itself or above it, with a {@code .lanyard} in it.
     */
    public static Optional<Path> folderAbove(Path path) {
        for (Path at = path.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(RelativePath.PRIVATE_NAME))) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    /** The state directory of {@code folder} unless told otherwise. */
    public static Path stateDirectory(Path folder, Environment environment) {
        Path base = folder.getFileName();
        String name = base == null ? "root" : escaped(base.toString());
        String shortened = name.substring(0, Math.min(name.length(), NAME_CHARS_MAX));
        return environment.stateHome().resolve("lanyard").resolve(hash(folder) + "-" + shortened);
    }

    /** The file that is locked by whoever runs a node on {@code folder}. */
    public static Path folderLock(Path folder, Environment environment) {
        return own(environment).resolve("locks").resolve(hash(folder) + ".lock");
    }

    /** The file that remembers which folder it was that was mirrored to at {@code folder}. */
    static Path mirrorMemory(Path folder, Environment environment) {
        return own(environment).resolve("mirrors").resolve(hash(folder) + ".lock");
    }

    /** The directory of what this user's processes keep of folders, whatever state they use. */
    private static Path own(Environment environment) {
        Path home = environment.stateHome().resolve("lanyard");
        return canBeMade(home)
                ? home
                : environment.temporary().resolve("lanyard-" + environment.user());
    }

    /**
     * The state directory that the node on {@code folder} said it uses, whether it still runs or
     * not; if none ever ran, the one that it would use.
     */
    public static Path stateDirectoryInUse(Path folder, Environment environment) {
        return Claim.holder(folderLock(folder, environment))
                .map(holder -> Path.of(holder.stateDirectory()))
                .orElseGet(() -> stateDirectory(folder, environment));
    }

    /** Whether files can be made in {@code directory}, which may have to be made itself. */
    static boolean canBeMade(Path directory) {
        Path at = directory;
        while (at != null && Files.notExists(at)) {
            at = at.getParent();
        }
        return at != null && Files.isDirectory(at) && Files.isWritable(at);
    }

    /** A path in quotes, with what could make a terminal lie escaped. */
    public static String shown(Path path) {
        return "'" + escaped(path.toString()) + "'";
    }

    /** Text of others as it may be shown. */
    public static String escaped(String text) {
        return RelativePath.escape(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A sentence as it may be shown in which names are escaped already, if whoever wrote it thought
     * of that; what they did not think of is escaped now.
     */
    public static String printable(String sentence) {
        return Stream.of(sentence.split("%", -1)).map(Places::escaped).collect(joining("%"));
    }

    /** What an exception of the file system says, without the path that its message begins with. */
    public static String reason(IOException failure) {
        if (failure instanceof java.nio.file.FileSystemException named) {
            String reason = named.getReason();
            return reason != null ? escaped(reason) : words(named.getClass().getSimpleName());
        }
        String message = failure.getMessage();
        return message != null ? escaped(message) : words(failure.getClass().getSimpleName());
    }

    /** {@code AccessDeniedException} as people read it: access denied. */
    private static String words(String className) {
        return className
                .replaceAll("(?:IO)?Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(java.util.Locale.ROOT);
    }

    /** A name for {@code folder} that no other has, in hexadecimal digits. */
    public static String hash(Path folder) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(folder.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
