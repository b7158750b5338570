package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.mirror.Deleting;
import dev.lanyard.node.core.mirror.Exclusions;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.apply.Keeping;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Disks;
import dev.lanyard.node.io.disk.Intercepted;
import dev.lanyard.node.io.disk.ReadingDisk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Two folders, and passes from one to the other, whose calls of the copy's disk are intercepted.
 */
final class Mirrored implements Report {
    final Path from;
    final Path to;
    final Disk source;
    final Disk copy;
    final Keepsafe keepsafe;

    /** What the last pass did and left alone. */
    final List<String> told = new ArrayList<>();

    /** Later than any time that a file has: all of them are at rest. */
    final InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofMinutes(1));

    Mirrored(Path folder, Intercepted.Call call) throws IOException {
        from = Files.createDirectory(folder.resolve("from"));
        to = Files.createDirectory(folder.resolve("to"));
        source = new ReadingDisk(from);
        source.adopt(null);
        Disk real = Disks.holding(to, new SecureRandom());
        real.adopt(null);
        copy = Intercepted.disk(real, call);
        keepsafe = keepsafe(real);
    }

    /** Between these, which were adopted. */
    Mirrored(Disk source, Disk copy) {
        this.from = source.folder();
        this.to = copy.folder();
        this.source = source;
        this.copy = copy;
        this.keepsafe = keepsafe(copy);
    }

    private static Keepsafe keepsafe(Disk disk) {
        Keeping keeping = new Keeping(disk, InstantSource.system(), new Random(1));
        return new Keepsafe() {
            @Override
            public String stagedName(RelativePath path, Keep reason) {
                return keeping.stagedName(path, reason);
            }

            @Override
            public void keep(Root root, String name, RelativePath path) throws IOException {
                keeping.keep(root, name, path);
            }
        };
    }

    Pass.Result pass(Memory memory) throws IOException {
        told.clear();
        return newPass(memory).overAll(true);
    }

    /** One that was not run yet. */
    Pass newPass(Memory memory) {
        Choice choice =
                new Choice(Exclusions.NONE, Deleting.KEEP, false, false, false, true, true, 0, 1);
        return new Pass(source, copy, memory, choice, keepsafe, this, later, () -> false);
    }

    @Override
    public void did(Verb verb, RelativePath path, @Nullable RelativePath was, long copiedBytes) {
        told.add(verb + " " + path);
    }

    @Override
    public void skipped(@Nullable RelativePath path, String why) {
        told.add("skipped " + path + ": " + why);
    }
}
