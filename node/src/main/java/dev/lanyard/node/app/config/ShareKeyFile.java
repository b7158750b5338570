package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.shown;
import static dev.lanyard.node.app.config.StartFailure.Kind.FAILED;
import static dev.lanyard.node.app.config.StartFailure.Kind.REFUSED;
import static dev.lanyard.node.app.config.StartFailure.Kind.USAGE;

import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.ShareKey;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The share key, as a state directory keeps it: its text, in a file that only its owner can read. A
 * key is replaced only by one that the share itself has got in its place: the folder would leave
 * its share without anybody saying so.
 */
public final class ShareKeyFile {
    private ShareKeyFile() {}

    /**
     * The key that was given with flags, or null; asked for before anything is touched.
     *
     * @throws StartFailure if it is mistyped, or the file cannot be read
     */
    public static @Nullable ShareKey given(@Nullable String key, @Nullable Path keyFile)
            throws StartFailure {
        if (key != null && keyFile != null) {
            throw new StartFailure(
                    USAGE, "--key and --key-file were both given", "give one of them");
        }
        if (key != null) {
            return parse(key, "--key");
        }
        return keyFile == null ? null : parse(readGiven(keyFile), shown(keyFile));
    }

    private static String readGiven(Path file) throws StartFailure {
        try {
            return Files.readString(file).strip();
        } catch (MalformedInputException e) {
            throw new StartFailure(
                    USAGE,
                    "the key file " + shown(file) + " holds no share key",
                    "print the key with: lanyard key DIR",
                    e);
        } catch (IOException e) {
            throw new StartFailure(
                    USAGE,
                    "cannot read the key file %s (%s)".formatted(shown(file), Places.reason(e)),
                    "name a file that holds what lanyard key prints",
                    e);
        }
    }

    private static ShareKey parse(String text, String where) throws StartFailure {
        try {
            return ShareKey.parse(text);
        } catch (IllegalArgumentException mistyped) {
            throw new StartFailure(
                    USAGE,
                    "the share key in %s is mistyped (%s)".formatted(where, mistyped.getMessage()),
                    "copy the line that lanyard key prints on a machine that has the share",
                    mistyped);
        }
    }

    /**
     * The key in {@code stateDirectory}, or empty if there is none.
     *
     * @throws StartFailure if it cannot be read, or is damaged
     */
    public static Optional<ShareKey> read(Path stateDirectory) throws StartFailure {
        Optional<ShareKey> written = readWritten(stateDirectory);
        if (written.isEmpty()) {
            return written;
        }
        // A change that was interrupted is a change all the same.
        return KeyRingFile.read(stateDirectory)
                .filter(ring -> ring.isFormer(written.get()))
                .map(KeyRing::present)
                .or(() -> written);
    }

    private static Optional<ShareKey> readWritten(Path stateDirectory) throws StartFailure {
        Path file = in(stateDirectory);
        try {
            return Optional.of(ShareKey.parse(Files.readString(file).strip()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure(
                    FAILED,
                    "cannot read the share key in " + shown(file),
                    "give yourself the permission, or put the right key there",
                    e);
        }
    }

    /**
     * The key in {@code stateDirectory}; if there is none, makes one.
     *
     * @param random a source that cannot be guessed
     * @throws StartFailure if it cannot be read or written
     */
    public static ShareKey readOrMake(Path stateDirectory, SecureRandom random)
            throws StartFailure {
        if (!Files.exists(stateDirectory)) {
            Preflight.checkStateDirectory(stateDirectory);
        }
        Optional<ShareKey> key = read(stateDirectory);
        return key.isPresent() ? key.get() : storeNew(stateDirectory, ShareKey.generate(random));
    }

    /**
     * Stores the key that a node will be started with later.
     *
     * @throws StartFailure if there is another key already, or it cannot be written
     */
    public static void keep(Path stateDirectory, ShareKey given) throws StartFailure {
        Preflight.checkStateDirectory(stateDirectory);
        check(stateDirectory, given);
        store(stateDirectory, given);
    }

    /** Looks whether {@code given} may be stored; touches nothing. */
    static void check(Path stateDirectory, @Nullable ShareKey given) throws StartFailure {
        Optional<ShareKey> stored = read(stateDirectory);
        if (given != null && stored.isEmpty() && isLeft(stateDirectory, given)) {
            throw new StartFailure(
                    REFUSED,
                    "that is a former key of the share that the folder belonged to last",
                    "start it with the present key; or, to go back for good, delete "
                            + shown(KeyRingFile.in(stateDirectory))
                            + " too");
        }
        if (given != null && stored.isPresent() && !stored.get().equals(given)) {
            if (isFormer(stateDirectory, stored.get(), given)) {
                throw new StartFailure(
                        REFUSED,
                        "that is a former key of this share, which has a new one since",
                        "start it without --key; lanyard key DIR prints the present key");
            }
            throw new StartFailure(
                    REFUSED,
                    "the folder belongs to a share with another key, in "
                            + shown(in(stateDirectory)),
                    "start it without --key; or, to leave that share for good, delete that file"
                            + " (and former-keys beside it, if there is one)");
        }
    }

    private static boolean isFormer(Path stateDirectory, ShareKey present, ShareKey given)
            throws StartFailure {
        return KeyRingFile.read(stateDirectory)
                .filter(ring -> ring.present().equals(present) && ring.isFormer(given))
                .isPresent();
    }

    /** Whether the share of a directory whose key was deleted has left {@code given} behind. */
    private static boolean isLeft(Path stateDirectory, ShareKey given) throws StartFailure {
        return KeyRingFile.read(stateDirectory).filter(ring -> ring.isFormer(given)).isPresent();
    }

    /** Puts the key that the share has now in the place of the one that it had. */
    static void replace(Path stateDirectory, ShareKey present) throws IOException {
        byte[] text = (present.text() + "\n").getBytes(StandardCharsets.US_ASCII);
        Path file = in(stateDirectory);
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), text)) {
            OwnerOnlyFiles.write(file, text);
        }
    }

    /** Stores a key that {@link #check} passed. */
    static void store(Path stateDirectory, ShareKey given) throws StartFailure {
        if (read(stateDirectory).isEmpty()) {
            storeNew(stateDirectory, given);
        }
    }

    private static ShareKey storeNew(Path stateDirectory, ShareKey key) throws StartFailure {
        Path file = in(stateDirectory);
        try {
            OwnerOnlyFiles.makeDirectory(stateDirectory);
            OwnerOnlyFiles.writeNew(file, (key.text() + "\n").getBytes(StandardCharsets.US_ASCII));
            return key;
        } catch (FileAlreadyExistsException first) {
            // Somebody else made one at the same time; that one counts.
            return read(stateDirectory).orElse(key);
        } catch (IOException e) {
            throw Preflight.unwritable(stateDirectory, e);
        }
    }

    static Path in(Path stateDirectory) {
        return stateDirectory.resolve("share.key");
    }
}
