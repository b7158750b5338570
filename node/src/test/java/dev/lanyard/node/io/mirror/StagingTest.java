package dev.lanyard.node.io.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.node.core.mirror.Deleting;
import dev.lanyard.node.core.mirror.Exclusions;
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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What a mirror does in staging, call by call, and what it does where a call fails. */
class StagingTest {
    private static final RelativePath FILE = RelativePath.of("f");

    @TempDir private Path temporary;
    private Path from;
    private Path to;
    private final List<String> calls = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private @Nullable String failing;
    private Fault fault = Fault.NOT_PERMITTED;
    private Disk source;
    private Disk copy;
    private Keepsafe keepsafe;

    @BeforeEach
    void makeFolders() throws IOException {
        from = Files.createDirectory(temporary.resolve("from"));
        to = Files.createDirectory(temporary.resolve("to"));
        Files.writeString(from.resolve("f"), "new");
        Disk real = Disks.holding(to, new SecureRandom());
        real.adopt(null);
        source = new ReadingDisk(from);
        source.adopt(null);
        copy = proxy(Disk.class, real);
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

    /** Passes calls on, after writing them down; the one that is to fail does. */
    private <T> T proxy(Class<T> type, T real) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> call(real, method, arguments)));
    }

    private @Nullable Object call(Object real, Method method, Object @Nullable [] arguments)
            throws Throwable {
        String call = method.getName() + " " + (arguments == null ? "" : arguments[0]);
        calls.add(call);
        if (failing != null && call.startsWith(failing)) {
            throw new DiskException(method.getName(), "it", fault, 0);
        }
        try {
            Object result = method.invoke(real, arguments);
            return result instanceof Root root ? proxy(Root.class, root) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Report report() {
        return new Report() {
            @Override
            public void did(
                    Verb verb, RelativePath path, @Nullable RelativePath was, long copiedBytes) {
                told.add(verb + " " + path);
            }

            @Override
            public void skipped(@Nullable RelativePath path, String why) {
                told.add("skipped " + path + ": " + why);
            }
        };
    }

    private InstantSource later() {
        return InstantSource.offset(InstantSource.system(), Duration.ofMinutes(1));
    }

    private Copier copier() {
        Twins none = new Twins(MirrorRecord.decode(ByteBuffer.allocate(0)));
        return new Copier(keepsafe, report(), later(), true, none);
    }

    private List<String> called(String method) {
        return calls.stream()
                .filter(each -> each.startsWith(method + " "))
                .map(each -> each.substring(method.length() + 1))
                .toList();
    }

    @Test
    void whatIsNotCompleteNeverHasTheNameOfWhatIsKept() throws Exception {
        Files.writeString(to.resolve("f"), "old");
        try (Hands hands = new Hands(source, copy, false)) {
            copier().replace(hands, FILE, null);
        }

        assertThat(called("create")).singleElement().asString().startsWith("m-");
        assertThat(called("exchange")).singleElement().asString().startsWith("d-");
        assertThat(to.resolve("f")).hasContent("new");
        assertThat(to.resolve(".lanyard/staging")).isEmptyDirectory();
    }

    @Test
    void noTwoRunsHaveTheSameNames() throws Exception {
        Files.writeString(from.resolve("g"), "g");
        try (Hands hands = new Hands(source, copy, false)) {
            copier().make(hands, FILE);
            copier().make(hands, RelativePath.of("g"));
        }
        assertThat(called("create")).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void whatAnotherIsMakingUnderTheSameNameIsLeftAlone() throws Exception {
        failing = "create m-";
        fault = Fault.EXISTS;
        try (Hands hands = new Hands(source, copy, false)) {
            assertThatThrownBy(() -> copier().make(hands, FILE)).isInstanceOf(DiskException.class);
        }
        assertThat(called("delete")).isEmpty();
    }

    @Test
    void aFolderThatCannotBeOpenedDoesNotEndThePass() throws Exception {
        Files.createDirectory(from.resolve("d"));
        Files.writeString(from.resolve("d/inside"), "new content");
        Files.createDirectory(to.resolve("d"));
        Files.writeString(to.resolve("d/inside"), "old");
        Files.setPosixFilePermissions(
                to.resolve("d"), PosixFilePermissions.fromString("r-xr-xr-x"));
        failing = "setAttributes d";

        pass().overAll(true);

        assertThat(told)
                .anySatisfy(each -> assertThat(each).startsWith("skipped d: permission denied"));
        assertThat(to.resolve("f")).hasContent("new");
        Files.setPosixFilePermissions(
                to.resolve("d"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(to.resolve("d/inside")).hasContent("old");
    }

    private Pass pass() throws IOException {
        Choice choice =
                new Choice(Exclusions.NONE, Deleting.KEEP, false, false, false, true, true, 0, 1);
        return new Pass(
                source, copy, Memory.none(""), choice, keepsafe, report(), later(), () -> false);
    }
}
