package dev.lanyard.node.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Conversations with a systemctl that behaves badly. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class SystemctlTest {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    @TempDir private Path temporary;

    private Systemctl saying(String script) throws IOException {
        return saying(script, Duration.ofSeconds(20));
    }

    private Systemctl saying(String script, Duration patience) throws IOException {
        Path program = temporary.resolve("systemctl");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Systemctl(
                program, Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "de_DE", "X", "x"), patience);
    }

    /** The process whose number was written to a file, if it is still there. */
    private static Optional<ProcessHandle> process(Path pid) throws IOException {
        String number = Files.exists(pid) ? Files.readString(pid).strip() : "";
        return number.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(number));
    }

    @Test
    void oneThatNeverEndsIsEnded() throws Exception {
        Path pid = temporary.resolve("pid");
        Systemctl systemctl = saying("echo $$ >'%s'; exec sleep 600\n".formatted(pid), PATIENCE);

        assertThat(systemctl.reload()).isEqualTo(new Answer.Late(PATIENCE));
        // It may have been ended before it could say which process it was.
        process(pid).ifPresent(process -> process.onExit().join());
        assertThat(systemctl.state("x")).isEqualTo(new State.Unknown(new Answer.Late(PATIENCE)));
    }

    @Test
    void oneWhoseChildKeepsItsOutputIsNotWaitedForEither() throws Exception {
        Path child = temporary.resolve("child");
        Systemctl systemctl = saying("echo done\nsleep 600 &\necho $! >'%s'\n".formatted(child));

        try {
            assertThat(systemctl.reload()).isEqualTo(new Answer.Done("done"));
            assertThat(process(child)).get().matches(ProcessHandle::isAlive, "alive");
        } finally {
            process(child).ifPresent(ProcessHandle::destroy);
        }
    }

    @Test
    void oneThatCannotRunIsAFailure() throws Exception {
        Systemctl systemctl = saying("");
        Files.delete(temporary.resolve("systemctl"));

        assertThat(systemctl.reload()).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void oneThatSaysMoreThanAPipeHoldsIsHeard() throws Exception {
        // Patience is for those who hang; this one has work to do.
        assertThat(saying("head -c 1000000 /dev/zero | tr '\\0' x\n").stop("u"))
                .isEqualTo(new Answer.Done("x".repeat(1_000_000)));
    }

    @Test
    void itRunsInTheEnvironmentThatItWasGivenAndSpeaksEnglish() throws Exception {
        assertThat(saying("echo $X $LC_ALL ${HOME:-none} \"$@\"\n").stop("u"))
                .isEqualTo(
                        new Answer.Done(
                                "x C.UTF-8 none --user --no-pager --no-ask-password stop u"));
    }

    @Test
    void nobodyIsNoFailure() throws Exception {
        assertThat(
                        saying("echo 'Failed to connect to bus: No medium found' >&2; exit 1\n")
                                .stop("u"))
                .isEqualTo(new Answer.Nobody("Failed to connect to bus: No medium found"));
        assertThat(saying("exit 5\n").stop("u")).isEqualTo(new Answer.Failed("exit code 5"));
    }
}
