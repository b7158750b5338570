package dev.lanyard.node.io.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanyard.node.core.mirror.Guard;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Intercepted;
import dev.lanyard.node.io.disk.Root;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

/**
 * A mirror to a drive that stores what FAT does: one mode for all, and times of two seconds. It is
 * simulated, since few machines let a test mount one: other modes are refused with the error that
 * the kernel gives.
 */
class PlainDriveTest {
    private static final int ONLY_MODE = 0755;

    @TempDir private Path temporary;
    private Path from;
    private Path to;
    private Mirrored mirrored;
    private Memory memory;
    private List<String> told;

    @BeforeEach
    void plugIn() throws IOException {
        mirrored = new Mirrored(temporary, PlainDriveTest::call);
        from = mirrored.from;
        to = mirrored.to;
        told = mirrored.told;
        memory = Memory.none("");
    }

    private static @Nullable Object call(Object real, Method method, Object[] arguments)
            throws Throwable {
        if (real instanceof Root root) {
            switch (method.getName()) {
                case "create" -> {
                    Object made = Intercepted.pass(real, method, arguments);
                    root.setAttributes((String) arguments[0], ONLY_MODE, null, null);
                    return made;
                }
                case "createDirectory" -> {
                    root.createDirectory((String) arguments[0], ONLY_MODE);
                    refuseUnlessOnly((int) arguments[1]);
                    return null;
                }
                case "setAttributes" -> {
                    refuseUnlessOnly((int) arguments[1]);
                    if (arguments[2] instanceof Instant mtime) {
                        arguments[2] = Instant.ofEpochSecond(mtime.getEpochSecond() & ~1L);
                    }
                }
                default -> {}
            }
        }
        return Intercepted.pass(real, method, arguments);
    }

    private static void refuseUnlessOnly(int mode) throws DiskException {
        if (mode != ONLY_MODE) {
            throw new DiskException("chmod", "it", Fault.NOT_PERMITTED, 1);
        }
    }

    private Pass.Result pass() throws IOException {
        return mirrored.pass(memory);
    }

    private static void chmod(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void whatItCannotStoreIsCountedOnceAndHoldsUpNothing() throws Exception {
        Files.createDirectory(from.resolve("d"));
        Path file = Files.writeString(from.resolve("d/f"), "content");
        chmod(from.resolve("d"), "rwxr-x---");
        chmod(file, "rw-r-----");

        Pass.Result first = pass();
        assertThat(told).containsExactlyInAnyOrder("CREATED d", "CREATED d/f");
        assertThat(first.unstoredModes()).isEqualTo(2);
        assertThat(to.resolve("d/f")).hasContent("content");
        assertThat(Files.getLastModifiedTime(to.resolve("d/f")).toMillis())
                .isCloseTo(Files.getLastModifiedTime(file).toMillis(), within(2_000L));
        assertThat(to.resolve(".lanyard/staging")).isEmptyDirectory();

        assertThat(pass().unstoredModes()).isZero();
        assertThat(told).isEmpty();

        chmod(file, "rw-rw-rw-");
        assertThat(pass().unstoredModes()).isEqualTo(1);
        assertThat(told).containsExactly("ADJUSTED d/f");
        pass();
        assertThat(told).isEmpty();

        Files.move(file, from.resolve("moved"));
        chmod(from.resolve("moved"), "rw-------");
        assertThat(pass().unstoredModes()).isEqualTo(1);
        assertThat(told).containsExactly("RENAMED moved");
        pass();
        assertThat(told).isEmpty();
    }

    @Test
    void aDriveThatWasMadeAnewIsAnEmptySource() throws Exception {
        Files.writeString(from.resolve("f"), "content");
        chmod(from.resolve("f"), "rwxr-xr-x");
        pass();

        Files.delete(from.resolve("f"));
        Files.createDirectory(from.resolve("lost+found"));

        assertThat(pass().verdict()).isEqualTo(Guard.Verdict.SOURCE_EMPTY);
        assertThat(to.resolve("f")).hasContent("content");
    }
}
