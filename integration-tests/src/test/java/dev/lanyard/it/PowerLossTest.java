package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.it.MortalDisk.Kind;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.core.engine.Problem;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The machine of one node loses its power again and again while it takes over what a user does on
 * the other one: the files of both, and the state of the node, are on real file systems. What the
 * node had promised must be there afterwards, nothing may be torn, and the node goes on.
 */
class PowerLossTest {
    @TempDir private Path base;

    @ParameterizedTest
    @EnumSource
    @DisplayName("D20 P10: what a node has promised outlives a power cut, and nothing is torn")
    void d20_powerIsCutAFewTimes(Kind kind) throws Exception {
        cutPower(kind, 4);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @DisplayName("D20 P10: the same after hundreds of power cuts")
    void d20_powerIsCutHundredsOfTimes(Kind kind, TestReporter reporter) throws Exception {
        for (int i = 0; i < 10; i++) {
            reporter.publishEntry(kind.name(), cutPower(kind, 20));
        }
    }

    /** Returns how much there was to put right. */
    private String cutPower(Kind kind, int times) throws Exception {
        assumeThat(MortalDisk.obstacle(kind)).as("what a disk of this kind needs").isEmpty();
        long seed = ThreadLocalRandom.current().nextLong();
        Path here = Files.createTempDirectory(base, kind.name());
        try (MortalDisk disk = MortalDisk.make(here, kind);
                History history = new History(here, disk, seed)) {
            for (int i = 0; i < times; i++) {
                history.goOnUntilPowerIsCut();
                history.goOnAfterwards();
            }
            history.end();
            Trees.sh(here, "rm -rf a desk");
            return history.figures();
        } catch (AssertionError failed) {
            throw new AssertionError("seed %d: %s".formatted(seed, failed.getMessage()), failed);
        }
    }

    /** Two machines and a user: the disk of b is the one whose power is cut. */
    private static final class History implements AutoCloseable {
        private final Share share;
        private final MortalDisk disk;
        private final Random random;
        private final Writings writings = new Writings();
        private final Share.Node a;
        private final Relay cable;
        private final Path desk;
        private final Scribbler user;
        private final StringBuilder large = new StringBuilder();
        private Share.Node b;
        private final String mark;

        /** What was in the folder of a when it was told that b has it all. */
        private final Set<String> promised = new HashSet<>();

        /** Whether that was all that is there now. */
        private boolean isAllPromised;

        private int cuts;
        private int torn;

        /** Versions that were listed for not being whole. */
        private final Set<String> listed = new HashSet<>();

        History(Path base, MortalDisk disk, long seed) throws Exception {
            this.share = new Share(base);
            this.disk = disk;
            this.random = new Random(seed);
            this.a = share.node("a").start();
            this.cable = new Relay(a.listening());
            this.desk = Files.createDirectory(base.resolve("desk"));
            this.user = new Scribbler("ann", a.folder, desk, random, writings);
            for (int line = 0; line < 5_000; line++) {
                large.append(random.nextLong()).append('\n');
            }
            this.b = startB();
            share.connected();
            awaitPromise();
            this.mark = replicaOfB();
        }

        private Share.Node startB() throws Exception {
            Share.Node node = share.node("b", disk.path());
            String boot = "boot " + cuts;
            node.boot = () -> boot;
            node.dial(cable.address());
            return node.start();
        }

        private String replicaOfB() throws IOException {
            return Files.readString(b.path(".lanyard/mark")).split(" ", 2)[0];
        }

        void goOnUntilPowerIsCut() throws Exception {
            for (int acts = 1 + random.nextInt(40); acts > 0; acts--) {
                act();
                Thread.sleep(random.nextInt(4) == 0 ? random.nextInt(80) : 0);
                if (random.nextInt(10) == 0) {
                    awaitPromise();
                }
            }
            if (random.nextInt(3) == 0) {
                awaitPromise();
            }
            cable.pull();
            disk.losePower();
            cuts++;
            b.stop();
        }

        private void act() throws IOException {
            isAllPromised = false;
            switch (random.nextInt(12)) {
                case 0 -> saveLarge();
                case 1 -> link();
                default -> user.act();
            }
        }

        /** A long file of which little changes, so that a delta travels. */
        private void saveLarge() throws IOException {
            String before = large.toString();
            large.insert(random.nextInt(large.length()), "inserted " + random.nextLong() + "\n");
            String content = large.toString();
            writings.begins(content);
            Path draft = desk.resolve("large");
            Files.writeString(draft, content, StandardCharsets.ISO_8859_1);
            Files.move(draft, a.path("large"), StandardCopyOption.ATOMIC_MOVE);
            writings.wrote(content, "large");
            writings.releases(before);
        }

        private void link() throws IOException {
            Path draft = desk.resolve("link");
            Files.createSymbolicLink(draft, Path.of("target" + random.nextInt()));
            Files.move(draft, a.path("link" + random.nextInt(3)), StandardCopyOption.ATOMIC_MOVE);
        }

        /**
         * What is durable from now on. A file whose times changed while it was hashed is looked at
         * again a moment later, which nobody waits for: that one was not promised.
         */
        private void awaitPromise() throws Exception {
            List<String> there = Writings.contents(a.folder, file -> !isOwn(a, file));
            NodeControl.Result result = a.control().await(Share.PATIENCE);
            assertThat(result.done()).as("wait on a: %s", result.detail()).isTrue();
            List<String> onB =
                    await().ignoreException(UncheckedIOException.class)
                            .until(
                                    () -> Writings.contents(b.folder, file -> !isOwn(b, file)),
                                    Objects::nonNull);
            Set<String> taken = new HashSet<>(onB);
            there.stream().filter(taken::contains).forEach(promised::add);
            isAllPromised = Trees.difference(a.folder, b.folder).isEmpty();
        }

        private static boolean isOwn(Share.Node node, Path file) {
            return file.startsWith(node.path(".lanyard"));
        }

        void goOnAfterwards() throws Exception {
            boolean wasAllPromised = isAllPromised;
            if (random.nextBoolean()) {
                act();
            }
            disk.mountAgain();
            torn += writings.unfinished(b.folder).size();
            assertPromisesAreKept();
            if (wasAllPromised && isAllPromised) {
                assertThat(Trees.difference(a.folder, b.folder)).as(when()).isEmpty();
            }
            if (random.nextBoolean()) {
                cable.plug();
                b = startB();
            } else {
                b = startB();
                assertAllIsPutRight();
                cable.plug();
            }
            share.settle();
            awaitPromise();
            assertAllIsWell();
        }

        private String when() {
            return "after power cut " + cuts;
        }

        /** The node does not run, or has only begun: nobody has helped it. */
        private void assertPromisesAreKept() throws IOException {
            Set<String> left = new HashSet<>(Writings.contents(b.folder, _ -> true));
            assertThat(promised.stream().filter(each -> !left.contains(each)).map(Writings::brief))
                    .as("promised and not on the disk of b, %s", when())
                    .isEmpty();
        }

        /** By the node alone, which goes on with the deletions and renames that it knew of. */
        private void assertAllIsPutRight() {
            await().atMost(Share.PATIENCE)
                    .ignoreException(UncheckedIOException.class)
                    .untilAsserted(
                            () -> {
                                assertThat(writings.unfinished(b.folder))
                                        .as("torn, %s", when())
                                        .isEmpty();
                                assertPromisesAreKept();
                            });
        }

        private void assertAllIsWell() throws Exception {
            assertThat(replicaOfB()).as("who b is, %s", when()).isEqualTo(mark);
            assertThat(writings.unfinished(b.folder)).as("torn, %s", when()).isEmpty();
            assertThat(a.problems()).as("of a, %s", when()).isEmpty();
            assertThat(b.problems())
                    .as("of b, %s", when())
                    .allMatch(each -> each.kind() == Problem.Kind.CONFLICT);
            for (NodeControl.Version kept : b.conflicts()) {
                Path file = b.path(".lanyard/versions").resolve(kept.id());
                assertThat(writings.isFinished(Writings.read(file)))
                        .as("%s is whole, %s", kept, when())
                        .isFalse();
                listed.add(kept.id());
                assertThat(b.control().resolve(kept.path(), NodeControl.Side.THEIRS).done())
                        .as("%s is dealt with, %s", kept, when())
                        .isTrue();
            }
            assertThat(versionsThatAreNotWhole()).as("versions of b, %s", when()).isEmpty();
            assertThat(Trees.staged(b.folder)).as("in staging of b, %s", when()).isEmpty();
        }

        /** What a user could not bring back, or would not find. */
        private List<String> versionsThatAreNotWhole() throws IOException {
            List<String> faults = new ArrayList<>();
            try (Stream<Path> all = Files.list(b.path(".lanyard/versions"))) {
                for (Path each : all.filter(file -> !Files.isSymbolicLink(file)).toList()) {
                    String name = each.getFileName().toString();
                    String content = Writings.read(each);
                    boolean isWhole =
                            name.endsWith(".json")
                                    ? content.endsWith("}")
                                    : writings.isFinished(content) || listed.contains(name);
                    if (!isWhole) {
                        faults.add(name + ": " + Writings.brief(content));
                    }
                }
            }
            return faults;
        }

        void end() throws IOException {
            a.stop();
            b.stop();
            assertThat(writings.faults(List.of(a.folder, b.folder))).isEmpty();
        }

        String figures() {
            return "%d power cuts left %d files torn, %d are listed; %d contents written"
                    .formatted(cuts, torn, listed.size(), writings.count());
        }

        @Override
        public void close() throws IOException {
            share.close();
            cable.close();
        }
    }
}
