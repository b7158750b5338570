package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanyard.node.app.config.StartFailure.Kind;
import dev.lanyard.protocol.ShareKey;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who gets a state directory, and what is in it. */
final class StateDirectoryTest {
    @TempDir Path temporary;

    private final SecureRandom random = new SecureRandom();
    private Path folder;
    private Path state;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("folder"));
        state = folder.resolveSibling("state");
    }

    private Settings settings(Path of, Path in) throws StartFailure {
        return new SettingsReader(environment()).read(Flags.of(of, in));
    }

    private Environment environment() {
        return new Environment(
                Map.of("XDG_STATE_HOME", temporary.resolve("xdg").toString()),
                temporary,
                temporary,
                "ann",
                "host");
    }

    private static Consumer<StartFailure> refused(String words) {
        return failure -> {
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure).hasMessageContaining(words);
        };
    }

    @Test
    void isItsOwnersAlone() throws Exception {
        try (StateDirectory claimed = StateDirectory.claim(settings(folder, state))) {
            ShareKey key = claimed.shareKeys(random).present();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                    .isEqualTo("rwx------");
            assertThat(state.resolve("share.key")).hasContent(key.text());
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(state.resolve("share.key"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void keyAndIdentityStayWhatTheyAre() throws Exception {
        ShareKey key;
        byte[] identity;
        try (StateDirectory first = StateDirectory.claim(settings(folder, state))) {
            key = first.shareKeys(random).present();
            identity = first.identity(false, random, Instant.EPOCH).encode();
        }

        try (StateDirectory second = StateDirectory.claim(settings(folder, state))) {
            assertThat(second.shareKeys(random).present()).isEqualTo(key);
            assertThat(second.identity(false, random, Instant.EPOCH).encode()).isEqualTo(identity);
        }
    }

    @Test
    void aFolderHasOneNodeWhateverItsStateDirectory() throws Exception {
        try (StateDirectory first = StateDirectory.claim(settings(folder, state))) {
            Path other = temporary.resolve("other");

            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> StateDirectory.claim(settings(folder, other)).close())
                    .satisfies(
                            refused(
                                    "another node (process %d) runs"
                                            .formatted(ProcessHandle.current().pid())));
            assertThat(other).doesNotExist();
            assertThat(first.path()).isEqualTo(state);
        }
        StateDirectory.claim(settings(folder, state)).close();
    }

    @Test
    void theSameFolderThroughALinkIsTheSameFolder() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);

        assertThat(settings(link, state).folder()).isEqualTo(folder);
        assertThat(settings(link, state).folderLock())
                .isEqualTo(settings(folder, state).folderLock());
    }

    @Test
    void aStateDirectoryServesOneFolder() throws Exception {
        StateDirectory.claim(settings(folder, state)).close();
        Path other = Files.createDirectory(temporary.resolve("other"));

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> StateDirectory.claim(settings(other, state)).close())
                .satisfies(refused("belongs to the folder"));
    }

    @Test
    void aFolderThatWasMovedKeepsItsState() throws Exception {
        StateDirectory.claim(settings(folder, state)).close();
        Path moved = Files.move(folder, temporary.resolve("moved"));

        try (StateDirectory claimed = StateDirectory.claim(settings(moved, state))) {
            assertThat(claimed.path()).isEqualTo(state);
        }
    }

    @Test
    void aGivenKeyIsStoredAndNeverReplaced() throws Exception {
        ShareKey given = ShareKey.generate(random);
        Flags flags =
                new Flags(
                        folder,
                        state,
                        null,
                        given.text(),
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        Settings withKey = new SettingsReader(environment()).read(flags);
        try (StateDirectory claimed = StateDirectory.claim(withKey)) {
            assertThat(claimed.shareKeys(random).present()).isEqualTo(given);
        }
        StateDirectory.claim(withKey).close(); // The same one again is no contradiction.

        Flags others =
                new Flags(
                        folder,
                        state,
                        null,
                        ShareKey.generate(random).text(),
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(
                        () ->
                                StateDirectory.claim(new SettingsReader(environment()).read(others))
                                        .close())
                .satisfies(refused("another key"));
        assertThat(state.resolve("share.key")).hasContent(given.text());
    }

    @Test
    void aStateDirectoryInTheFolderWouldSyncTheKey() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);

        for (Path inside : List.of(folder, folder.resolve("state"), link.resolve("a/b"))) {
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> settings(folder, inside))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.USAGE))
                    .withMessageContaining("is inside the folder");
        }
    }

    @Test
    void flagsComeBeforeTheFileAndThatBeforeDefaults() throws Exception {
        Files.createDirectory(state);
        Files.writeString(
                state.resolve("settings"), "name = from file\ndiscovery = off\npeers = a:1, b:2\n");
        Flags flags =
                new Flags(
                        folder, state, "flag", null, null, null, List.of(), null, null, null, null,
                        null, null);

        Settings settings = new SettingsReader(environment()).read(flags);

        assertThat(settings.name()).isEqualTo("flag");
        assertThat(settings.discovery()).isFalse();
        assertThat(settings.peers())
                .extracting(Object::toString)
                .containsExactly("a/<unresolved>:1", "b/<unresolved>:2");
        assertThat(settings.discoveryPort()).isEqualTo(Settings.DISCOVERY_PORT_DEFAULT);
        assertThat(settings(folder, state).name()).isEqualTo("from file");
    }

    @Test
    void aSettingThatNobodyKnowsIsNotPassedOver() throws Exception {
        Files.createDirectory(state);
        Files.writeString(state.resolve("settings"), "nmae = typo\n");

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> settings(folder, state))
                .withMessageContaining("unknown setting 'nmae'");
    }
}
