package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said of a folder or state directory with the wrong mode. Root ignores modes: so where
 * tests run as root, somebody else asks.
 */
@EnabledOnOs(OS.LINUX)
final class UnprivilegedTest {
    private static final String NOBODY = "65534";

    @TempDir Path temporary;

    @Test
    void aFolderOrStateDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path readOnly = directory("read-only", "r-xr-xr-x");
        Path unreadable = directory("unreadable", "-wx-wx-wx");
        List<String> command = new ArrayList<>();
        if ((int) Files.getAttribute(temporary, "unix:uid") == 0) {
            command.addAll(
                    List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
            assumeTrue(succeeds(command, "test", "-r", of(RelativePath.class)));
        }
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(
                                ":",
                                of(Problem.class),
                                of(RelativePath.class),
                                of(UnprivilegedTest.class)),
                        UnprivilegedTest.class.getName(),
                        readOnly.toString(),
                        unreadable.toString()));

        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines())
                .containsExactly(
                        "USAGE the folder '%s' cannot be written; give yourself the permission, or mount it writable"
                                .formatted(readOnly),
                        "USAGE the state directory '%s' cannot be written; name another one with --state-dir"
                                .formatted(readOnly.resolve("state")),
                        "USAGE the folder '%s' cannot be read; give yourself the permission, or name another one"
                                .formatted(unreadable));
        assertThat(process.waitFor()).isZero();
    }

    private Path directory(String name, String mode) throws IOException {
        Path directory = Files.createDirectory(temporary.resolve(name));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
        return directory;
    }

    private static String of(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    private static boolean succeeds(List<String> as, String... command)
            throws InterruptedException, IOException {
        List<String> all = new ArrayList<>(as);
        all.addAll(List.of(command));
        return new ProcessBuilder(all).start().waitFor() == 0;
    }

    /** What runs as somebody else. */
    public static void main(String[] folders) {
        say(() -> Preflight.checkFolder(Path.of(folders[0])));
        say(() -> Preflight.checkStateDirectory(Path.of(folders[0]).resolve("state")));
        say(() -> Preflight.checkFolder(Path.of(folders[1])));
    }

    private static void say(Check check) {
        try {
            check.run();
            System.out.println("passed");
        } catch (StartFailure failure) {
            System.out.println(failure.kind() + " " + failure.getMessage());
        }
    }

    private interface Check {
        void run() throws StartFailure;
    }
}
