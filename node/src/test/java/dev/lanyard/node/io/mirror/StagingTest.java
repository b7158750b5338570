package dev.lanyard.node.io.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Intercepted;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** What a mirror does in staging, call by call, and what it does where a call fails. */
class StagingTest {
    private static final RelativePath FILE = RelativePath.of("f");

    @TempDir private Path temporary;
    private final List<String> calls = new ArrayList<>();
    private @Nullable String failing;
    private Fault fault = Fault.NOT_PERMITTED;
    private Mirrored mirrored;
    private Path from;
    private Path to;

    @BeforeEach
    void makeFolders() throws IOException {
        mirrored = new Mirrored(temporary, this::call);
        from = mirrored.from;
        to = mirrored.to;
        Files.writeString(from.resolve("f"), "new");
    }

    /** Passes calls on, after writing them down; the one that is to fail does. */
    private @Nullable Object call(Object real, Method method, Object[] arguments) throws Throwable {
        String call = method.getName() + " " + (arguments.length == 0 ? "" : arguments[0]);
        calls.add(call);
        if (failing != null && call.startsWith(failing)) {
            throw new DiskException(method.getName(), "it", fault, 0);
        }
        return Intercepted.pass(real, method, arguments);
    }

    private Hands hands() throws IOException {
        return new Hands(mirrored.source, mirrored.copy, false);
    }

    private Copier copier() {
        Twins none = new Twins(MirrorRecord.decode(ByteBuffer.allocate(0)));
        return new Copier(mirrored.keepsafe, mirrored, mirrored.later, true, none);
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
        try (Hands hands = hands()) {
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
        try (Hands hands = hands()) {
            copier().make(hands, FILE);
            copier().make(hands, RelativePath.of("g"));
        }
        assertThat(called("create")).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void whatAnotherIsMakingUnderTheSameNameIsLeftAlone() throws Exception {
        failing = "create m-";
        fault = Fault.EXISTS;
        try (Hands hands = hands()) {
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

        mirrored.pass(Memory.none(""));

        assertThat(mirrored.told)
                .anySatisfy(each -> assertThat(each).startsWith("skipped d: permission denied"));
        assertThat(to.resolve("f")).hasContent("new");
        Files.setPosixFilePermissions(
                to.resolve("d"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(to.resolve("d/inside")).hasContent("old");
    }
}
