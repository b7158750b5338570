package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lanyard.node.app.config.StartFailure.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What a node claims is its own towards other processes too, and nobody's once it has died. */
final class OtherProcessTest {
    @TempDir private Path temporary;

    @Test
    void aFolderIsRefusedUntilTheProcessThatHasItDies() throws Exception {
        Machine machine = new Machine(temporary);
        Settings settings = machine.read(Flags.of(machine.folder, machine.state("two")));
        Process holder = startHolder(machine, machine.state("one"));
        try {
            // Twice: a try that fails must not take the lock away from its holder.
            refused(settings);
            StartFailure failure = refused(settings);

            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure.what()).contains("(process " + holder.pid() + ")");
            assertThat(machine.state("two")).doesNotExist();
        } finally {
            holder.destroyForcibly();
        }

        assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        StateDirectory.claim(settings).close();
    }

    private static StartFailure refused(Settings settings) {
        StartFailure failure =
                catchThrowableOfType(StartFailure.class, () -> StateDirectory.claim(settings));
        assertThat(failure).as("claiming %s", settings.folder()).isNotNull();
        return failure;
    }

    private static Process startHolder(Machine machine, Path state) throws IOException {
        Process holder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StateHolder.class.getName(),
                                machine.environment.home().toString(),
                                machine.folder.toString(),
                                state.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(holder.inputReader().readLine()).isEqualTo("claimed " + state);
        return holder;
    }
}
