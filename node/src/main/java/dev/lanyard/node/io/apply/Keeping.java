package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Puts what was displaced into versions, for whoever has no journal and no index: a mirror.
 * Thread-safe.
 */
public final class Keeping {
    private final Versions versions;

    /** Keeps on {@code disk}, under names that {@code random} helps to make. */
    public Keeping(Disk disk, InstantSource wallClock, RandomGenerator random) {
        this.versions = new Versions(disk, wallClock, random);
    }

    /**
     * A name in staging for what is displaced from {@code path} now; {@link #sweep} keeps what has
     * such a name.
     */
    public String stagedName(RelativePath path, Keep reason) {
        return versions.nameFor(path, reason).stagedName();
    }

    /** Moves {@code stagedName}, which was given for {@code path}, to versions. */
    public void keep(Root root, String stagedName, RelativePath path) throws IOException {
        Optional<VersionName> name = VersionName.ofStaged(stagedName);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("'%s' was not given by us".formatted(stagedName));
        }
        Versions.keepUnknown(root, stagedName, name.get(), path);
    }

    /**
     * Empties staging after a process that ended in the middle: what it had displaced is kept, what
     * it was making is deleted.
     */
    public void sweep(Root root) throws IOException {
        for (String staged : root.names(Place.STAGING)) {
            Optional<VersionName> name = VersionName.ofStaged(staged);
            if (name.isPresent()) {
                Versions.keepUnknown(root, staged, name.get(), null);
            } else {
                root.delete(Place.STAGING, staged);
            }
        }
    }
}
