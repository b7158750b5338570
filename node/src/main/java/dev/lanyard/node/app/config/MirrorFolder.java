package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.mirror.Exclusions;
import dev.lanyard.node.io.disk.RootIdentity;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A destination of a mirror, claimed by this process as a node claims its folder. Which folder it
 * was is remembered outside of it: so a mount point without its drive is not taken for a new one.
 */
public final class MirrorFolder implements AutoCloseable {
    private final Path folder;
    private final Path memory;
    private final Claim claim;

    private MirrorFolder(Path folder, Path memory, Claim claim) {
        this.folder = folder;
        this.memory = memory;
        this.claim = claim;
    }

    /** What a destination is at a moment. */
    public enum State {
        /** Nothing is there, but a folder can be made. */
        ABSENT,
        /** Nothing is there, nor is the folder that it would be in. */
        NOWHERE,
        /** Something is there that is no folder. */
        NO_FOLDER,
        /** An empty folder. */
        EMPTY,
        /** A folder with things in it that no mirror made. */
        FOREIGN,
        /** A folder that a mirror has filled. */
        MIRROR,
        /** A folder that nodes keep identical on several machines. */
        SHARE
    }

    /**
     * The destination that a user named, absolute, with links followed as far as it is there.
     *
     * @throws IOException if that cannot be told
     */
    public static Path real(Path named) throws IOException {
        if (Files.exists(named)) {
            return named.toRealPath();
        }
        Path absolute = named.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        return parent != null && name != null && Files.exists(parent)
                ? parent.toRealPath().resolve(name)
                : absolute;
    }

    /**
     * Claims {@code folder}, which is as {@link #real} told.
     *
     * @throws StartFailure if another process has it
     */
    public static MirrorFolder claim(Path folder, Environment environment) throws StartFailure {
        Path lock = Places.folderLock(folder, environment);
        try {
            Optional<Claim> claim = Claim.take(lock, Claim.Holder.of(lock));
            if (claim.isEmpty()) {
                throw new StartFailure(
                        StartFailure.Kind.REFUSED,
                        "another node or mirror is at work in " + shown(folder),
                        "wait for its end, or stop it");
            }
            Path memory = Places.mirrorMemory(folder, environment);
            return new MirrorFolder(folder, memory, claim.get());
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.Kind.FAILED,
                    "cannot write " + shown(lock),
                    "give yourself the permission",
                    e);
        }
    }

    /** Where it is. */
    public Path path() {
        return folder;
    }

    /** What is there now. */
    public State look() throws IOException {
        if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Path parent = folder.getParent();
            return parent != null && Files.isDirectory(parent) ? State.ABSENT : State.NOWHERE;
        }
        if (!Files.isDirectory(folder)) {
            return State.NO_FOLDER;
        }
        Path own = folder.resolve(RelativePath.PRIVATE_NAME);
        if (Files.exists(own.resolve("mirror"))) {
            return State.MIRROR;
        }
        if (Files.exists(own.resolve("marker"))) {
            return State.SHARE;
        }
        try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
            return names.iterator().hasNext() ? State.FOREIGN : State.EMPTY;
        }
    }

    /** Whether there is something at its top that {@code source} and most drives do not have. */
    public boolean hasMoreThan(Path source) throws IOException {
        return hasMoreThan(source, Exclusions.NONE);
    }

    /**
     * Whether there is something at its top that {@code source} does not have, and that is not left
     * alone by {@code rules}.
     */
    public boolean hasMoreThan(Path source, IgnoreRules rules) throws IOException {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
            for (Path each : names) {
                Path name = each.getFileName();
                if (name != null
                        && Files.notExists(source.resolve(name), LinkOption.NOFOLLOW_LINKS)
                        && !isLeftAlone(name, Files.isDirectory(each), rules)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isLeftAlone(Path name, boolean isDirectory, IgnoreRules rules) {
        byte[] bytes = name.toString().getBytes(StandardCharsets.UTF_8);
        return RelativePath.fault(bytes).isPresent() // Ours, in whatever letters.
                || rules.ignores(RelativePath.of(bytes), isDirectory);
    }

    /** Makes the folder. */
    public void make() throws IOException {
        Files.createDirectory(folder);
    }

    /** Which folder it was when it was last mirrored to; empty if it never was by this user. */
    public Optional<RootIdentity> recalled() throws IOException {
        if (Files.notExists(memory)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(memory);
        try {
            return lines.size() == 3
                    ? Optional.of(
                            new RootIdentity(
                                    lines.get(0),
                                    Long.parseLong(lines.get(1)),
                                    Long.parseLong(lines.get(2))))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            throw new IOException(shown(memory) + " has a line that is no number", e);
        }
    }

    /** Remembers durably which folder it is. */
    public void remember(RootIdentity root) throws IOException {
        Path directory = memory.getParent();
        if (directory != null) {
            OwnerOnlyFiles.makeDirectory(directory);
        }
        String text = "%s\n%d\n%d\n".formatted(root.marker(), root.markerInode(), root.device());
        OwnerOnlyFiles.write(memory, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        claim.close();
    }
}
