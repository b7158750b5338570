package dev.lanyard.node.app.config;

import dev.lanyard.node.core.engine.Policy;
import dev.lanyard.node.io.apply.Retention;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * All that a user can decide about one node. Checked when built: whoever holds settings need not
 * look at them again. That folder and state directory exist and can be written is checked by {@link
 * StateDirectory#claim}.
 *
 * @param folder the folder to keep identical: absolute, real (no link in it)
 * @param stateDirectory where identity, key, index, journal and log are: absolute, outside the
 *     folder; it may not exist yet
 * @param folderLock the file by which all processes of this user agree who runs a node on the
 *     folder: outside folder and state directory
 * @param name what people call this machine: 1 to 64 characters, none of them a control
 * @param listen where to listen for peers, resolved; port 0 is any
 * @param peers whom to dial besides those that are discovered; unresolved, so that every dial asks
 *     for the address anew
 * @param discovery whether to look for peers on the local network, and be found
 * @param discoveryPort the UDP port of beacons, 1 to 65535
 * @param mode what the node takes and gives
 * @param key the share key to take part with, or null to use the folder's own
 * @param logFile where the log goes
 * @param retention how much is kept in versions
 * @param keepDeletionsDays for how many days it is remembered what was deleted, 1 to {@link
 *     Policy#KEEP_DAYS_MAX}; all nodes of a share should agree on it
 */
public record Settings(
        Path folder,
        Path stateDirectory,
        Path folderLock,
        String name,
        InetSocketAddress listen,
        List<InetSocketAddress> peers,
        boolean discovery,
        int discoveryPort,
        Message.Mode mode,
        @Nullable ShareKey key,
        Path logFile,
        Retention retention,
        int keepDeletionsDays) {
    /** The UDP port of beacons unless told otherwise; all nodes of a share must agree on it. */
    public static final int DISCOVERY_PORT_DEFAULT = 27_480;

    /** The longest name, in characters. */
    public static final int NAME_CHARS_MAX = 64;

    /**
     * @throws IllegalArgumentException if a part is not as described
     */
    public Settings {
        peers = List.copyOf(peers);
        require(folder.isAbsolute(), "folder '%s' is relative", folder);
        require(stateDirectory.isAbsolute(), "state directory '%s' is relative", stateDirectory);
        require(
                !stateDirectory.startsWith(folder),
                "state directory '%s' is inside the folder",
                stateDirectory);
        require(isName(name), "name '%s' (expected 1-64 characters, no controls)", name);
        require(!listen.isUnresolved(), "listen address '%s' is unresolved", listen);
        require(
                discoveryPort >= 1 && discoveryPort <= 65_535,
                "discovery port %s (expected 1-65535)",
                discoveryPort);
        require(
                keepDeletionsDays >= 1 && keepDeletionsDays <= Policy.KEEP_DAYS_MAX,
                "deletions kept for %s days",
                keepDeletionsDays);
    }

    /** Whether a machine may be called so. */
    public static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= NAME_CHARS_MAX
                && name.codePoints().noneMatch(Character::isISOControl);
    }

    private static void require(boolean so, String format, Object found) {
        if (!so) {
            throw new IllegalArgumentException(format.formatted(found));
        }
    }
}
