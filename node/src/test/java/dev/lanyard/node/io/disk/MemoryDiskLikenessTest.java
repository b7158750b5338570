package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Name;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.testing.Seeded;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Whatever is done, the disk in memory answers what the real one answers, and looks like it. */
@EnabledOnOs(OS.LINUX)
final class MemoryDiskLikenessTest {
    private static final Instant MTIME = Instant.parse("2024-02-29T12:34:56.123456789Z");
    private static final List<String> PATHS = List.of("a", "b", "l", "a/a", "a/b", "b/a", "a/a/a");
    private static final List<String> NAMES = List.of("s", "t", "u");
    private static final LinkTarget TARGET = new LinkTarget("nowhere/x".getBytes(UTF_8));
    private static final int STEPS = 80;

    @TempDir Path folder;

    @Seeded(runs = 20)
    void answersAsTheRealOne(long seed) throws IOException {
        MemoryDisk memory = new MemoryDisk(InstantSource.system(), new SplittableRandom(seed));
        Disk real = new LinuxDisk(folder, new SplittableRandom(seed));
        memory.adopt(null);
        real.adopt(null);
        try (Root memoryRoot = memory.open();
                Root realRoot = real.open()) {
            Side inMemory = new Side(memoryRoot, new MemoryHands(memory), seed);
            Side onDisk = new Side(realRoot, new FolderHands(folder), seed);
            for (int i = 0; i < STEPS; i++) {
                String done = onDisk.step();
                assertThat(inMemory.step()).as("step %d", i).isEqualTo(done);
                assertThat(inMemory.look()).as("after %s", done).isEqualTo(onDisk.look());
            }
        }
    }

    private interface Act {
        String on() throws IOException;
    }

    /** One of the two disks, to which the same is done as to the other. */
    private static final class Side {
        private final Root root;
        private final Hands hands;
        private final RandomGenerator random;

        Side(Root root, Hands hands, long seed) {
            this.root = root;
            this.hands = hands;
            this.random = new SplittableRandom(seed);
        }

        /** What was done and what came of it. */
        String step() throws IOException {
            String path = PATHS.get(random.nextInt(PATHS.size()));
            String other = PATHS.get(random.nextInt(PATHS.size()));
            String name = NAMES.get(random.nextInt(NAMES.size()));
            String otherName = NAMES.get(random.nextInt(NAMES.size()));
            String content = "content " + random.nextInt(1_000);
            int mode = 0700 | random.nextInt(0100);
            int action = random.nextInt(29);
            String what = "%d %s %s %s %s".formatted(action, path, other, name, otherName);
            return what
                    + ": "
                    + switch (action) {
                        case 0, 1, 2 -> byHand(() -> hands.write(path, content));
                        case 3, 4, 5 -> byHand(() -> hands.makeDirectories(path));
                        case 6 -> byHand(() -> hands.link(path, "nowhere/at/all"));
                        case 7 -> byHand(() -> hands.delete(path));
                        case 8 -> byHand(() -> hands.linkHard(path, other));
                        default -> byRoot(action, path(path), path(other), name, otherName, mode);
                    };
        }

        /** The exceptions of the two have nothing in common. */
        private static String byHand(Change change) {
            try {
                change.run();
                return "done";
            } catch (IOException e) {
                return "failed";
            }
        }

        private String byRoot(
                int action,
                RelativePath path,
                RelativePath other,
                String name,
                String otherName,
                int mode)
                throws IOException {
            return switch (action) {
                case 9, 10 -> done(() -> stage(name));
                case 11 -> done(() -> root.createDirectory(name, mode));
                case 12 -> done(() -> root.createLink(name, TARGET));
                case 13 -> done(() -> root.place(name, path));
                case 14 -> done(() -> root.exchange(name, path));
                case 15 -> done(() -> root.replace(name, path));
                case 16 -> done(() -> root.link(path, name));
                case 17 -> done(() -> root.take(path, name));
                case 18 -> done(() -> root.rename(path, other));
                case 19 -> done(() -> root.removeDirectory(path));
                case 20 -> done(() -> root.delete(Place.STAGING, name));
                case 21 -> done(() -> root.setAttributes(path, mode, MTIME));
                case 22 -> done(() -> root.renameStaged(name, otherName));
                case 23 -> done(() -> root.copy(path, sizeOf(path), name));
                case 24 -> done(() -> root.copy(Place.STAGING, otherName, mode % 4, name));
                case 25 -> done(() -> root.reopen(name, mode % 4).close());
                case 26 -> done(() -> root.flush(path));
                case 27 -> done(() -> root.archive(name, otherName));
                default -> done(() -> root.setAttributes(name, mode, MTIME, path));
            };
        }

        private long sizeOf(RelativePath path) throws IOException {
            Found found = root.stat(path);
            return found == null ? 0 : found.stat().sizeBytes();
        }

        private void stage(String name) throws IOException {
            try (Sink sink = root.create(name)) {
                sink.write(ByteBuffer.wrap(name.getBytes(UTF_8)), 1);
            }
        }

        private static String done(Change change) throws IOException {
            try {
                change.run();
                return "done";
            } catch (DiskException e) {
                return e.fault().name();
            }
        }

        /** All that can be asked for. */
        List<String> look() throws IOException {
            List<String> seen = new ArrayList<>();
            lookAt(null, seen);
            for (String path : PATHS) {
                seen.add(path + " stat " + answer(() -> shown(root.stat(path(path)))));
                seen.add(path + " read " + answer(() -> read(root.read(path(path)))));
                seen.add(path + " list " + answer(() -> "" + root.list(path(path)).size()));
                seen.add(path + " link " + answer(() -> root.readLink(path(path)).toString()));
                seen.add(path + " quiet " + answer(() -> "" + root.isQuiet(path(path))));
            }
            for (String name : NAMES) {
                seen.add(name + " stat " + answer(() -> shown(root.stat(Place.STAGING, name))));
                seen.add(name + " read " + answer(() -> read(root.read(Place.STAGING, name))));
                seen.add(name + " kept " + answer(() -> shown(root.stat(Place.VERSIONS, name))));
            }
            return seen;
        }

        private void lookAt(@Nullable RelativePath directory, List<String> to) throws IOException {
            List<String> names = new ArrayList<>();
            for (Name name : root.list(directory)) {
                names.add(new String(name.bytes(), UTF_8) + " " + name.kind());
            }
            names.sort(null);
            to.add(directory + " " + names);
        }

        private static String answer(Act act) throws IOException {
            try {
                return act.on();
            } catch (DiskException e) {
                return e.fault().name();
            }
        }

        private static String read(Content content) throws IOException {
            try (content) {
                ByteBuffer to = ByteBuffer.allocate(100);
                int count = content.read(to, 0);
                return count + UTF_8.decode(to.flip()).toString();
            }
        }

        private static String shown(@Nullable Found found) {
            if (found == null) {
                return "nothing";
            }
            boolean isSet = found.stat().mtime().equals(MTIME);
            return "%s %d %o %d %s"
                    .formatted(
                            found.kind(),
                            found.stat().sizeBytes(),
                            found.stat().mode(),
                            found.kind() == Kind.DIRECTORY ? 1 : found.linkCount(),
                            isSet ? MTIME : "now");
        }
    }

    private interface Change {
        void run() throws IOException;
    }

    private static RelativePath path(String text) {
        return RelativePath.of(text);
    }
}
