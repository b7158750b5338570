package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lanyard.node.app.cli.Desk.Ran;
import dev.lanyard.protocol.ShareKey;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;

/** Services as people install them, with a systemctl that only remembers what it was asked for. */
@EnabledOnOs(OS.LINUX)
class ServiceTest {
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            PATH=/usr/bin:/bin
            here=HERE
            echo "$*" | sed 's/^--user --no-pager --no-ask-password //' >>"$here/calls"
            shift 3
            if [ -f "$here/fails-$1" ]; then cat "$here/fails-$1" >&2; exit 1; fi
            case $1 in
                start | restart) touch "$here/$2" ;;
                stop) rm -f "$here/$2" ;;
                show)
                    if [ -f "$here/says" ]; then cat "$here/says"; exit; fi
                    active=inactive
                    [ -f "$here/$2" ] && active=active
                    echo LoadState=loaded
                    echo "ActiveState=$active"
                    ;;
            esac
            """;

    @TempDir private Path temporary;
    private Desk desk;
    private Path machine;
    private Path program;
    private Path units;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
        machine = Files.createDirectory(temporary.toRealPath().resolve("machine"));
        program = script(machine.resolve("lanyard"), "#!/bin/sh\n");
        script(machine.resolve("systemctl"), SYSTEMCTL.replace("HERE", machine.toString()));
        script(machine.resolve("loginctl"), "#!/bin/sh\necho no\n");
        desk.launchedBy(program);
        desk.export("PATH", machine.toString());
        units = desk.home.resolve(".config/systemd/user");
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ran service(String... words) {
        return desk.run(
                Stream.concat(Stream.of("service"), Stream.of(words)).toArray(String[]::new));
    }

    private Ran install(String... options) {
        return service(
                Stream.concat(
                                Stream.of("install", "start", desk.folder.toString()),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    private void fails(String verb, String words) throws IOException {
        Files.writeString(machine.resolve("fails-" + verb), words + "\n");
    }

    /** What systemctl was told to change since this was last asked. */
    private List<String> told() throws IOException {
        Path calls = machine.resolve("calls");
        if (Files.notExists(calls)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(calls);
        Files.delete(calls);
        return lines.stream()
                .filter(line -> !line.startsWith("show") && !line.startsWith("reset-failed"))
                .toList();
    }

    private List<Path> unitFiles() throws IOException {
        if (Files.notExists(units)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(units)) {
            return all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private Path onlyUnit() throws IOException {
        assertThat(unitFiles()).hasSize(1);
        return unitFiles().getFirst();
    }

    private static String name(Path unit) {
        return String.valueOf(unit.getFileName());
    }

    // ---------------------------------------------------------------- everyday use

    @Test
    @DisplayName("P9: a node is installed, is listed as running, and removed without a trace")
    void p09_installsListsAndRemovesANode() throws Exception {
        Ran installed = install("--listen", "4711");

        assertThat(installed.exit()).as(installed.err()).isZero();
        Path unit = onlyUnit();
        assertThat(installed.out())
                .contains(
                        "installed " + name(unit) + ": lanyard start " + desk.folder,
                        "journalctl --user -u " + name(unit),
                        "loginctl enable-linger ann");
        assertThat(Files.readString(unit))
                .contains("ExecStart=\"%s\" \"start\" \"%s\"".formatted(program, desk.folder));
        assertThat(units.resolve("default.target.wants/" + name(unit)).toRealPath())
                .isEqualTo(unit);
        assertThat(told()).containsExactly("daemon-reload", "start " + name(unit));

        Ran status = service("status", desk.folder.toString());
        assertThat(status.exit()).isZero();
        assertThat(status.out()).contains("--listen=4711: running as " + name(unit));

        Ran removed = service("remove", desk.folder.toString());
        assertThat(removed.exit()).as(removed.err()).isZero();
        assertThat(told()).containsExactly("stop " + name(unit), "daemon-reload");
        try (Stream<Path> left = Files.walk(units)) {
            assertThat(left.filter(each -> !Files.isDirectory(each))).isEmpty();
        }
        service("status").failed(1, "no service is installed");
    }

    @Test
    @DisplayName("P9: a mirror is known by any of its destinations, and not by its source")
    void p09_installsAMirror() throws Exception {
        Path one = desk.home.resolve("one");
        Path two = desk.home.resolve("not/mounted");
        desk.changeTo(desk.home);

        Ran installed =
                service(
                        "install",
                        "mirror",
                        "photos",
                        "one",
                        "not/mounted",
                        "--every",
                        "1d",
                        "--watch");

        assertThat(installed.exit()).as(installed.err()).isZero();
        assertThat(Files.readString(onlyUnit()))
                .contains(
                        "\"mirror\" \"%s\" \"%s\" \"%s\" \"--every=1d\" \"--watch\""
                                .formatted(desk.folder, one, two));
        assertThat(service("status", "not/mounted").exit()).isZero();
        service("status", "photos").failed(1, "only reads it", "'" + one + "'");
        assertThat(one).doesNotExist();
        assertThat(service("remove", "one").exit()).isZero();
        assertThat(unitFiles()).isEmpty();
    }

    @Test
    void installingTheSameAgainChangesNothingAndSaysSo() throws Exception {
        install("--listen", "4711", "--name", "attic");
        byte[] before = Files.readAllBytes(onlyUnit());
        told();

        Ran again = install("--name=attic", "--listen=4711");

        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out()).contains("already installed");
        assertThat(onlyUnit()).hasBinaryContent(before);
        assertThat(told()).containsExactly("daemon-reload", "start " + name(onlyUnit()));
    }

    @Test
    void otherOptionsTakeThePlaceOfTheOldOnes() throws Exception {
        install("--listen", "4711");
        told();

        Ran again = install("--listen", "4712");

        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out())
                .contains("replaced", "--listen=4712; before it was", "--listen=4711");
        assertThat(Files.readString(onlyUnit())).contains("4712").doesNotContain("4711");
        assertThat(told()).containsExactly("daemon-reload", "restart " + name(onlyUnit()));
    }

    @Test
    void allAreRemovedAtOnce() throws Exception {
        install();
        service("install", "mirror", desk.folder.toString(), desk.home + "/copy", "--watch");
        assertThat(unitFiles()).hasSize(2);

        service("remove").failed(2, "--all");
        service("remove", desk.folder.toString(), "--all").failed(2, "--all");
        assertThat(service("remove", "--all").exit()).isZero();

        assertThat(unitFiles()).isEmpty();
        assertThat(service("remove", "--all").out()).contains("no service is installed");
    }

    @Test
    void pathsAreAbsoluteAndTheStateStaysWhereTheShellHasIt() throws Exception {
        desk.export("XDG_STATE_HOME", desk.home.resolve("my state").toString());
        desk.export("LANYARD_JAVA_OPTIONS", "-Xmx2g -Da=\"b\" 100%");
        Files.createSymbolicLink(desk.home.resolve("link"), desk.folder);

        Ran ran = service("install", "start", "link", "--state-dir", "x/../s", "--log-file", "l");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(Files.readString(onlyUnit()))
                .contains(
                        "\"start\" \"%s\" \"--state-dir=%s/s\" \"--log-file=%s/l\""
                                .formatted(desk.folder, desk.home, desk.home),
                        "Environment=\"XDG_STATE_HOME=%s/my state\"".formatted(desk.home),
                        "Environment=\"LANYARD_JAVA_OPTIONS=-Xmx2g -Da=\\\"b\\\" 100%%\"",
                        "Environment=\"JAVA_HOME=");
    }

    @Test
    void aKeyIsKeptByTheStateDirectoryAndStandsInNoUnit() throws Exception {
        ShareKey key = ShareKey.generate(new SecureRandom());

        Ran ran = install("--key", key.text(), "--state-dir", desk.state.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(Files.readString(onlyUnit()) + ran.out()).doesNotContain(key.text(), "--key");
        assertThat(
                        desk.run(
                                        "key",
                                        desk.folder.toString(),
                                        "--state-dir",
                                        desk.state.toString())
                                .out())
                .contains(key.text());
        ShareKey other = ShareKey.generate(new SecureRandom());
        install("--key", other.text(), "--state-dir", desk.state.toString())
                .failed(3, "another key");
    }

    @Test
    void whoLingersIsNotToldToDoSo() throws Exception {
        script(machine.resolve("loginctl"), "#!/bin/sh\necho yes\n");

        assertThat(install().out()).contains("from boot on").doesNotContain("enable-linger");
    }

    @Test
    void programsReadTheStatusAsJson() throws Exception {
        assertThat(service("status", "--json").out()).isEqualToIgnoringWhitespace("[]");
        install();

        assertThat(service("status", "--json").out())
                .contains(
                        "\"unit\":\"" + name(onlyUnit()) + "\"",
                        "\"command\":[\"start\",\"" + desk.folder + "\"]",
                        "\"state\":\"running\"",
                        "\"enabled\":true");
    }

    @Test
    void statusTellsWhatEndedAndWhy() throws Exception {
        install();
        Files.writeString(
                machine.resolve("says"),
                "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=3\n");
        Files.delete(units.resolve("default.target.wants").resolve(name(onlyUnit())));

        Ran status = service("status");

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.out()).contains("failed (exit code 3)", "disabled");
        Files.writeString(
                machine.resolve("says"),
                "LoadState=loaded\nActiveState=activating\nSubState=auto-restart\nResult=signal\n");
        assertThat(service("status").out()).contains("ended (signal) and tried again soon");
        Files.writeString(machine.resolve("says"), "LoadState=not-found\nActiveState=inactive\n");
        assertThat(service("status").out()).contains("not known to systemd", "daemon-reload");
    }

    // ---------------------------------------------------------------- what cannot be

    @Test
    void nothingIsInstalledThatCouldNotStart() throws Exception {
        Path photos = desk.folder;
        Path held = Files.createDirectories(desk.home.resolve("held/.lanyard"));
        Files.writeString(held.resolve("marker"), "x");
        Files.writeString(Files.createDirectory(desk.home.resolve("full")).resolve("a"), "a");

        service("install").failed(2, "Missing required parameter");
        service("install", "stop", photos.toString()).failed(2, "'stop' cannot be a service");
        service("install", "start").failed(2, "lanyard start: Missing required parameter");
        service("install", "start", "nowhere").failed(2, "nowhere' does not exist");
        install("--lisen", "4").failed(2, "did you mean", "--listen");
        install("--listen", "many").failed(2, "listen");
        install("--max-rate", "1").failed(2, "--max-rate");
        install("--state-dir", photos.resolve("in").toString()).failed(2, "inside the folder");
        service("install", "mirror", "photos").failed(2, "lanyard mirror: Missing");
        service("install", "mirror", "photos", "c").failed(2, "--watch");
        service("install", "mirror", "photos", "c", "--every", "often").failed(2, "--every");
        service("install", "mirror", "photos", "photos/c", "--watch").failed(3, "apart");
        service("install", "mirror", "photos", "held", "--watch").failed(3, "kept identical");
        service("install", "mirror", "photos", "full", "--watch").failed(3, "--delete=keep");
        for (String once : List.of("--dry-run", "--anew", "--confirm-deletes")) {
            service("install", "mirror", "photos", "c", "--watch", once).failed(2, once);
        }

        assertThat(unitFiles()).isEmpty();
        assertThat(told()).isEmpty();
    }

    @Test
    void helpForTheOptionsIsTheirOwn() {
        assertThat(install("--help").out()).contains("lanyard start", "--keep-versions");
        assertThat(service("install", "--help").out())
                .contains("lanyard service install mirror SRC DST...");
        assertThat(service("--help").out())
                .contains("folder that it writes to: DIR of start, any DST");
        service().failed(2, "a command is missing");
    }

    @Test
    void noTwoServicesWriteToOneFolder() throws Exception {
        Path copy = desk.home.resolve("copy");
        service("install", "mirror", "photos", "copy", "--watch");
        Files.createDirectory(copy);
        Files.createDirectory(desk.home.resolve("src"));
        Path unit = onlyUnit();
        byte[] before = Files.readAllBytes(unit);

        service("install", "start", "copy").failed(3, "a mirror, writes to", "service remove");
        service("install", "mirror", "src", "new", "copy", "--watch")
                .failed(3, "a mirror, writes to", "copy'");

        assertThat(onlyUnit()).hasBinaryContent(before);
    }

    @Test
    void aUnitOfSomebodyElseIsNeitherReplacedNorRemoved() throws Exception {
        install();
        Path unit = onlyUnit();
        service("remove", "--all");
        Files.writeString(unit, "[Service]\nExecStart=/bin/true\n");

        install().failed(3, "was not written by lanyard service", "move it away");
        service("remove", desk.folder.toString()).failed(1, "no service writes to");
        service("remove", "--all");
        assertThat(Files.readString(unit)).isEqualTo("[Service]\nExecStart=/bin/true\n");

        Files.delete(unit);
        Files.createSymbolicLink(unit, Path.of("/dev/null")); // As systemctl mask does it.
        install().failed(3, "was not written by lanyard service");
        assertThat(unit).isSymbolicLink();
    }

    @Test
    void aNodeThatRunsByHandIsLeftAlone() throws Exception {
        Desk.Running node = desk.another().begin("start", desk.folder.toString());
        node.shows("ready");

        Ran ran = install();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("a node runs on", "lanyard stop");
        assertThat(told()).isEmpty();
        assertThat(onlyUnit()).exists();
        desk.run("stop", desk.folder.toString());
        node.end();
        assertThat(install().out()).contains("already installed", "started");
    }

    // ---------------------------------------------------------------- a machine that is not as it
    // should be

    @Test
    void withoutSystemdTheManualIsNamed() throws Exception {
        Files.delete(machine.resolve("systemctl"));

        install().failed(2, "no systemctl", machine + "/docs/service.md");
        service("status").failed(2, "no systemctl");
        assertThat(unitFiles()).isEmpty();
    }

    @Test
    void withoutAUserManagerTheUnitIsWrittenAndNothingIsPromised() throws Exception {
        for (String verb : List.of("daemon-reload", "start", "stop", "show")) {
            fails(verb, "Failed to connect to bus: No medium found");
        }

        Ran ran = install();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("installed").doesNotContain("\nstarted");
        assertThat(ran.err())
                .contains(
                        "not started",
                        "No medium found",
                        "next login of ann",
                        "systemctl --user start " + name(onlyUnit()));
        assertThat(units.resolve("default.target.wants").resolve(name(onlyUnit()))).exists();
        assertThat(service("status").exit()).isEqualTo(1);
        assertThat(service("status").out()).contains("unknown, since no user manager");
        Ran removed = service("remove", desk.folder.toString());
        assertThat(removed.exit()).isZero();
        assertThat(removed.out()).contains("not ended, if it runs at all");
        assertThat(unitFiles()).isEmpty();
    }

    @Test
    void aStartThatFailsIsToldAsSystemctlTellsIt() throws Exception {
        fails("start", "Job failed.\u001b[2J\nUnit x is masked.");

        Ran ran = install();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("not started (systemctl: Unit x is masked.)");
    }

    @Test
    void whatCannotBeEndedIsNotRemoved() throws Exception {
        install();
        fails("stop", "Job canceled.");

        Ran ran = service("remove", desk.folder.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("could not be ended and stays", "Job canceled.");
        assertThat(onlyUnit()).exists();
    }

    @Test
    void aConfigurationThatCannotBeWrittenIsNamed() throws Exception {
        Files.writeString(desk.home.resolve(".config"), "no directory");

        install().failed(1, "cannot be read or written", ".config");
    }

    @Test
    void withoutAHomeNothingIsDone() {
        desk.liveAt(Path.of("?"));

        install().failed(2, "no home directory", "XDG_CONFIG_HOME");
    }

    @Test
    void withoutALauncherNothingIsDone() throws Exception {
        desk.launchedBy(null);

        install().failed(2, "launcher");
        assertThat(unitFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a'b", "a\\b", "a\nb"})
    void aLauncherThatSystemdWouldNotRunIsRefused(String name) throws Exception {
        desk.launchedBy(script(machine.resolve(name), "#!/bin/sh\n"));

        install().failed(2);
        assertThat(unitFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new\nline", "bell\u0007"})
    void namesThatNoUnitCanSayAreRefused(String name) throws Exception {
        Files.createDirectory(desk.home.resolve(name));

        service("install", "start", name).failed(2, "cannot stand in a unit file");
        install("--name", "x", "--peer", "a\n[Service]\nExecStart=/bin/false:1").failed(2);
        assertThat(unitFiles()).isEmpty();
    }

    // ---------------------------------------------------------------- what systemd says of it

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with spaces  and 100%",
                "%h $HOME ${HOME} %%",
                "\"double\" 'single'",
                "back\\slash \\x41 \\",
                "; # comment",
                "-dash",
                "Fête 日本"
            })
    @DisplayName("P9: systemd-analyze finds nothing wrong with the units, whatever the names are")
    void p09_unitsPassSystemdsOwnCheck(String name) throws Exception {
        assumeThat(Path.of("/usr/bin/systemd-analyze")).exists();
        Files.createDirectory(desk.home.resolve(name));
        Path elsewhere = Files.createDirectory(machine.resolve(name.replaceAll("[\"'\\\\]", "")));
        desk.launchedBy(script(elsewhere.resolve("lanyard"), "#!/bin/sh\n"));

        Ran node = service("install", "start", "./" + name, "--name", "x");
        Ran mirror = service("install", "mirror", "./" + name, "c", "--watch", "--exclude", name);

        assertThat(node.exit()).as(node.err()).isZero();
        assertThat(mirror.exit()).as(mirror.err()).isZero();
        assertThat(unitFiles()).hasSize(2);
        for (Path unit : unitFiles()) {
            assertThat(verified(unit)).isEmpty();
        }
        assertThat(service("status", "./" + name).exit()).isZero();
        assertThat(service("remove", "./" + name).exit()).isZero();
        assertThat(service("remove", "c").exit()).isZero();
    }

    @Test
    void systemdsOwnCheckWouldFindWhatIsWrong() throws Exception {
        assumeThat(Path.of("/usr/bin/systemd-analyze")).exists();
        install();
        Files.delete(program);

        assertThat(verified(onlyUnit())).contains("is not executable");
    }

    /** What systemd-analyze complains about. */
    private String verified(Path unit) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("/usr/bin/systemd-analyze", "verify", "--user", unit.toString())
                        .redirectErrorStream(true);
        builder.environment()
                .put("XDG_RUNTIME_DIR", Files.createDirectories(machine.resolve("run")).toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? said : said + "exit code " + process.exitValue();
    }
}
