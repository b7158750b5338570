package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** The rules that one scan stands on, and their file. Owned by the thread of the scan. */
final class RulesFile {
    /*
     * 1. A user writes a rule for build/, and then deletes build/.
     * 2. A scan that began before sees that build/ is gone.
     * 3. What it tells arrives before anybody has read the rule, and is taken for a deletion.
     *
     * So a scan looks at the file after it saw something and before it tells that: if it changed, nothing is told but what is in it.
     */
    private static final Logger log = LoggerFactory.getLogger(RulesFile.class);

    private final IgnoreRules rules;
    private final @Nullable FileStat given;
    private final Ground ground;

    RulesFile(Effect.Scan scan, Ground ground) {
        this.rules = scan.rules();
        this.given = scan.rulesStat();
        this.ground = ground;
    }

    IgnoreRules rules() {
        return rules;
    }

    /**
     * Makes sure that the file is what the rules were read from.
     *
     * @throws ChangedException if it is not
     * @throws IOException if the root is lost
     */
    void confirm() throws IOException {
        try {
            Found found = ground.root().stat(IgnoreRules.FILE);
            if (!Objects.equals(found == null ? null : found.stat(), given)) {
                throw new ChangedException();
            }
        } catch (DiskException failure) {
            log.atDebug().setCause(failure).log("rules file not looked at");
        }
    }

    /**
     * Reads the file. What cannot be read, or is being written, leaves the rules as they are: none
     * at all would send what nobody was to see.
     */
    Event.RulesRead read() throws IOException {
        Root root = ground.root();
        Found found = root.stat(IgnoreRules.FILE);
        if (found == null) {
            return new Event.RulesRead(IgnoreRules.DEFAULT, null);
        }
        if (found.kind() != Kind.FILE) {
            return new Event.RulesRead(IgnoreRules.DEFAULT, found.stat());
        }
        try {
            byte[] bytes = root.isQuiet(IgnoreRules.FILE) ? bytes(root, found) : null;
            Found after = root.stat(IgnoreRules.FILE);
            if (bytes != null && after != null && after.stat().equals(found.stat())) {
                return new Event.RulesRead(IgnoreRules.parse(bytes), found.stat());
            }
        } catch (DiskException failure) {
            log.atWarn().setCause(failure).log("rules file not read; the rules stay as they are");
        }
        return new Event.RulesRead(rules, found.stat(), false);
    }

    /** One byte more than is found, or than is allowed, is enough to see that it is too long. */
    private static byte[] bytes(Root root, Found found) throws IOException {
        long sizeBytes = Math.min(found.stat().sizeBytes(), IgnoreRules.FILE_BYTES_MAX);
        ByteBuffer bytes = ByteBuffer.allocate((int) sizeBytes + 1);
        try (Root.Content content = root.read(IgnoreRules.FILE)) {
            while (bytes.hasRemaining() && content.read(bytes, bytes.position()) >= 0) {
                // Read on: a read may return less than there is.
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** The file is not what the rules were read from. */
    static final class ChangedException extends IOException {
        ChangedException() {
            super("the rules have changed");
        }
    }
}
