package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.testing.RandomEntries;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Any bytes, taken for the sidecar of a kept content, and for the name of one: they are what they
 * say, the same when it is written and read again, or nothing.
 */
public final class SidecarReading {
    private SidecarReading() {}

    /** Tries one; whatever it throws is a finding. */
    public static void tried(byte[] bytes) {
        Sidecar.decode("name", bytes)
                .ifPresent(
                        kept -> {
                            byte[] again = Sidecar.encode(kept).array();
                            check(kept, Sidecar.decode("name", again).orElse(null));
                        });
        VersionName.parse(new String(bytes, StandardCharsets.UTF_8))
                .ifPresent(
                        name -> {
                            check(name, VersionName.parse(name.toString()).orElse(null));
                            check(name, VersionName.ofStaged(name.stagedName()).orElse(null));
                        });
    }

    private static void check(Object read, @Nullable Object again) {
        if (!read.equals(again)) {
            throw new AssertionError("%s was read, and then %s".formatted(read, again));
        }
    }

    /** Of a file and of a link, and names with and without a content. */
    public static List<byte[]> samples() {
        RandomEntries entries = new RandomEntries(new SplittableRandom(1));
        Instant time = Instant.parse("2024-02-29T12:34:56.123456789Z");
        RelativePath path = RelativePath.parse("a%0A%FF/b");
        VersionName.Content content = new VersionName.Content(-1, 3);
        Kept file =
                new Kept(
                        "name",
                        path,
                        null,
                        3,
                        time,
                        0644,
                        entries.content(),
                        entries.version(new ReplicaId(-1)),
                        new Stamp(time),
                        new ReplicaId(-1),
                        new ReplicaId(2),
                        Keep.CONFLICT,
                        time,
                        time,
                        false);
        LinkTarget target = new LinkTarget(new byte[] {'a', (byte) 0xff});
        Kept link =
                new Kept(
                        "name",
                        path,
                        target,
                        2,
                        time,
                        0777,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Keep.DELETED,
                        time,
                        null,
                        true);
        return List.of(
                Sidecar.encode(file).array(),
                Sidecar.encode(link).array(),
                named(new VersionName(VersionName.hashOf(path), 1, 2, Keep.UNCLEAN, null)),
                named(new VersionName(VersionName.hashOf(path), 1, 2, Keep.REPLACED, content)));
    }

    private static byte[] named(VersionName name) {
        return name.toString().getBytes(StandardCharsets.UTF_8);
    }
}
