package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lanyard.node.app.config.StartFailure.Kind;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

class SettingsReaderTest {
    @TempDir private Path temporary;
    private Machine machine;

    @BeforeEach
    void makeMachine() throws IOException {
        machine = new Machine(temporary);
    }

    @Test
    void nothingButTheFolderIsNeeded() throws Exception {
        Settings settings = machine.read(Flags.of(machine.folder, null));

        assertThat(settings.folder()).isEqualTo(machine.folder);
        assertThat(settings.name()).isEqualTo("anns-laptop");
        assertThat(settings.listen()).isEqualTo(new InetSocketAddress(0));
        assertThat(settings.peers()).isEmpty();
        assertThat(settings.discovery()).isTrue();
        assertThat(settings.discoveryPort()).isEqualTo(Settings.DISCOVERY_PORT_DEFAULT);
        assertThat(settings.mode()).isEqualTo(Message.Mode.TWO_WAY);
        assertThat(settings.key()).isNull();
        assertThat(settings.stateDirectory().toString())
                .matches(".*/home/\\.local/state/lanyard/[0-9a-f]{16}-share");
        assertThat(settings.logFile()).startsWithRaw(settings.stateDirectory());
    }

    @ParameterizedTest
    @CsvSource({
        "5000, 0.0.0.0, 5000",
        "127.0.0.1:5000, 127.0.0.1, 5000",
        "'[::1]:5000', 0:0:0:0:0:0:0:1, 5000"
    })
    void listensWhereItIsTold(String text, String address, int port) throws Exception {
        Settings settings = machine.read(listening(text));

        assertThat(settings.listen().getAddress().getHostAddress())
                .isIn(address, address.equals("0.0.0.0") ? "0:0:0:0:0:0:0:0" : address);
        assertThat(settings.listen().getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1.2.3.4", "70000", "-1", "::1:5", "host:port", "[::1"})
    void anAddressThatCannotBeIsOneSentence(String text) {
        StartFailure failure = refused(listening(text));

        assertThat(failure.kind()).isEqualTo(Kind.USAGE);
        assertThat(failure.what()).isEqualTo("cannot understand '%s' as --listen".formatted(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", ":5", "host:0", "host:99999"})
    void aPeerThatCannotBeDialledIsOneSentence(String text) {
        StartFailure failure = refused(peered(text));

        assertThat(failure.kind()).isEqualTo(Kind.USAGE);
        assertThat(failure.what()).isEqualTo("cannot understand '%s' as --peer".formatted(text));
    }

    @Test
    void deletionsAreKeptFor400DaysUnlessSaid() throws Exception {
        assertThat(machine.read(Flags.of(machine.folder, null)).keepDeletionsDays()).isEqualTo(400);
        assertThat(machine.read(forgetting("36500")).keepDeletionsDays()).isEqualTo(36_500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "x", "36501", "1d"})
    void aTimeForWhichDeletionsCannotBeKeptIsOneSentence(String text) {
        StartFailure failure = refused(forgetting(text));

        assertThat(failure.kind()).isEqualTo(Kind.USAGE);
        assertThat(failure.what())
                .isEqualTo("cannot understand '%s' as --keep-deletions".formatted(text));
    }

    private Flags forgetting(String days) {
        return new Flags(
                machine.folder,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                days);
    }

    @Test
    void aMissingFolderIsNamedEscaped() {
        StartFailure failure = refused(Flags.of(machine.top.resolve("a\u001b[2Jb"), null));

        assertThat(failure.kind()).isEqualTo(Kind.USAGE);
        assertThat(failure.what()).endsWith("/a%1B[2Jb' does not exist");
    }

    @Test
    void aFileIsNoFolder() throws Exception {
        Path file = Files.createFile(machine.top.resolve("file"));

        assertThat(refused(Flags.of(file, null)).what()).endsWith("is not a folder");
    }

    @Test
    void aLinkToTheFolderIsTheFolder() throws Exception {
        Path link = Files.createSymbolicLink(machine.top.resolve("link"), machine.folder);

        Settings direct = machine.read(Flags.of(machine.folder, null));
        Settings linked = machine.read(Flags.of(link, null));

        assertThat(linked).isEqualTo(direct);
    }

    @Test
    void theStateHomeOfXdgCountsOnlyWhenItIsAbsolute() {
        Path home = Path.of("/home/ann");

        assertThat(stateHome(home, "/var/state")).isEqualTo(Path.of("/var/state"));
        assertThat(stateHome(home, "relative")).isEqualTo(Path.of("/home/ann/.local/state"));
        assertThat(stateHome(home, "")).isEqualTo(Path.of("/home/ann/.local/state"));
    }

    @Test
    void aKeyIsReadFromItsFile() throws Exception {
        ShareKey key = ShareKey.generate(new SecureRandom());
        Path file = Files.writeString(machine.top.resolve("key"), key.text() + "\n");

        assertThat(machine.read(keyed(null, file)).key()).isEqualTo(key);
    }

    @Test
    void aMistypedKeyIsNotRepeatedToWhoeverLooksOn() {
        String text = ShareKey.generate(new SecureRandom()).text();
        String mistyped = (text.charAt(0) == 'A' ? 'B' : 'A') + text.substring(1);

        StartFailure failure = refused(keyed(mistyped, null));

        assertThat(failure.kind()).isEqualTo(Kind.USAGE);
        assertThat(failure.what()).startsWith("the share key in --key is mistyped");
        assertThat(failure.getMessage()).doesNotContain(mistyped.substring(2));
    }

    @Test
    void aMissingKeyFileIsNamed() {
        StartFailure failure = refused(keyed(null, machine.top.resolve("absent")));

        assertThat(failure.kind()).isEqualTo(Kind.USAGE);
        assertThat(failure.what()).contains("/absent' (no such file)");
    }

    @Test
    void twoKeysAreOneTooMany() {
        StartFailure failure = refused(keyed("A", machine.top.resolve("key")));

        assertThat(failure.kind()).isEqualTo(Kind.USAGE);
    }

    private StartFailure refused(Flags flags) {
        StartFailure failure = catchThrowableOfType(StartFailure.class, () -> machine.read(flags));
        assertThat(failure).as("reading %s", flags).isNotNull();
        assertThat(failure.getMessage()).doesNotContain("\n");
        return failure;
    }

    private Flags listening(String listen) {
        return new Flags(
                machine.folder,
                null,
                null,
                null,
                null,
                listen,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private Flags peered(String peer) {
        return new Flags(
                machine.folder,
                null,
                null,
                null,
                null,
                null,
                List.of(peer),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private Flags keyed(@Nullable String key, @Nullable Path file) {
        return new Flags(
                machine.folder,
                null,
                null,
                key,
                file,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static Path stateHome(Path home, String told) {
        return new Environment(Map.of("XDG_STATE_HOME", told), home, home, "ann", "h").stateHome();
    }
}
