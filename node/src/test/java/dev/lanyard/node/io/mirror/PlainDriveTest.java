package dev.lanyard.node.io.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanyard.node.core.mirror.Deleting;
import dev.lanyard.node.core.mirror.Exclusions;
import dev.lanyard.node.core.mirror.Guard;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.apply.Keeping;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Disks;
import dev.lanyard.node.io.disk.ReadingDisk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
    private Disk source;
    private Disk copy;
    private Keepsafe keepsafe;
    private Memory memory;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void plugIn() throws IOException {
        from = Files.createDirectory(temporary.resolve("from"));
        to = Files.createDirectory(temporary.resolve("to"));
        Disk real = Disks.holding(to, new SecureRandom());
        real.adopt(null);
        source = new ReadingDisk(from);
        source.adopt(null);
        copy = proxy(Disk.class, real);
        memory = Memory.none("");
        Keeping keeping = new Keeping(real, InstantSource.system());
        keepsafe =
                new Keepsafe() {
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

    private <T> T proxy(Class<T> type, T real) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            try {
                                return call(real, method, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    private @Nullable Object call(Object real, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (real instanceof Root root && arguments != null) {
            switch (method.getName()) {
                case "create" -> {
                    Object made = method.invoke(real, arguments);
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
        Object result = method.invoke(real, arguments);
        return result instanceof Root root ? proxy(Root.class, root) : result;
    }

    private static void refuseUnlessOnly(int mode) throws DiskException {
        if (mode != ONLY_MODE) {
            throw new DiskException("chmod", "it", Fault.NOT_PERMITTED, 1);
        }
    }

    private Pass.Result pass() throws IOException {
        told.clear();
        Report report =
                new Report() {
                    @Override
                    public void did(
                            Verb verb, RelativePath path, @Nullable RelativePath was, long bytes) {
                        told.add(verb + " " + path);
                    }

                    @Override
                    public void skipped(@Nullable RelativePath path, String why) {
                        told.add("skipped " + path + ": " + why);
                    }
                };
        InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofMinutes(1));
        Choice choice =
                new Choice(Exclusions.NONE, Deleting.KEEP, false, false, false, true, true, 0, 1);
        return new Pass(source, copy, memory, choice, keepsafe, report, later, () -> false)
                .overAll(true);
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
