package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.cli.Desk.Ran;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Mirrors as people run them, on real folders. */
class MirrorTest {
    @TempDir private Path temporary;
    private Desk desk;
    private Path source;
    private Path copy;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
        source = Files.createDirectory(desk.home.resolve("src"));
        copy = desk.home.resolve("dst");
    }

    private Ran mirror(String... more) {
        return mirrorTo(copy, more);
    }

    private Ran mirrorTo(Path destination, String... more) {
        return desk.run(Desk.mirroring(source, destination, more));
    }

    private static Path write(Path file, String content) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, content);
    }

    /** All that a mirror copies, as text; without {@code .lanyard}. */
    static Map<String, String> tree(Path folder) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes is)
                            throws IOException {
                        Path path = folder.relativize(each);
                        if (path.startsWith(".lanyard")) {
                            return FileVisitResult.SKIP_SUBTREE; // Mirrors work in it.
                        }
                        return path.toString().isEmpty()
                                ? FileVisitResult.CONTINUE
                                : visitFile(each, is);
                    }

                    @Override
                    public FileVisitResult visitFile(Path each, BasicFileAttributes is)
                            throws IOException {
                        tree.put(folder.relativize(each).toString(), facts(each));
                        return FileVisitResult.CONTINUE;
                    }
                });
        return tree;
    }

    private static String facts(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "-> " + Files.readSymbolicLink(file);
        }
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        FileTime time = Files.getLastModifiedTime(file);
        return Files.isDirectory(file)
                ? "%s %s".formatted(mode, time)
                : "%s %s %s".formatted(mode, time, Arrays.hashCode(Files.readAllBytes(file)));
    }

    private void expectEqual() throws IOException {
        assertThat(tree(copy)).isEqualTo(tree(source));
    }

    /** A file that was changed within this tick of the clock may change again and look the same. */
    private static void awaitRest(Path file) throws IOException {
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        await().until(() -> Instant.now().isAfter(changed.toInstant().plusMillis(20)));
    }

    /** The same in the end; what is looked at may vanish meanwhile. */
    private void awaitEqual() {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(this::expectEqual);
    }

    /** The contents that were kept at the destination. */
    private static List<String> versions(Path destination) throws IOException {
        try (Stream<Path> all = Files.list(destination.resolve(".lanyard/versions"))) {
            List<String> contents = new ArrayList<>();
            for (Path each : (Iterable<Path>) all::iterator) {
                if (!each.toString().endsWith(".json")) {
                    contents.add(Files.readString(each, StandardCharsets.ISO_8859_1));
                }
            }
            return contents;
        }
    }

    // ---------------------------------------------------------------- one pass

    @Test
    @DisplayName("P2: files, empty folders, links, modes and times are copied exactly")
    void p02_copiesExactly() throws Exception {
        write(source.resolve("a"), "a");
        write(source.resolve("deep/er/b"), "b");
        Files.createDirectory(source.resolve("empty"));
        Files.createSymbolicLink(source.resolve("dangling"), Path.of("../nowhere"));
        Files.createSymbolicLink(source.resolve("loop"), Path.of("loop"));
        Files.setPosixFilePermissions(
                source.resolve("a"), PosixFilePermissions.fromString("r--r-----"));
        Files.setPosixFilePermissions(
                source.resolve("empty"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setLastModifiedTime(
                source.resolve("deep"), FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));

        Ran first = mirror();

        assertThat(first.exit()).as(first.out() + first.err()).isZero();
        expectEqual();
        assertThat(first.out())
                .contains("created deep/er/b", "created empty", "created loop", "7 created");
        assertThat(mirror().out()).contains("nothing to do");
    }

    @Test
    @DisplayName("P2: fifos are skipped with the reason and never opened")
    void p02_skipsFifos() throws Exception {
        write(source.resolve("a"), "a");
        assertThat(new ProcessBuilder("mkfifo", source.resolve("f").toString()).start().waitFor())
                .isZero();

        Ran ran = mirror();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("skipped f: it is no file, folder or link");
        assertThat(copy.resolve("a")).hasContent("a");
    }

    @Test
    @DisplayName("P1: a very deep tree is copied and deleted")
    void p01_copiesAndDeletesADeepTree() throws Exception {
        Path deep = source;
        for (int i = 0; i < 900; i++) {
            deep = deep.resolve("d" + i % 10);
        }
        write(deep.resolve("f"), "f");

        assertThat(mirror("--quiet").exit()).isZero();
        assertThat(copy.resolve(source.relativize(deep)).resolve("f")).hasContent("f");

        assertThat(
                        new ProcessBuilder("rm", "-r", source.resolve("d0").toString())
                                .start()
                                .waitFor())
                .isZero();
        write(source.resolve("other"), "o");
        assertThat(mirror("--delete=yes", "--quiet", "--confirm-deletes").exit()).isZero();
        expectEqual();
    }

    @Test
    @DisplayName("P5: names with any characters arrive")
    void p05_copiesAnyName() throws Exception {
        for (String name : List.of("-rf", "a;b", "^^^", "new\nline", "\u001b[2J", "caf\u00e9")) {
            write(source.resolve(name), name);
        }
        write(source.resolve("x".repeat(255)), "x");

        Ran ran = mirror();

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("new%0Aline").doesNotContain("\u001b");
        expectEqual();
        assertThat(mirror().out()).contains("nothing to do");
    }

    @Test
    void copiesOnlyWhatChanged() throws Exception {
        write(source.resolve("same"), "same");
        write(source.resolve("edited"), "one");
        mirror();
        Object inode = Files.getAttribute(copy.resolve("same"), "unix:ino");
        write(source.resolve("edited"), "two");
        Files.setPosixFilePermissions(
                source.resolve("same"), PosixFilePermissions.fromString("rw-------"));

        Ran ran = mirror();

        assertThat(ran.out())
                .contains("updated edited", "updated same (mode or time)", "1 updated");
        assertThat(Files.getAttribute(copy.resolve("same"), "unix:ino")).isEqualTo(inode);
        expectEqual();
        assertThat(versions(copy)).as("the mirror's own older copy is not kept").isEmpty();
    }

    @Test
    void findsAnEditThatPutTheMtimeBack() throws Exception {
        Path file = write(source.resolve("f"), "one");
        mirror();
        editSecretly(file, "two");

        mirror();

        assertThat(copy.resolve("f")).hasContent("two");
    }

    @Test
    @DisplayName("P8: each file of a deleted folder is named, and kept unless said otherwise")
    void p08_namesAndKeepsWhatIsDeleted() throws Exception {
        write(source.resolve("d/one"), "1");
        write(source.resolve("d/sub/two"), "2");
        write(source.resolve("stays"), "s");
        Path second = desk.home.resolve("second");
        Path third = desk.home.resolve("third");
        mirror();
        mirrorTo(second);
        mirrorTo(third);
        Files.delete(source.resolve("d/sub/two"));
        Files.delete(source.resolve("d/sub"));
        Files.delete(source.resolve("d/one"));
        Files.delete(source.resolve("d"));

        Ran ran = mirror();

        assertThat(ran.out())
                .contains("deleted d/one", "deleted d/sub/two", "deleted d/sub", "deleted d\n");
        expectEqual();
        assertThat(versions(copy)).containsExactlyInAnyOrder("1", "2");
        mirrorTo(second, "--delete=yes");
        assertThat(tree(second)).isEqualTo(tree(source));
        assertThat(versions(second)).isEmpty();
        mirrorTo(third, "--delete=no");
        assertThat(third.resolve("d/sub/two")).hasContent("2");
    }

    @Test
    void putsBackWhatSomebodyChangedAndKeepsIt() throws Exception {
        write(source.resolve("edited"), "ours");
        write(source.resolve("deleted"), "ours too");
        write(source.resolve("d/x"), "x");
        mirror();
        write(copy.resolve("edited"), "theirs");
        Files.delete(copy.resolve("deleted"));
        write(copy.resolve("extra"), "extra");
        Files.delete(copy.resolve("d/x"));
        Files.delete(copy.resolve("d"));
        write(copy.resolve("d"), "a file where a folder was");

        Ran ran = mirror("--delete=yes");

        assertThat(ran.exit()).as(ran.out()).isZero();
        expectEqual();
        assertThat(versions(copy))
                .containsExactlyInAnyOrder("theirs", "extra", "a file where a folder was");
    }

    @Test
    void makesAFolderOfAFileAndAFileOfAFolder() throws Exception {
        write(source.resolve("a"), "file");
        write(source.resolve("b/inner"), "inner");
        mirror();
        Files.delete(source.resolve("a"));
        write(source.resolve("a/now"), "folder");
        Files.delete(source.resolve("b/inner"));
        Files.delete(source.resolve("b"));
        write(source.resolve("b"), "file");

        Ran ran = mirror();

        assertThat(ran.exit()).as(ran.out()).isZero();
        expectEqual();
        assertThat(mirror().out()).contains("nothing to do");
    }

    @Test
    void aLostOrDamagedRecordCostsAComparisonOnly() throws Exception {
        write(source.resolve("a"), "a");
        write(source.resolve("b"), "b");
        mirror();
        write(copy.resolve("b"), "B");
        Files.setLastModifiedTime(
                copy.resolve("b"), Files.getLastModifiedTime(source.resolve("b")));
        try (RandomAccessFile record =
                new RandomAccessFile(copy.resolve(".lanyard/mirror").toFile(), "rw")) {
            record.seek(record.length() / 2);
            record.write(77);
        }
        Object inode = Files.getAttribute(copy.resolve("a"), "unix:ino");

        Ran ran = mirror();

        assertThat(ran.exit()).isZero();
        expectEqual();
        assertThat(Files.getAttribute(copy.resolve("a"), "unix:ino")).isEqualTo(inode);
        assertThat(versions(copy)).containsExactly("B");
    }

    @Test
    void verifyFindsWhatNoStatTells() throws Exception {
        write(source.resolve("a"), "a");
        mirror();
        assertThat(mirror("--verify").out()).contains("nothing to do");

        // As a rotten disk would: the record is made to vouch for other bytes.
        write(copy.resolve("a"), "b");
        Files.setLastModifiedTime(
                copy.resolve("a"), Files.getLastModifiedTime(source.resolve("a")));

        assertThat(mirror("--verify").out()).contains("updated a");
        expectEqual();
    }

    @Test
    void aDryRunTouchesNothing() throws Exception {
        write(source.resolve("a"), "a");
        awaitRest(write(source.resolve("old/b"), "b"));
        mirror();
        write(source.resolve("a"), "changed");
        Files.move(source.resolve("old"), source.resolve("new"));
        write(copy.resolve("extra"), "e");
        Map<String, String> before = tree(copy);

        Ran ran = mirror("--dry-run");

        assertThat(ran.out())
                .contains("updated a", "renamed old to new", "deleted extra", "would be");
        assertThat(tree(copy)).isEqualTo(before);
        mirror();
        expectEqual();
    }

    @Test
    void leavesAloneWhatIsExcludedOnBothSides() throws Exception {
        write(source.resolve("a.o"), "object");
        write(source.resolve("keep.o"), "kept");
        write(source.resolve("build/x"), "x");
        write(source.resolve("a.c"), "code");
        write(copy.resolve("theirs.o"), "theirs");

        Ran ran =
                mirror(
                        "--exclude",
                        "*.o",
                        "--exclude",
                        "!keep.o",
                        "--exclude",
                        "/build/",
                        "--delete=keep");

        assertThat(ran.exit()).isZero();
        assertThat(tree(copy).keySet()).containsExactly("a.c", "keep.o", "theirs.o");
    }

    @Test
    void sweepsWhatAnInterruptedPassLeftAndKeepsWhatItHadDisplaced() throws Exception {
        write(source.resolve("a"), "a");
        mirror();
        Path staging = copy.resolve(".lanyard/staging");
        write(staging.resolve("m-1"), "half a co");
        write(staging.resolve("d-2a21fe6d592a19b7-1795310656587-1-R"), "somebody's");

        assertThat(mirror().exit()).isZero();

        assertThat(staging).isEmptyDirectory();
        assertThat(versions(copy)).containsExactly("somebody's");
    }

    @Test
    @DisplayName("P10: killed at any moment nothing is torn, and the next pass completes it")
    void p10_isHarmlessWhenKilled() throws Exception {
        Random random = new Random(10);
        for (int i = 0; i < 400; i++) {
            byte[] content = new byte[random.nextInt(60_000)];
            random.nextBytes(content);
            Path file = source.resolve("d" + i % 20 + "/f" + i);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, content);
        }
        Path killed = desk.home.resolve("killed");
        Process process =
                new ProcessBuilder(Desk.process(Desk.mirroring(source, killed)))
                        .redirectErrorStream(true)
                        .redirectOutput(desk.home.resolve("said").toFile())
                        .start();
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(killed.resolve("d7")) || !process.isAlive());
        process.destroyForcibly().waitFor();

        for (Map.Entry<String, String> each : tree(killed).entrySet()) {
            Path there = killed.resolve(each.getKey());
            if (Files.isRegularFile(there)) {
                assertThat(there).hasSameBinaryContentAs(source.resolve(each.getKey()));
            }
        }
        assertThat(mirrorTo(killed, "--anew").exit()).isZero();
        assertThat(tree(killed)).isEqualTo(tree(source));
        assertThat(killed.resolve(".lanyard/staging")).isEmptyDirectory();
    }

    // ---------------------------------------------------------------- guards

    @Test
    void neverDeletesForASourceThatIsSuddenlyEmpty() throws Exception {
        write(source.resolve("a"), "a");
        mirror();
        Files.delete(source.resolve("a"));

        Ran ran = mirror("--delete=yes");

        assertThat(ran.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(ran.err()).contains("held back", "the source is empty", "--confirm-deletes");
        assertThat(copy.resolve("a")).hasContent("a");
        assertThat(mirror("--confirm-deletes").exit()).isZero();
        assertThat(copy.resolve("a")).doesNotExist();
    }

    @Test
    void holdsBackABurstOfDeletionsAndDoesTheRest() throws Exception {
        for (int i = 0; i < 60; i++) {
            write(source.resolve("f" + i), "f");
        }
        mirror();
        for (int i = 0; i < 40; i++) {
            Files.delete(source.resolve("f" + i));
        }
        write(source.resolve("new"), "new");

        Ran ran = mirror();

        assertThat(ran.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(ran.err()).contains("40 deletions are held back");
        assertThat(copy.resolve("f0")).exists();
        assertThat(copy.resolve("new")).exists();
    }

    @Test
    void watchHoldsBackManySmallBurstsOfDeletions() throws Exception {
        for (int i = 0; i < 60; i++) {
            write(source.resolve("f" + i), "content " + i);
        }
        var running = begin("--watch", "--delete=yes").shows("60 created");
        int deleted = 0;
        for (; deleted < 40 && !desk.err().contains("held back"); deleted++) {
            Path copied = copy.resolve("f" + deleted);
            Files.delete(source.resolve("f" + deleted));
            await().until(() -> Files.notExists(copied) || desk.err().contains("held back"));
        }

        assertThat(deleted).isEqualTo(31);
        assertThat(desk.err()).contains("1 deletions are held back");
        assertThat(tree(copy)).hasSize(30);
        desk.signal();
        assertThat(running.end().exit()).isZero();
    }

    @Test
    void refusesFoldersInsideEachOther() throws Exception {
        write(source.resolve("a"), "a");

        mirrorTo(source.resolve("inside")).failed(ExitCode.REFUSED, "one inside the other");
        mirrorTo(desk.home).failed(ExitCode.REFUSED, "one inside the other");
        mirrorTo(source).failed(ExitCode.REFUSED, "one inside the other");
    }

    @Test
    void refusesAShareAndAFolderWithThingsOfOthers() throws Exception {
        write(source.resolve("a"), "a");
        write(copy.resolve(".lanyard/marker"), "0123");
        Path foreign = desk.home.resolve("foreign");
        write(foreign.resolve("thesis"), "years of work");
        Path fresh = desk.home.resolve("fresh");
        for (String each : List.of("lost+found", "System Volume Information", ".Trash-1000")) {
            Files.createDirectories(fresh.resolve(each));
        }

        assertThat(mirrorTo(fresh).exit()).as("what each drive has is nobody's").isZero();
        Ran share = mirror();
        Ran other = mirrorTo(foreign);

        assertThat(share.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(share.err()).contains("lanyard start");
        assertThat(other.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(other.err()).contains("--delete=keep");
        assertThat(foreign.resolve("thesis")).hasContent("years of work");
        assertThat(mirrorTo(foreign, "--delete=keep").exit()).isZero();
        assertThat(versions(foreign)).containsExactly("years of work");
    }

    @Test
    void saysWhatIsWrongWithTheCommandLine() {
        mirror("--every", "soon").failed(ExitCode.USAGE, "soon", "1h30m");
        mirror("--delete=maybe").failed(ExitCode.USAGE, "maybe", "keep, yes or no");
        desk.run("mirror", "/nowhere/at/all", copy.toString())
                .failed(ExitCode.USAGE, "does not exist");
        assertThat(copy).doesNotExist();
    }

    // ---------------------------------------------------------------- renames

    @Test
    @DisplayName("P7: a renamed folder is renamed, and no content is copied")
    void p07_renamesFoldersAndFiles() throws Exception {
        for (int i = 0; i < 200; i++) {
            write(source.resolve("old/sub" + i % 5 + "/f" + i), "content " + i);
        }
        awaitRest(write(source.resolve("single"), "a single file"));
        mirror();
        Object inode = Files.getAttribute(copy.resolve("old/sub1/f1"), "unix:ino");
        Object single = Files.getAttribute(copy.resolve("single"), "unix:ino");
        Files.move(source.resolve("old"), source.resolve("new"));
        Files.createDirectory(source.resolve("box"));
        Files.move(source.resolve("single"), source.resolve("box/moved"));

        Ran ran = mirror("--delete=yes");

        assertThat(ran.out())
                .contains("renamed old to new", "renamed single to box/moved", "0 bytes")
                .doesNotContain("deleted");
        expectEqual();
        assertThat(Files.getAttribute(copy.resolve("new/sub1/f1"), "unix:ino")).isEqualTo(inode);
        assertThat(Files.getAttribute(copy.resolve("box/moved"), "unix:ino")).isEqualTo(single);
        assertThat(mirror().out()).contains("nothing to do");
    }

    @Test
    void anEditInARenamedFolderIsCopied() throws Exception {
        write(source.resolve("old/a"), "a");
        write(source.resolve("old/b"), "b");
        mirror();
        Files.move(source.resolve("old"), source.resolve("new"));
        write(source.resolve("new/b"), "edited");
        Files.delete(source.resolve("new/a"));
        write(source.resolve("old/a"), "another folder of the old name");

        Ran ran = mirror();

        assertThat(ran.exit()).as(ran.out()).isZero();
        expectEqual();
    }

    /** Histories of edits, moves and deletions on both sides; each ends in an exact copy. */
    @Test
    void isAnExactCopyAfterAnyHistory() throws Exception {
        for (long seed = 1; seed <= Long.getLong("histories", 15); seed++) {
            Random random = new Random(seed);
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 12; i++) {
                    act(random, random.nextInt(4) == 0 && Files.exists(copy) ? copy : source);
                }
                write(source.resolve("always"), "here");
                Ran ran = mirror("--quiet", "--confirm-deletes", "--delete=keep");
                assertThat(ran.exit()).as("seed %d: %s%s", seed, ran.out(), ran.err()).isZero();
                assertThat(tree(copy)).as("seed %d", seed).isEqualTo(tree(source));
                assertThat(mirror("--delete=keep").out())
                        .as("seed %d", seed)
                        .contains("nothing to do");
            }
        }
    }

    private static void act(Random random, Path root) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all =
                    walk.filter(each -> !root.relativize(each).startsWith(".lanyard"))
                            .sorted()
                            .toList();
        }
        Path some = all.get(random.nextInt(all.size()));
        Path parent = Files.isDirectory(some) ? some : Objects.requireNonNull(some.getParent());
        Path name = parent.resolve("n" + random.nextInt(6));
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                if (!Files.isDirectory(name)) {
                    Files.deleteIfExists(name);
                    Files.writeString(name, "content " + random.nextInt(3));
                }
            }
            case 2 -> {
                if (Files.notExists(name)) {
                    Files.createDirectory(name);
                }
            }
            case 3 -> {
                if (!some.equals(root) && Files.notExists(name) && !name.startsWith(some)) {
                    Files.move(some, name);
                }
            }
            case 4 -> {
                if (!Files.isDirectory(some)) {
                    Files.delete(some);
                }
            }
            default -> {
                if (Files.isRegularFile(some)) {
                    Files.writeString(some, "edited " + random.nextInt(9));
                }
            }
        }
    }

    // ---------------------------------------------------------------- several, and for ever

    @Test
    @DisplayName("P12: of several destinations one that cannot be holds up no other")
    void p12_destinationsAreIndependent() throws Exception {
        write(source.resolve("a"), "a");
        Path good = desk.home.resolve("good");
        Path nowhere = desk.home.resolve("not/there");

        Ran ran =
                desk.run(
                        "mirror",
                        source.toString(),
                        nowhere.toString(),
                        copy.toString(),
                        good.toString());

        assertThat(ran.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(ran.err()).contains("not/there", "does not exist");
        expectEqual();
        assertThat(tree(good)).isEqualTo(tree(source));
        assertThat(nowhere).doesNotExist();
    }

    @Test
    @DisplayName("P12: a drive that is not there is waited for, and its mount point never filled")
    void p12_waitsForADrive() throws Exception {
        write(source.resolve("a"), "a");
        mirror();
        Path elsewhere = desk.home.resolve("unplugged");
        Files.move(copy, elsewhere);
        Files.createDirectory(copy);

        Ran away = mirror();

        assertThat(away.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(away.err()).contains("waiting for", "it is empty");
        assertThat(copy).isEmptyDirectory();

        var running = begin("--every", "1s");
        await().until(() -> desk.err().contains("waiting for"));
        assertThat(copy).isEmptyDirectory();
        write(source.resolve("b"), "meanwhile");
        Files.delete(copy);
        Files.move(elsewhere, copy);
        running.shows("is there again");
        awaitEqual();
        desk.signal();
        assertThat(running.end().exit()).isZero();
    }

    @Test
    @DisplayName("P12: a real drive that is mounted late is caught up with at once")
    void p12_catchesUpWhenADriveIsMounted() throws Exception {
        assumeThat((int) Files.getAttribute(temporary, "unix:uid") == 0)
                .as("only root may mount")
                .isTrue();
        Path drive = Files.createDirectory(desk.home.resolve("drive"));
        Path image = desk.home.resolve("image");
        assumeThat(succeeds("truncate", "-s", "16M", image.toString())).isTrue();
        assumeThat(succeeds("mkfs.ext4", "-q", image.toString())).as("mkfs.ext4").isTrue();
        assumeThat(succeeds("mount", "-o", "loop", image.toString(), drive.toString()))
                .as("this machine lets root mount")
                .isTrue();
        try {
            copy = drive;
            write(source.resolve("a"), "a");
            Ran first = mirror();
            assertThat(first.exit()).as(first.out() + first.err()).isZero();
            assertThat(succeeds("umount", drive.toString())).isTrue();

            var running = begin("--watch");
            await().until(() -> desk.err().contains("waiting for"));
            write(source.resolve("b"), "while it was away");
            assertThat(drive).isEmptyDirectory();
            assertThat(succeeds("mount", "-o", "loop", image.toString(), drive.toString()))
                    .isTrue();
            await().untilAsserted(
                            () -> assertThat(drive.resolve("b")).hasContent("while it was away"));
            desk.signal();
            assertThat(running.end().exit()).isZero();
        } finally {
            succeeds("umount", drive.toString());
        }
    }

    private static boolean succeeds(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private Desk.Running begin(String... more) {
        return desk.begin(Desk.mirroring(source, copy, more));
    }

    @Test
    @DisplayName("P11: with --watch new folders are followed, and every file in them arrives")
    void p11_followsWhatChanges() throws Exception {
        write(source.resolve("a"), "a");
        var running = begin("--watch").shows("1 created");
        for (int i = 0; i < 1_000; i++) {
            write(source.resolve("n" + i + "/b/c/f"), "f" + i);
        }
        write(source.resolve("a"), "edited");
        awaitEqual();
        Files.move(source.resolve("n0"), source.resolve("renamed"));
        Files.delete(source.resolve("n1/b/c/f"));
        awaitEqual();
        running.shows("renamed n0 to renamed").shows("deleted n1/b/c/f");

        desk.signal();
        assertThat(running.end().exit()).isZero();
        assertThat(mirror().out()).contains("nothing to do");
    }

    @Test
    void everyPassBeginsInTimeAndQuitEndsIt() throws Exception {
        write(source.resolve("a"), "a");
        Path log = desk.home.resolve("log");
        desk.terminal();
        var running = begin("--every", "1s", "--log-file", log.toString()).shows("1 created");
        write(source.resolve("b"), "b");
        running.shows("created b");

        desk.type("quit");

        assertThat(running.end().exit()).isZero();
        assertThat(log).content().contains("created a", "created b");
        assertThat(Files.readAllLines(log).getFirst()).matches("20\\d\\d-.*T.* created a");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLogThatCannotBeWrittenIsToldAndHoldsUpNothing() throws Exception {
        write(source.resolve("a"), "a");

        Ran said = mirror("--log-file", "/dev/full");

        expectEqual();
        assertThat(said.err()).contains("the log file cannot be written", "--log-file");
        assertThat(said.exit()).isEqualTo(1);
    }

    @Test
    @DisplayName("P6: what somebody writes to is taken when it is closed, never torn")
    void p06_waitsForAWriter() throws Exception {
        write(source.resolve("quiet"), "q");
        Path file = source.resolve("busy");
        Desk.Running running;
        try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
            writer.write("first half, ".getBytes(StandardCharsets.UTF_8));
            // However long the rest takes, somebody has just written to it.
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3_600)));
            running = begin();
            await().until(() -> Files.exists(copy.resolve("quiet")));
            assertThat(copy.resolve("busy")).doesNotExist();
            writer.write("second half".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(running.end().exit()).isZero();
        assertThat(copy.resolve("busy")).hasContent("first half, second half");
    }

    // ---------------------------------------------------------------- what looks like something
    // else

    @Test
    void anotherSourceStaysAnotherSource() throws Exception {
        for (int i = 0; i < 10; i++) {
            write(source.resolve("f" + i), "content " + i);
        }
        assertThat(mirror().exit()).isZero();
        Map<String, String> before = tree(copy);
        Files.move(source, desk.home.resolve("unmounted"));
        write(source.resolve("stray"), "not meant to be here");

        assertThat(mirror().exit()).isEqualTo(3);
        assertThat(mirror("--delete=yes").exit()).as("the second time").isEqualTo(3);

        assertThat(tree(copy)).containsAllEntriesOf(before);
    }

    /** Leaves the time as it was. */
    private static void editSecretly(Path file, String content) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, time);
    }

    @Test
    void anEditWithAnOldTimeIsSeenThroughARename() throws Exception {
        Path file = write(source.resolve("a"), "11111");
        assertThat(mirror().exit()).isZero();
        editSecretly(file, "22222");
        Files.move(file, source.resolve("b"));

        assertThat(mirror().exit()).isZero();

        assertThat(copy.resolve("b")).hasContent("22222");
        assertThat(versions(copy)).contains("11111");
    }

    @Test
    void anEditWithAnOldTimeIsSeenBehindAnotherMode() throws Exception {
        Path file = write(source.resolve("a"), "11111");
        assertThat(mirror().exit()).isZero();
        editSecretly(file, "22222");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThat(mirror().exit()).isZero();

        expectEqual();
    }

    @Test
    void aFolderThatIsMadeAgainUnderTheOldNameIsCopiedToo() throws Exception {
        write(source.resolve("logs/1"), "old");
        assertThat(mirror().exit()).isZero();
        Files.move(source.resolve("logs"), source.resolve("rotated"));
        write(source.resolve("logs/1"), "new");

        assertThat(mirror().exit()).isZero();

        expectEqual();
    }
}
