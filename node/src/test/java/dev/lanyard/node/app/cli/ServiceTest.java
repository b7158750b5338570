package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lanyard.node.app.cli.Desk.Ran;
import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.protocol.ShareKey;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Services as people install them. */
@EnabledOnOs(OS.LINUX)
class ServiceTest extends AtServices {
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
    void optionsThatNobodyWasToldOfCountFromTheNextInstallationOn() throws Exception {
        install("--listen", "4711");
        fails("daemon-reload", "Connection timed out");

        Ran unheard = install("--listen", "4712");

        String unit = name(onlyUnit());
        assertThat(unheard.exit()).isEqualTo(1);
        assertThat(unheard.err()).contains("not started", "systemctl --user restart " + unit);
        Files.delete(machine.resolve("fails-daemon-reload"));
        told();
        assertThat(install("--listen", "4712").out()).contains("already installed", "started");
        assertThat(told()).containsExactly("daemon-reload", "restart " + unit);
        install("--listen", "4712");
        assertThat(told()).containsExactly("daemon-reload", "start " + unit);
    }

    @Test
    void whatIsKnownOfLingeringIsSaidAndNoMore() throws Exception {
        script(machine.resolve("loginctl"), "#!/bin/sh\nexit 1\n");

        assertThat(install().out())
                .contains("whether it runs while ann is not logged in is not known")
                .contains("loginctl enable-linger ann");
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
        says("LoadState=loaded", "ActiveState=failed", "Result=exit-code", "ExecMainStatus=3");
        Files.delete(units.resolve("default.target.wants").resolve(name(onlyUnit())));

        Ran status = service("status");

        assertThat(status.exit()).isEqualTo(1);
        String unit = name(onlyUnit());
        assertThat(status.out())
                .contains(
                        "failed (exit code 3)",
                        "systemctl --user reset-failed %s && systemctl --user restart %s"
                                .formatted(unit, unit),
                        "disabled");
        for (String sub : List.of("auto-restart", "auto-restart-queued")) {
            says("LoadState=loaded", "ActiveState=activating", "SubState=" + sub, "Result=signal");
            assertThat(service("status").out()).contains("ended (signal) and tried again soon");
        }
        says("LoadState=not-found", "ActiveState=inactive");
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

        service("install", "start", "copy", "--key", key(), "--state-dir", desk.state.toString())
                .failed(3, "a mirror, writes to", "service remove");
        assertThat(desk.state).doesNotExist();
        try (MirrorFolder _ = MirrorFolder.claim(copy, desk.environment())) { // It is at work.
            service("install", "mirror", "src", "new", "copy", "--watch")
                    .failed(3, "a mirror, writes to", "copy'");
        }

        assertThat(onlyUnit()).hasBinaryContent(before);
    }

    private static String key() {
        return ShareKey.generate(new SecureRandom()).text();
    }

    @Test
    void aDestinationThatIsAddedToAMirrorThatRunsIsLookedAt() throws Exception {
        service("install", "mirror", "photos", "copy", "--watch");
        Path copy = Files.createDirectory(desk.home.resolve("copy"));
        Files.writeString(
                Files.createDirectories(desk.home.resolve("held/.lanyard")).resolve("marker"), "x");
        byte[] before = Files.readAllBytes(onlyUnit());

        try (MirrorFolder _ = MirrorFolder.claim(copy, desk.environment())) { // It is at work.
            service("install", "mirror", "photos", "copy", "held", "--watch")
                    .failed(3, "kept identical");
            assertThat(onlyUnit()).hasBinaryContent(before);
            assertThat(service("install", "mirror", "photos", "copy", "new", "--watch").exit())
                    .isZero();
        }
    }

    @Test
    void aUnitOfSomebodyElseIsNeitherReplacedNorRemoved() throws Exception {
        install();
        Path unit = onlyUnit();
        service("remove", "--all");
        Files.writeString(unit, "[Service]\nExecStart=/bin/true\n");

        install("--key", key(), "--state-dir", desk.state.toString())
                .failed(3, "was not written by lanyard service", "move it away");
        assertThat(desk.state).doesNotExist();
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

    // ---------------------------------------------------------------- a machine out of order

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
                        "systemctl --user restart " + name(onlyUnit()));
        assertThat(units.resolve("default.target.wants").resolve(name(onlyUnit()))).exists();
        assertThat(service("status").exit()).isEqualTo(1);
        assertThat(service("status").out()).contains("unknown, since no user manager");
        Ran removed = service("remove", desk.folder.toString());
        assertThat(removed.exit()).isEqualTo(1);
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
    void whatRunsIsEndedThoughItsUnitBecameABadOne() throws Exception {
        install();
        String unit = name(onlyUnit());
        says("LoadState=bad-setting", "ActiveState=active");
        told();

        assertThat(service("status").exit()).isZero();
        assertThat(service("remove", desk.folder.toString()).exit()).isZero();
        assertThat(told()).containsExactly("stop " + unit, "daemon-reload");
    }

    @Test
    void aFailureIsForgottenWithItsService() throws Exception {
        install();
        String unit = name(onlyUnit());
        says("LoadState=not-found", "ActiveState=inactive");
        asked();

        service("remove", desk.folder.toString());

        assertThat(asked())
                .filteredOn(line -> !line.startsWith("show"))
                .containsExactly("reset-failed " + unit, "daemon-reload");
    }

    @Test
    void aPathThatIsNoneHereIsPassedOver() {
        desk.export("PATH", "/\uD800:" + machine);

        assertThat(install().exit()).isZero();
    }

    @Test
    void aUnitThatCannotBeReadIsNamedAndTheOthersAreServed() throws Exception {
        install();
        Path unreadable = Files.writeString(units.resolve("lanyard-x.service"), "x");
        Files.setPosixFilePermissions(unreadable, Set.of());
        assumeThat(Files.isReadable(unreadable)).as("root reads everything").isFalse();

        Ran status = service("status");

        assertThat(status.exit()).isZero();
        assertThat(status.err()).contains("'" + unreadable + "' cannot be read and is skipped");
        assertThat(service("remove", desk.folder.toString()).exit()).isZero();
        assertThat(unreadable).exists();
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
}
