package dev.lanyard.node.io.mirror;

import static dev.lanyard.node.io.disk.FaultyDisk.any;
import static dev.lanyard.node.io.disk.FaultyDisk.at;
import static dev.lanyard.node.io.disk.FaultyDisk.nth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.node.io.disk.Intercepted;
import dev.lanyard.node.io.disk.LinuxDisk;
import dev.lanyard.node.io.disk.NameHabit;
import dev.lanyard.node.io.disk.ReadingDisk;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Seen;
import dev.lanyard.node.io.mirror.Pass.Result;
import dev.lanyard.node.io.mirror.Pass.Spot;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Mirrors to and from a drive that is simulated, since not every kernel knows FAT: times of two
 * seconds, names that are one whatever their case, names that are refused, no links, and other
 * inode numbers with each mount. What it cannot have is listed, and never tried over and over.
 */
@EnabledOnOs(OS.LINUX)
class FatDriveTest {
    @TempDir private Path temporary;
    private Path from;
    private Path to;
    private FaultyDisk fat;
    private Mirrored mirrored;
    private List<String> told;
    private final Memory memory = Memory.none("");
    private final AtomicInteger staged = new AtomicInteger();
    private long mounts;

    @BeforeEach
    void plugIn() throws IOException {
        from = Files.createDirectory(temporary.resolve("from"));
        to = Files.createDirectory(temporary.resolve("to"));
        fat = new FaultyDisk(new LinuxDisk(to, RandomGenerator.getDefault()));
        fat.names(NameHabit.IGNORING_CASE);
        fat.roundMtimes(Duration.ofSeconds(2));
        fat.fail(any(Operation.CREATE_LINK), Fault.NOT_PERMITTED);
        fat.fail(at(Operation.WRITE, Place.STAGING, "probe:"), Fault.IO);
        fat.after(any(Operation.CREATE), staged::incrementAndGet);
        Disk copy = Intercepted.disk(fat.named(), this::mounted);
        copy.adopt(null);
        mirrorFrom(new ReadingDisk(from), copy);
    }

    private void mirrorFrom(Disk source, Disk copy) throws IOException {
        source.adopt(null);
        mirrored = new Mirrored(source, copy);
        told = mirrored.told;
    }

    /** As it is, but for inodes, which are others with each mount. */
    private @Nullable Object mounted(Object real, Method method, Object[] arguments)
            throws Throwable {
        return method.getName().equals("keepsInodes")
                ? false
                : seen(Intercepted.pass(real, method, arguments));
    }

    private @Nullable Object seen(@Nullable Object result) {
        return switch (result) {
            case Content content -> Intercepted.as(Content.class, content, this::mounted);
            case Found found -> renumbered(found);
            case List<?> list -> list.stream().map(this::seen).collect(Collectors.toList());
            case Seen seen -> new Seen(seen.name(), renumbered(seen.found()));
            case null, default -> result;
        };
    }

    private Found renumbered(Found found) {
        FileStat stat = found.stat();
        FileStat other =
                new FileStat(
                        stat.sizeBytes(),
                        stat.mtime(),
                        stat.ctime(),
                        stat.mode(),
                        stat.inode() + mounts,
                        stat.device());
        return new Found(found.kind(), other, found.linkCount());
    }

    /** A pass over everything, and over what it left for later. */
    private Result mirror() throws IOException {
        staged.set(0);
        Result result = mirrored.pass(memory);
        for (int i = 0; i < 3 && !result.restless().isEmpty(); i++) {
            Stream<RelativePath> left = result.restless().keySet().stream();
            result = mirrored.newPass(memory).over(left.map(at -> new Spot(at, false)).toList());
        }
        assertThat(result.restless()).isEmpty();
        assertThat(to.resolve(".lanyard/staging")).isEmptyDirectory();
        return result;
    }

    private static String clash(String path, String there) {
        return "skipped %s: %s".formatted(path, clashWith(there));
    }

    private static String clashWith(String there) {
        return "the destination takes its name for that of " + there;
    }

    private Path write(String path, String content) throws IOException {
        Path file = from.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, content);
    }

    /** What the drive has, as it is spelled there. */
    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.walk(to)) {
            return all.map(each -> to.relativize(each).toString())
                    .filter(each -> !each.isEmpty() && !each.startsWith(".lanyard"))
                    .sorted()
                    .toList();
        }
    }

    // ---------------------------------------------------------------- names that are one

    @ParameterizedTest
    @CsvSource({"Readme,README", "README,Readme"})
    void ofTwoNamesThatDifferInCaseOneIsThereAndTheOtherListed(String first, String second)
            throws Exception {
        write(first, "first");
        mirror();
        write(second, "second");

        Result result = mirror();

        assertThat(told).containsExactly(clash(second, first));
        assertThat(result.skippedAny()).isTrue();
        assertThat(names()).containsExactly(first);
        assertThat(to.resolve(first)).hasContent("first");

        mirror();
        assertThat(told).containsExactly(clash(second, first));
        assertThat(staged).as("what cannot be had is not copied anew each time").hasValue(0);

        write(first, "edited");
        mirror();
        assertThat(told).containsExactlyInAnyOrder("UPDATED " + first, clash(second, first));
        assertThat(to.resolve(first)).hasContent("edited");
    }

    @Test
    void ofTwoNamesThatAreNewTheSameIsThereAfterAnyPass() throws Exception {
        write("readme", "small");
        write("README", "LARGE");

        mirror();
        assertThat(told).containsExactly("CREATED README", clash("readme", "README"));
        mirror();
        assertThat(told).containsExactly(clash("readme", "README"));
        assertThat(names()).containsExactly("README");
        assertThat(to.resolve("README")).hasContent("LARGE");
    }

    @Test
    void theOtherArrivesWhenTheOneHasAnotherName() throws Exception {
        write("Readme", "first");
        mirror();
        write("README", "second");
        mirror();

        Files.move(from.resolve("Readme"), from.resolve("moved"));
        mirror();

        assertThat(told).containsExactly("RENAMED moved", "CREATED README");
        assertThat(names()).containsExactly("README", "moved");
        assertThat(to.resolve("README")).hasContent("second");
        mirror();
        assertThat(told).isEmpty();
    }

    @Test
    void theOtherArrivesWhenTheOneIsDeleted() throws Exception {
        write("d/Readme", "first");
        mirror();
        write("d/README", "second");
        mirror();

        Files.delete(from.resolve("d/Readme"));
        mirror();

        assertThat(told).containsExactly("DELETED d/Readme", "CREATED d/README");
        assertThat(to.resolve("d/README")).hasContent("second");
        mirror();
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsLeftForLaterIsToldWithItsReason() throws Exception {
        write("Readme", "first");
        mirror();
        Files.delete(from.resolve("Readme"));
        write("README", "second");
        Path busy = write("busy", "busy");
        fat.after(
                nth(1, any(Operation.CREATE)),
                () -> Files.writeString(busy, "!", StandardOpenOption.APPEND));

        Result result = mirrored.pass(memory);

        assertThat(told).containsExactly("DELETED Readme");
        assertThat(result.restless())
                .containsOnly(
                        Map.entry(RelativePath.of("README"), clashWith("Readme")),
                        Map.entry(RelativePath.of("busy"), "it is being written to"));
        mirror();
        assertThat(names()).containsExactly("README", "busy");
    }

    @Test
    void nothingOfOneFolderArrivesInTheOther() throws Exception {
        write("Box/f", "in Box");
        mirror();
        write("box/f", "in box");
        write("box/g", "in box too");

        mirror();
        assertThat(told).containsExactly(clash("box", "Box"));
        assertThat(names()).containsExactly("Box", "Box/f");
        assertThat(to.resolve("Box/f")).hasContent("in Box");

        Files.delete(from.resolve("Box/f"));
        Files.delete(from.resolve("Box"));
        mirror();
        assertThat(told)
                .containsExactly(
                        "DELETED Box/f",
                        "DELETED Box",
                        "CREATED box",
                        "CREATED box/f",
                        "CREATED box/g");
        mirror();
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"readme", "README"})
    void aNameIsGivenAnotherCase(String other) throws Exception {
        write("Readme", "content");
        write("Dir/f", "f");
        mirror();

        Files.move(from.resolve("Readme"), from.resolve(other));
        Files.move(from.resolve("Dir"), from.resolve("DIR"));
        mirror();

        assertThat(told).containsExactlyInAnyOrder("RENAMED " + other, "RENAMED DIR");
        assertThat(names()).containsExactlyInAnyOrder("DIR", "DIR/f", other);
        assertThat(to.resolve(other)).hasContent("content");
        mirror();
        assertThat(told).isEmpty();
    }

    @Test
    void anEditUnderANameInAnotherCaseArrives() throws Exception {
        write("Readme", "content");
        mirror();

        Files.delete(from.resolve("Readme"));
        write("readme", "edited since");
        mirror();

        assertThat(told).containsExactly("DELETED Readme", "CREATED readme");
        assertThat(names()).containsExactly("readme");
        assertThat(to.resolve("readme")).hasContent("edited since");
    }

    // ---------------------------------------------------------------- what cannot be there

    @Test
    void namesThatItRefusesAreListedAndAllElseIsCopied() throws Exception {
        write("fine", "fine");
        mirror();
        List<String> refused = List.of("a:b", "what?", "all*", "dot.", "CON", "nul.txt", "d/b|c");
        for (String each : refused) {
            write(each, each);
        }
        write("d/fine", "fine too");

        Result result = mirror();

        assertThat(names()).containsExactly("d", "d/fine", "fine");
        for (String each : refused) {
            assertThat(told)
                    .filteredOn(line -> line.startsWith("skipped " + each + ": "))
                    .singleElement()
                    .asString()
                    .contains("the destination cannot have it");
        }
        assertThat(result.failed()).as("what is tried again").isEmpty();
        assertThat(staged).hasValue(1);
        mirror();
        assertThat(told).hasSize(refused.size()).allMatch(line -> line.startsWith("skipped "));
        assertThat(staged).hasValue(0);

        Files.move(from.resolve("a:b"), from.resolve("a b"));
        mirror();
        assertThat(told).contains("CREATED a b").hasSize(refused.size());
    }

    @Test
    void linksAreListedAndAllElseIsCopied() throws Exception {
        write("fine", "fine");
        Files.createSymbolicLink(from.resolve("link"), Path.of("fine"));

        Result result = mirror();

        assertThat(told)
                .containsExactlyInAnyOrder(
                        "CREATED fine", "skipped link: the destination cannot have links");
        assertThat(result.failed()).as("what is tried again").isEmpty();
        mirror();
        assertThat(told).containsExactly("skipped link: the destination cannot have links");
    }

    // ---------------------------------------------------------------- what it does not keep

    @Test
    void nothingIsDoneAgainAfterItWasMountedAgain() throws Exception {
        Path file = write("d/f", "content");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-05-05T05:05:05.55Z")));
        write("g", "other");
        mirror();

        mounts++;
        AtomicInteger read = new AtomicInteger();
        fat.before(any(Operation.READ_BYTES), read::incrementAndGet);
        mirror();
        assertThat(told).isEmpty();
        assertThat(read).as("contents that are compared").hasValue(0);

        write("g", "edited");
        mirror();
        assertThat(told).containsExactly("UPDATED g");

        mounts++;
        Files.move(from.resolve("d"), from.resolve("e"));
        mirror();
        assertThat(told).containsExactly("RENAMED e");
    }

    @Test
    void whatItHadIsKnownThoughAnotherInodeHasIt() throws Exception {
        mirrorFrom(Intercepted.disk(mirrored.source, this::mounted), mirrored.copy);
        write("a", "first");
        write("b", "the second");
        write("d/c", "third");
        mirror();

        mounts++;
        mirror();
        assertThat(told).isEmpty();

        Files.move(from.resolve("a"), from.resolve("x"));
        Files.move(from.resolve("b"), from.resolve("y"));
        mirror();
        assertThat(told).containsExactlyInAnyOrder("RENAMED x", "RENAMED y");
        assertThat(staged).hasValue(0);
        assertThat(to.resolve("x")).hasContent("first");
    }
}
