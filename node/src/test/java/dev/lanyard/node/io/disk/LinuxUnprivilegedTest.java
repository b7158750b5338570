package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;

/**
 * What modes and owners do to a user who is not root. Root ignores them, so where the tests run as
 * root the checks run in another process that is not; elsewhere they run here.
 */
@EnabledOnOs(OS.LINUX)
final class LinuxUnprivilegedTest {
    private static final int NOBODY = 65_534;

    @TempDir Path temporary;

    @Test
    @DisplayName("P3: what may not be read or changed says so, and the rest goes on")
    void keepsToModesAndOwners() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("share"));
        Path foreign = Files.writeString(folder.resolve("foreign"), "foreign");
        boolean isRoot = (int) Files.getAttribute(foreign, "unix:uid") == 0;
        if (!isRoot) {
            Files.delete(foreign);
            main(new String[] {folder.toString()});
            return;
        }
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setAttribute(folder, "unix:uid", NOBODY);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = String.join(":", of(Root.class), of(RelativePath.class), of(getClass()));
        String user = String.valueOf(NOBODY);
        assumeTrue(succeeds("setpriv", "--reuid", user, "test", "-r", of(RelativePath.class)));

        try (FileChannel writer = FileChannel.open(foreign, StandardOpenOption.WRITE)) {
            assertThat(writer.isOpen()).isTrue();
            LinuxFixture.run(
                    "setpriv",
                    "--reuid",
                    user,
                    "--regid",
                    user,
                    "--clear-groups",
                    java,
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    classes,
                    LinuxUnprivilegedTest.class.getName(),
                    folder.toString());
        }
    }

    private static String of(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** The checks, as the user that runs them; needs no more than the classes of the disk. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        LinuxDisk disk = new LinuxDisk(folder, new Random(3));
        disk.adopt(null);
        try (Root root = disk.open()) {
            readOnlyDirectoriesMove(root);
            unreadableThingsSaySo(folder, root);
            if (Files.exists(folder.resolve("foreign"))) {
                foreignFilesAreUsedAsFarAsPermitted(folder, root);
            }
        }
    }

    private static void readOnlyDirectoriesMove(Root root) throws IOException {
        root.createDirectory("s", 0555);
        root.place("s", path("read-only"));
        check(mode(root.stat(path("read-only"))) == 0555, "mode after placing");
        root.take(path("read-only"), "t");
        check(mode(root.statStaged("t")) == 0555, "mode after taking");
        root.delete(Root.Place.STAGING, "t");
    }

    private static void unreadableThingsSaySo(Path folder, Root root) throws IOException {
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/f"), "f");
        root.setAttributes(path("d/f"), 0, Instant.EPOCH);
        fails(Fault.NOT_PERMITTED, () -> root.read(path("d/f")).close());
        check(root.isQuiet(path("d/f")), "quiet where it cannot be found out");
        root.flush(path("d/f"));
        root.setAttributes(path("d"), 0, null);
        fails(Fault.NOT_PERMITTED, () -> root.list(path("d")));
        fails(Fault.NOT_PERMITTED, () -> root.stat(path("d/f")));
        fails(Fault.NOT_PERMITTED, () -> root.stat(path("d/absent")));
        root.setAttributes(path("d"), 0755, null);
        check(root.stat(path("d/absent")) == null, "absent");
    }

    private static void foreignFilesAreUsedAsFarAsPermitted(Path folder, Root root)
            throws IOException {
        RelativePath foreign = path("foreign");
        check(root.isQuiet(foreign), "quiet where no lease is permitted");
        root.read(foreign).close(); // Leaving the time of access alone is the right of its owner.
        fails(Fault.NOT_PERMITTED, () -> root.setAttributes(foreign, 0600, null));
        root.create("s").close();
        root.setAttributes("s", 0640, Instant.EPOCH, foreign);
        root.exchange("s", foreign);
        check(mode(root.stat(foreign)) == 0640, "mode");
        check((int) Files.getAttribute(folder.resolve("foreign"), "unix:uid") != 0, "owner");
    }

    private static RelativePath path(String text) {
        return RelativePath.of(text);
    }

    private static int mode(Root.@Nullable Found found) {
        return Objects.requireNonNull(found).stat().mode();
    }

    private interface Act {
        void run() throws IOException;
    }

    private static void fails(Fault fault, Act act) throws IOException {
        try {
            act.run();
        } catch (DiskException e) {
            check(e.fault() == fault, "%s, expected %s".formatted(e.getMessage(), fault));
            return;
        }
        throw new AssertionError("succeeded, expected " + fault);
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
