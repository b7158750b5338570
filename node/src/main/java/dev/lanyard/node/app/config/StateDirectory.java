package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.shown;
import static dev.lanyard.node.app.config.StartFailure.Kind.FAILED;
import static dev.lanyard.node.app.config.StartFailure.Kind.REFUSED;

import dev.lanyard.node.io.disk.RootIdentity;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeIdentity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The state directory of one node, claimed by this process: until it is closed nobody else may use
 * it, or run a node on its folder. Losing it costs a look at all files and never a file.
 */
public final class StateDirectory implements AutoCloseable {
    private final Path path;
    private final Claim stateClaim;
    private final Claim folderClaim;

    private StateDirectory(Path path, Claim stateClaim, Claim folderClaim) {
        this.path = path;
        this.stateClaim = stateClaim;
        this.folderClaim = folderClaim;
    }

    /**
     * Checks that a node could run so, makes the state directory (mode 0700) if it is not there,
     * and claims it and the folder; a given share key is stored. Nothing is touched before all
     * checks have passed.
     *
     * @throws StartFailure if the folder is missing or cannot be written, the port is taken, the
     *     state directory cannot be written or belongs to another folder or share, or another node
     *     runs on either
     */
    public static StateDirectory claim(Settings settings) throws StartFailure {
        Preflight.check(settings);
        Path path = settings.stateDirectory();
        refuseOtherFolder(path, settings.folder());
        ShareKeyFile.check(path, settings.key());
        Claim.Holder self = Claim.Holder.of(path);
        Claim folderClaim = claimFolder(settings, self);
        try {
            return claimState(settings, self, folderClaim);
        } catch (IOException e) {
            folderClaim.close();
            throw Preflight.unwritable(path, e);
        } catch (StartFailure e) {
            folderClaim.close();
            throw e;
        }
    }

    private static Claim claimFolder(Settings settings, Claim.Holder self) throws StartFailure {
        Path lock = settings.folderLock();
        try {
            return Claim.take(lock, self).orElseThrow(() -> taken(settings.folder(), lock));
        } catch (IOException e) {
            throw new StartFailure(
                    FAILED,
                    "cannot write %s (%s)".formatted(shown(lock), Places.reason(e)),
                    "look at the permissions of its directory",
                    e);
        }
    }

    /**
     * Claims the state directory alone, for what needs no node and no folder; nobody has to be
     * there.
     *
     * @throws StartFailure if a node uses it, or it cannot be written
     */
    public static StateDirectory claimAlone(Path path) throws StartFailure {
        Preflight.checkStateDirectory(path);
        try {
            OwnerOnlyFiles.makeDirectory(path);
            Path lock = path.resolve("lock");
            Claim claim =
                    Claim.take(lock, Claim.Holder.of(path))
                            .orElseThrow(() -> stateTaken(path, lock));
            return new StateDirectory(path, claim, claim);
        } catch (IOException e) {
            throw Preflight.unwritable(path, e);
        }
    }

    private static StateDirectory claimState(
            Settings settings, Claim.Holder self, Claim folderClaim)
            throws IOException, StartFailure {
        Path path = settings.stateDirectory();
        OwnerOnlyFiles.makeDirectory(path);
        Path lock = path.resolve("lock");
        Claim stateClaim = Claim.take(lock, self).orElseThrow(() -> stateTaken(path, lock));
        try {
            recordFolder(path, settings.folder());
            // SQLite gives the files beside its own the mode that this one has.
            OwnerOnlyFiles.open(path.resolve("index.db")).close();
            OwnerOnlyFiles.open(path.resolve("journal")).close();
            for (String name : List.of("index.db", "index.db-wal", "index.db-shm", "journal")) {
                OwnerOnlyFiles.protect(path.resolve(name)); // Made by an earlier version.
            }
            if (settings.key() != null) {
                ShareKeyFile.store(path, settings.key());
            }
            return new StateDirectory(path, stateClaim, folderClaim);
        } catch (IOException | StartFailure e) {
            stateClaim.close();
            throw e;
        }
    }

    private static StartFailure taken(Path folder, Path lock) {
        return new StartFailure(
                REFUSED,
                "another node%s runs on %s".formatted(process(lock), shown(folder)),
                "use that one, or stop it with: lanyard stop " + shown(folder));
    }

    private static StartFailure stateTaken(Path directory, Path lock) {
        return new StartFailure(
                REFUSED,
                "another node%s uses the state directory %s"
                        .formatted(process(lock), shown(directory)),
                "name another one with --state-dir");
    }

    private static String process(Path lock) {
        return Claim.holder(lock).map(h -> " (process %d)".formatted(h.process())).orElse("");
    }

    /**
     * A state directory says what was deleted from its folder; with another folder it would delete
     * there. A folder that was moved keeps its state: then the old one is gone.
     */
    private static void refuseOtherFolder(Path path, Path folder) throws StartFailure {
        Optional<Path> recorded = recordedFolder(path);
        if (recorded.isPresent()
                && !recorded.get().equals(folder)
                && Files.isDirectory(recorded.get())) {
            throw new StartFailure(
                    REFUSED,
                    "the state directory %s belongs to the folder %s"
                            .formatted(shown(path), shown(recorded.get())),
                    "name another one with --state-dir");
        }
    }

    /** The folder that the state in {@code path} is of; empty if there is none yet. */
    static Optional<Path> recordedFolder(Path path) throws StartFailure {
        Path file = path.resolve("folder");
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(Files.readString(file).stripTrailing()));
        } catch (InvalidPathException damaged) {
            throw new StartFailure(
                    FAILED,
                    shown(file) + " is damaged",
                    "write the folder of this state there",
                    damaged);
        } catch (IOException e) {
            throw new StartFailure(
                    FAILED,
                    "cannot read %s (%s)".formatted(shown(file), Places.reason(e)),
                    "look at its permissions",
                    e);
        }
    }

    private static void recordFolder(Path path, Path folder) throws IOException {
        OwnerOnlyFiles.write(path.resolve("folder"), bytes(folder + "\n"));
    }

    /** The directory itself. */
    public Path path() {
        return path;
    }

    /** Where the durable index is kept. */
    public Path index() {
        return path.resolve("index.db");
    }

    /** Where the signatures of what is held are kept. */
    public Path signatures() {
        return path.resolve("signatures.db");
    }

    /** Where apply keeps its journal. */
    public Path journal() {
        return path.resolve("journal");
    }

    /** Where the peers that were met are remembered. */
    public Path peers() {
        return path.resolve("peers");
    }

    /** Where the latest time that was ever believed is kept. */
    public Path clock() {
        return path.resolve("clock");
    }

    /** Where it is kept how far files were read again. */
    public Path scrub() {
        return path.resolve("scrub");
    }

    /** Where the journal of decisions is kept. */
    public Path decisions() {
        return path.resolve("decisions");
    }

    /**
     * The keys of the share; one is made if there is none.
     *
     * @param random a source that cannot be guessed
     */
    public KeyRing shareKeys(SecureRandom random) throws StartFailure {
        return KeyRingFile.readOrMake(path, random);
    }

    /**
     * What the node proves itself with; made if there is none.
     *
     * @param copied whether this state directory is a copy: another node may prove itself with what
     *     is there, so it is made anew
     * @param random a source that cannot be guessed
     * @param now the wall clock
     */
    public NodeIdentity identity(boolean copied, SecureRandom random, Instant now)
            throws StartFailure {
        Path file = path.resolve("identity");
        try {
            if (!copied && Files.exists(file)) {
                return NodeIdentity.decode(Files.readAllBytes(file));
            }
            NodeIdentity identity = NodeIdentity.generate(random, now);
            OwnerOnlyFiles.write(file, identity.encode());
            return identity;
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure(
                    FAILED,
                    "cannot read or make the node's identity in " + shown(file),
                    "give yourself the permission, or delete that file to get a new one",
                    e);
        }
    }

    /**
     * The node proves itself with something else from its next start on: a copy of this state
     * directory may be in use.
     */
    public void dropIdentity() throws IOException {
        Files.deleteIfExists(path.resolve("identity"));
    }

    /** Which root the folder was when a node last ran here, or empty. */
    public Optional<RootIdentity> root() throws IOException {
        Path file = path.resolve("root");
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != 3) {
            throw new IOException(
                    "%s has %d lines (expected 3)".formatted(shown(file), lines.size()));
        }
        try {
            return Optional.of(
                    new RootIdentity(
                            lines.get(0),
                            Long.parseLong(lines.get(1)),
                            Long.parseLong(lines.get(2))));
        } catch (NumberFormatException e) {
            throw new IOException(shown(file) + " has a line that is no number", e);
        }
    }

    /** Records durably which root the folder is. */
    public void recordRoot(RootIdentity root) throws IOException {
        OwnerOnlyFiles.write(
                path.resolve("root"),
                bytes("%s\n%d\n%d\n".formatted(root.marker(), root.markerInode(), root.device())));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Lets others have folder and state directory. */
    @Override
    public void close() {
        stateClaim.close();
        folderClaim.close();
    }
}
