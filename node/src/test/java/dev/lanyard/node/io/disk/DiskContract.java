package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Name;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** What every {@link Disk} promises. */
abstract class DiskContract {
    private static final Instant NANOS = Instant.parse("2024-02-29T12:34:56.123456789Z");

    Disk disk;
    Root root;
    Hands hands;

    /** The disk under test, to a process that has just begun. All are about one folder. */
    abstract Disk disk();

    /** What makes and reads files in the folder behind its back. */
    abstract Hands hands();

    @BeforeEach
    void openRoot() throws IOException {
        hands = hands();
        disk = disk();
        disk.adopt(null);
        root = disk.open();
    }

    @AfterEach
    void closeRoot() {
        root.close();
    }

    @Test
    void adoptsAFolderAndFindsItAgain() throws IOException {
        RootIdentity identity = disk.adopt(null);

        assertThat(disk().adopt(identity)).isEqualTo(identity);
        assertThat(identity.marker()).isNotEmpty();
        assertThat(root.device()).isEqualTo(identity.device());
        assertThat(hands.mode(".lanyard")).isEqualTo(0700);
        assertThat(hands.mode(".lanyard/staging")).isEqualTo(0700);
        assertThat(root.names(Place.PRIVATE)).contains("staging", "versions");
    }

    @Test
    void tellsWhatIsAtAPath() throws IOException {
        hands.write("file", "hello");
        hands.setMtime("file", NANOS);
        hands.setMode("file", 0751);
        hands.makeDirectories("directory");
        hands.link("link", "nowhere");
        hands.linkHard("file", "directory/second");

        Found file = found("file");
        assertThat(file.kind()).isEqualTo(Kind.FILE);
        assertThat(file.stat().sizeBytes()).isEqualTo(5);
        assertThat(file.stat().mtime()).isEqualTo(NANOS);
        assertThat(file.stat().mode()).isEqualTo(0751);
        assertThat(file.stat().device()).isEqualTo(root.device());
        assertThat(file.stat().inode()).isEqualTo(hands.inode("file"));
        assertThat(file.stat().ctime()).isEqualTo(hands.ctime("file"));
        assertThat(file.linkCount()).isEqualTo(2);
        assertThat(found("directory").kind()).isEqualTo(Kind.DIRECTORY);
        assertThat(found("directory").stat().sizeBytes()).isZero();
        assertThat(found("link").kind()).isEqualTo(Kind.SYMLINK);
        assertThat(found("directory/second").stat()).isEqualTo(file.stat());
    }

    @Test
    void answersNullOnlyForWhatIsNotThere() throws IOException {
        hands.write("file", "hello");

        assertThat(root.stat(path("absent"))).isNull();
        assertThat(root.stat(path("absent/child"))).isNull();
        assertFault(Fault.NOT_A_DIRECTORY, () -> root.stat(path("file/child")));
    }

    @Test
    void looksAgainForWhatIsMissingInADirectoryThatWasReplaced() throws IOException {
        hands.makeDirectories("d");
        hands.write("d/old", "old");
        assertThat(root.stat(path("d/old"))).isNotNull();

        hands.rename("d", "moved");
        hands.makeDirectories("d");
        hands.write("d/new", "new");

        assertThat(root.stat(path("d/new"))).isNotNull();
        assertThat(root.stat(path("d/old"))).isNull();
        assertThat(read(root.read(path("d/new")))).isEqualTo("new");
    }

    @Test
    void listsAllNamesButThePrivateOne() throws IOException {
        hands.makeDirectories("d/.lanyard");
        hands.write("d/f", "");
        hands.link("link", "d");

        assertThat(root.list(null)).extracting(DiskContract::text).containsOnly("d", "link");
        assertThat(root.list(null)).extracting(DiskContract::text).containsOnly("d", "link");
        assertThat(root.list(path("d")))
                .extracting(DiskContract::text)
                .containsOnly(".lanyard", "f");
        assertFault(Fault.NO_SUCH_FILE, () -> root.list(path("absent")));
        assertFault(Fault.NOT_A_DIRECTORY, () -> root.list(path("d/f")));
    }

    @Test
    void readsAFileAtAnyOffsetIntoAnyBuffer() throws IOException {
        byte[] bytes = new byte[3_000_001];
        new Random(7).nextBytes(bytes);
        hands.write("file", bytes);

        try (Content content = root.read(path("file"))) {
            for (ByteBuffer to :
                    List.of(
                            ByteBuffer.allocate(bytes.length + 10),
                            ByteBuffer.allocateDirect(bytes.length + 10))) {
                to.position(5);
                assertThat(content.read(to, 1)).isEqualTo(bytes.length - 1);
                assertThat(to.position()).isEqualTo(5 + bytes.length - 1);
                assertThat(to.slice(5, bytes.length - 1))
                        .isEqualTo(ByteBuffer.wrap(bytes, 1, bytes.length - 1));
                assertThat(content.read(to, bytes.length)).isEqualTo(-1);
            }
            assertThat(content.read(ByteBuffer.allocate(0), 0)).isZero();
            assertThat(content.stat()).isEqualTo(root.stat(path("file")));
        }
    }

    @Test
    void readsNothingButRegularFiles() throws IOException {
        hands.makeDirectories("directory");
        hands.write("file", "");
        hands.link("link", "file");

        assertFault(Fault.IS_A_DIRECTORY, () -> root.read(path("directory")));
        assertFault(Fault.CONFINED, () -> root.read(path("link")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.read(path("absent")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.read(Place.VERSIONS, "absent"));
    }

    @Test
    void writesAStagedFileAndPlacesIt() throws IOException {
        hands.makeDirectories("d");
        try (Sink sink = root.create("s1")) {
            sink.write(ByteBuffer.wrap("world".getBytes(UTF_8)), 6);
            ByteBuffer direct = ByteBuffer.allocateDirect(6).put("hello ".getBytes(UTF_8)).flip();
            sink.write(direct, 0);
            assertThat(direct.hasRemaining()).isFalse();
            sink.flush();
        }
        assertThat(root.statStaged("s1").stat().mode()).isEqualTo(0600);
        root.setAttributes("s1", 0754, NANOS, null);
        Found staged = root.statStaged("s1");

        root.place("s1", path("d/f"));

        assertThat(hands.text("d/f")).isEqualTo("hello world");
        assertThat(found("d/f").stat().mtime()).isEqualTo(NANOS);
        assertThat(found("d/f").stat().mode()).isEqualTo(0754);
        assertThat(found("d/f").stat().inode()).isEqualTo(staged.stat().inode());
        assertThat(root.names(Place.STAGING)).isEmpty();
        assertFault(Fault.NO_SUCH_FILE, () -> root.statStaged("s1"));
        assertFault(Fault.NO_SUCH_FILE, () -> root.place("s1", path("d/g")));
    }

    @Test
    void writesLargeBuffersOfEitherKind() throws IOException {
        byte[] bytes = new byte[2_500_003];
        new Random(8).nextBytes(bytes);
        try (Sink sink = root.create("heap");
                Sink direct = root.create("direct")) {
            sink.write(ByteBuffer.wrap(bytes), 0);
            direct.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0);
        }

        assertThat(hands.read(".lanyard/staging/heap")).isEqualTo(bytes);
        assertThat(hands.read(".lanyard/staging/direct")).isEqualTo(bytes);
    }

    @Test
    void doesNotMakeAStagedNameTwice() throws IOException {
        stage("s", "first");

        assertFault(Fault.EXISTS, () -> root.create("s"));
        assertFault(Fault.EXISTS, () -> root.createDirectory("s", 0700));
        assertFault(Fault.EXISTS, () -> root.createLink("s", target("x")));
    }

    @Test
    void reopensAStagedFileAndCutsWhatIsBehind() throws IOException {
        stage("s", "0123456789");

        try (Sink sink = root.reopen("s", 4)) {
            sink.write(ByteBuffer.wrap("x".getBytes(UTF_8)), 4);
        }

        assertThat(read(root.read(Place.STAGING, "s"))).isEqualTo("0123x");
        assertFault(Fault.SHRANK, () -> root.reopen("s", 6));
        assertFault(Fault.NO_SUCH_FILE, () -> root.reopen("absent", 0));
    }

    @Test
    void placesOnlyWhereNothingIs() throws IOException {
        hands.write("f", "theirs");
        stage("s", "ours");
        root.createDirectory("sd", 0755);
        hands.makeDirectories("empty");

        assertFault(Fault.EXISTS, () -> root.place("s", path("f")));
        assertFault(Fault.EXISTS, () -> root.place("sd", path("f")));
        assertFault(Fault.EXISTS, () -> root.place("sd", path("empty")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.place("s", path("absent/f")));
        assertFault(Fault.NOT_A_DIRECTORY, () -> root.place("s", path("f/g")));
        assertThat(hands.text("f")).isEqualTo("theirs");
        assertThat(root.names(Place.STAGING)).containsOnly("s", "sd");
    }

    @Test
    void exchangesInOneStep() throws IOException {
        hands.write("f", "old");
        stage("s", "new");

        root.exchange("s", path("f"));

        assertThat(hands.text("f")).isEqualTo("new");
        assertThat(read(root.read(Place.STAGING, "s"))).isEqualTo("old");
        assertFault(Fault.NO_SUCH_FILE, () -> root.exchange("s", path("absent")));
    }

    @Test
    void exchangesThingsOfDifferentKind() throws IOException {
        hands.makeDirectories("d");
        stage("s", "new");

        root.exchange("s", path("d"));

        assertThat(found("d").kind()).isEqualTo(Kind.FILE);
        assertThat(root.statStaged("s").kind()).isEqualTo(Kind.DIRECTORY);
    }

    @Test
    void replacesWhereExchangeCannotBeHad() throws IOException {
        hands.write("f", "old");
        stage("s", "new");
        root.link(path("f"), "kept");

        root.replace("s", path("f"));

        assertThat(hands.text("f")).isEqualTo("new");
        assertThat(read(root.read(Place.STAGING, "kept"))).isEqualTo("old");
        assertThat(root.names(Place.STAGING)).containsOnly("kept");
    }

    @Test
    void linksALinkAndNotWhatItPointsTo() throws IOException {
        hands.write("f", "file");
        hands.link("l", "f");

        root.link(path("l"), "kept");

        assertThat(root.statStaged("kept").kind()).isEqualTo(Kind.SYMLINK);
    }

    @Test
    void takesAFileOrATreeIntoStaging() throws IOException {
        hands.makeDirectories("a/b");
        hands.write("a/b/f", "f");
        assertThat(root.stat(path("a/b/f"))).isNotNull();

        root.take(path("a"), "taken");

        assertThat(root.stat(path("a/b/f"))).isNull();
        assertThat(hands.text(".lanyard/staging/taken/b/f")).isEqualTo("f");
        root.place("taken", path("c"));
        assertThat(hands.text("c/b/f")).isEqualTo("f");
        assertFault(Fault.NO_SUCH_FILE, () -> root.take(path("a"), "taken"));
        stage("s", "");
        assertFault(Fault.EXISTS, () -> root.take(path("c"), "s"));
    }

    @Test
    void givesSomethingStagedAnotherName() throws IOException {
        stage("s", "first");
        stage("t", "second");

        assertFault(Fault.EXISTS, () -> root.renameStaged("s", "t"));
        root.renameStaged("s", "u");

        assertThat(read(root.read(Place.STAGING, "u"))).isEqualTo("first");
        assertThat(root.names(Place.STAGING)).containsOnly("t", "u");
        assertFault(Fault.NO_SUCH_FILE, () -> root.renameStaged("s", "v"));
    }

    @Test
    void tellsHowMuchIsFree() throws IOException {
        long usable = hands.freeBytes();

        assertThat(root.freeBytes()).isBetween(usable / 2, usable + (usable >> 1));
    }

    @Test
    void archivesReadsAndDeletesVersions() throws IOException {
        stage("s", "old");

        root.archive("s", "v1");
        root.write(Place.VERSIONS, "v1.about", ByteBuffer.wrap("why".getBytes(UTF_8)));
        root.flush(Place.VERSIONS);

        assertThat(root.names(Place.VERSIONS)).containsOnly("v1", "v1.about");
        assertThat(read(root.read(Place.VERSIONS, "v1"))).isEqualTo("old");
        assertThat(read(root.read(Place.VERSIONS, "v1.about"))).isEqualTo("why");
        root.copy(Place.VERSIONS, "v1", 3, "again");
        assertThat(read(root.read(Place.STAGING, "again"))).isEqualTo("old");
        root.delete(Place.VERSIONS, "v1");
        root.delete(Place.VERSIONS, "v1");
        assertThat(root.stat(Place.VERSIONS, "v1")).isNull();
    }

    @Test
    void writesASmallPrivateFileOverItsOldContent() throws IOException {
        root.write(Place.PRIVATE, "mark", ByteBuffer.wrap("1".getBytes(UTF_8)));
        root.write(Place.PRIVATE, "mark", ByteBuffer.wrap("22".getBytes(UTF_8)));

        assertThat(read(root.read(Place.PRIVATE, "mark"))).isEqualTo("22");
        root.writeDurably(Place.PRIVATE, "mark", ByteBuffer.wrap("333".getBytes(UTF_8)));
        assertThat(read(root.read(Place.PRIVATE, "mark"))).isEqualTo("333");
        assertThat(root.names(Place.STAGING)).isEmpty();
        assertThat(root.stat(Place.PRIVATE, "mark"))
                .extracting(found -> found.stat().mode())
                .isEqualTo(0600);
    }

    @Test
    void copiesAFileOfKnownSize() throws IOException {
        byte[] bytes = new byte[700_001];
        new Random(9).nextBytes(bytes);
        hands.write("f", bytes);
        hands.write("empty", new byte[0]);

        root.copy(path("f"), bytes.length, "s");
        root.copy(path("empty"), 0, "e");

        assertThat(hands.read(".lanyard/staging/s")).isEqualTo(bytes);
        assertThat(root.statStaged("e").stat().sizeBytes()).isZero();
        assertFault(Fault.SHRANK, () -> root.copy(path("f"), bytes.length + 1, "t"));
        assertFault(Fault.SHRANK, () -> root.copy(path("f"), bytes.length - 1, "t"));
        assertFault(Fault.EXISTS, () -> root.copy(path("f"), bytes.length, "s"));
        assertThat(root.names(Place.STAGING)).containsOnly("s", "e");
    }

    @Test
    void makesAndRemovesDirectories() throws IOException {
        root.createDirectory("s", 0750);
        root.place("s", path("d"));
        hands.write("d/f", "f");
        hands.write("file", "f");

        assertThat(found("d").stat().mode()).isEqualTo(0750);
        assertFault(Fault.NOT_EMPTY, () -> root.removeDirectory(path("d")));
        assertFault(Fault.NOT_A_DIRECTORY, () -> root.removeDirectory(path("file")));
        hands.delete("d/f");
        root.removeDirectory(path("d"));
        assertThat(root.stat(path("d"))).isNull();
        assertFault(Fault.NO_SUCH_FILE, () -> root.removeDirectory(path("d")));
    }

    @Test
    void deletesAnEmptyDirectoryInStaging() throws IOException {
        root.createDirectory("s", 0700);

        root.delete(Place.STAGING, "s");

        assertThat(root.names(Place.STAGING)).isEmpty();
    }

    @Test
    void makesLinksWhoseTargetIsTakenToTheLetter() throws IOException {
        LinkTarget target = new LinkTarget(new byte[] {'.', '.', '/', (byte) 0xff, '\n'});
        root.createLink("s", target);
        root.setAttributes("s", 0777, NANOS, null);
        assertThat(root.readLink(Place.STAGING, "s")).isEqualTo(target);

        root.place("s", path("l"));

        assertThat(root.readLink(path("l"))).isEqualTo(target);
        assertThat(found("l").stat().mtime()).isEqualTo(NANOS);
        hands.write("f", "f");
        assertFault(Fault.UNSUPPORTED, () -> root.readLink(path("f")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.readLink(path("absent")));
    }

    @Test
    void changesModeAndTimeOfWhatIsThere() throws IOException {
        hands.write("f", "f");
        hands.makeDirectories("d");

        root.setAttributes(path("f"), 0640, NANOS);
        root.setAttributes(path("d"), 0711, null);

        assertThat(found("f").stat().mode()).isEqualTo(0640);
        assertThat(found("f").stat().mtime()).isEqualTo(NANOS);
        assertThat(found("d").stat().mode()).isEqualTo(0711);
        assertFault(Fault.NO_SUCH_FILE, () -> root.setAttributes(path("absent"), 0640, NANOS));
    }

    @Test
    void neverChangesWhatALinkPointsTo() throws IOException {
        hands.write("f", "f");
        root.setAttributes(path("f"), 0600, NANOS);
        hands.link("l", "f");

        root.setAttributes(path("l"), 0777, NANOS.plusSeconds(1));

        assertThat(found("f").stat().mode()).isEqualTo(0600);
        assertThat(found("f").stat().mtime()).isEqualTo(NANOS);
        assertThat(found("l").stat().mtime()).isEqualTo(NANOS.plusSeconds(1));
    }

    @Test
    void flushesOneByOneAndTogether() throws IOException {
        hands.makeDirectories("d");
        hands.write("d/f", "f");
        hands.link("l", "d");

        root.flush(path("d/f"));
        root.flush(path("d"));
        root.flush(path("l"));
        root.write(Place.VERSIONS, "v", ByteBuffer.wrap("v".getBytes(UTF_8)));
        root.flush(Place.VERSIONS, "v");
        root.flush(Place.STAGING);
        root.flushAll();

        assertFault(Fault.NO_SUCH_FILE, () -> root.flush(path("absent")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.flush(Place.VERSIONS, "absent"));
    }

    @Test
    void refusesPrivateNamesThatAreNone() {
        for (String name : List.of("", ".", "..", "a/b", "../x", "a\0b", "\u0100")) {
            assertThatThrownBy(() -> root.create(name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void cannotBeUsedWhenItIsClosed() {
        root.close();

        assertThatThrownBy(() -> root.stat(path("f"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> root.stat(path("d/f"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> root.create("s")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void cannotBeOpenedBeforeItWasAdopted() {
        assertThatThrownBy(() -> disk().open()).isInstanceOf(IllegalStateException.class);
    }

    final Found found(String path) throws IOException {
        return java.util.Objects.requireNonNull(root.stat(path(path)), path);
    }

    final void stage(String name, String content) throws IOException {
        try (Sink sink = root.create(name)) {
            sink.write(ByteBuffer.wrap(content.getBytes(UTF_8)), 0);
        }
    }

    static String read(Content content) throws IOException {
        try (content) {
            ByteBuffer to = ByteBuffer.allocate(1_000);
            content.read(to, 0);
            return UTF_8.decode(to.flip()).toString();
        }
    }

    static RelativePath path(String text) {
        return RelativePath.of(text);
    }

    static LinkTarget target(String text) {
        return new LinkTarget(text.getBytes(UTF_8));
    }

    static String text(Name name) {
        return new String(name.bytes(), UTF_8);
    }

    static void assertFault(Fault fault, ThrowingCallable call) {
        DiskException thrown = catchThrowableOfType(DiskException.class, call);
        assertThat(thrown).isNotNull();
        assertThat(thrown.fault()).as(thrown.getMessage()).isEqualTo(fault);
    }
}
