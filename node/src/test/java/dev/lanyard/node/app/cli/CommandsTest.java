package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.app.control.FakeNode;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Decision;
import dev.lanyard.node.app.control.NodeControl.Elsewhere;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.engine.Decision.What;
import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Commands that speak to a node in another process, which is here a fake behind the real server.
 */
final class CommandsTest {
    private static final Version KEPT =
            new Version(
                    RelativePath.parse("2026/a%1Bb"),
                    "17-C",
                    3_565_158,
                    Instant.parse("2026-11-20T10:00:00Z"),
                    Instant.parse("2026-11-20T11:00:00Z"),
                    Keep.CONFLICT,
                    "");

    @TempDir Path temporary;

    private Desk desk;
    private Desk.@Nullable Running running;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
        Files.createDirectories(desk.folder.resolve(".lanyard"));
    }

    /** A node of the same user, started in another terminal. */
    private FakeNode node(String... more) throws IOException {
        Desk other = desk.another();
        String[] arguments = new String[2 + more.length];
        arguments[0] = "start";
        arguments[1] = desk.folder.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        running = other.begin(arguments).shows("ready");
        return other.node;
    }

    @AfterEach
    void stop() throws Exception {
        if (running != null) {
            desk.run("stop", desk.folder.toString());
            assertThat(running.end().exit()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "start",
                "start a b",
                "status --nonsense",
                "wait photos --timeout soon",
                "versions",
                "restore",
                "why",
                "why photos",
                "forget",
                "pause photos more",
                "resume --nonsense",
                "rescan missing",
                "confirm-deletes photos --restore=x",
                "log photos -n 0",
                "log photos -n many",
                "key",
                "start photos --listen 70000",
                "start photos --listen nowhere",
                "start photos --peer x",
                "start photos --discovery-port 0",
                "start photos --name ",
                "start photos --key-file missing",
                "start missing",
                "key missing",
                "status missing",
                "stop missing",
                "delta",
                "versions /",
                "restore photos"
            })
    void wrongUsageIsOneSentence(String line) {
        desk.run(line.isEmpty() ? new String[0] : line.split(" ", -1)).failed(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "start",
                "key",
                "status",
                "peers",
                "problems",
                "conflicts",
                "log",
                "why",
                "versions",
                "restore",
                "wait",
                "rescan",
                "scrub",
                "confirm-deletes",
                "revert",
                "override",
                "pause",
                "resume",
                "forget",
                "stop",
                "delta"
            })
    void everyCommandExplainsItself(String command) {
        Desk.Ran ran = command.isEmpty() ? desk.run("--help") : desk.run(command, "-h");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .startsWith("Usage: lanyard" + (command.isEmpty() ? "" : " " + command));
        assertThat(ran.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "start", "key", "status", "wait", "stop"})
    void everyCommandSaysItsVersion(String command) {
        Desk.Ran ran = command.isEmpty() ? desk.run("--version") : desk.run(command, "--version");

        assertThat(ran.out()).startsWith("lanyard ").hasLineCount(1);
        assertThat(ran.exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "peers",
                "problems",
                "conflicts",
                "log",
                "rescan",
                "scrub",
                "confirm-deletes",
                "revert",
                "override",
                "pause",
                "resume",
                "wait",
                "stop"
            })
    void whereNoNodeRunsThatIsSaid(String command) {
        desk.run(command, "photos").failed(1, "no node is running on", "lanyard start");
    }

    @Test
    void aNodeIsFoundFromAnywhereInItsFolder() throws Exception {
        Path deep = Files.createDirectories(desk.folder.resolve("2026/june"));
        FakeNode node = node();
        desk.changeTo(deep);

        assertThat(desk.run("status").out())
                .contains("ann (01234567), listening on 127.0.0.1:7001");
        assertThat(desk.run("versions", "../a%1Bb").exit()).isZero();
        assertThat(desk.run("versions", desk.folder + "/gone/x").exit()).isZero();
        assertThat(node.asked()).containsExactly("versions 2026/a%1Bb", "versions gone/x");
    }

    @Test
    void statusTellsWhatNeedNotTravel() throws Exception {
        FakeNode node = node();
        assertThat(desk.run("status", "photos").out()).doesNotContain("saved");

        node.says(FakeNode.saving(0, 0, 3 << 10));

        assertThat(desk.run("status", "photos").out())
                .contains(
                        "saved     0 bytes by deltas, 0 bytes by renames and copies, 3.0 KiB by compression");
    }

    @Test
    void aNodeIsFoundWhereverItsStateIs() throws Exception {
        FakeNode node = node("--state-dir", desk.state.toString());

        assertThat(desk.run("rescan", "photos").exit()).isZero();
        assertThat(desk.run("rescan", "--state-dir", "state").exit()).isZero();
        assertThat(desk.run("rescan", "photos", "--state-dir", "state").exit()).isZero();
        desk.run("rescan", "photos", "--state-dir", "nowhere").failed(1, "no node is running");
        assertThat(node.asked()).containsExactly("rescan", "rescan", "rescan");
    }

    @Test
    void theKeyOfARunningNodeIsItsOwn() throws Exception {
        FakeNode node = node("--state-dir", desk.state.toString());

        String given = desk.run("key", "photos").out();

        assertThat(given).isEqualTo(desk.run("key", "photos", "--state-dir", "state").out());
        assertThat(node.asked()).isEmpty();
    }

    @Test
    void waitTellsByItsExitCode() throws Exception {
        FakeNode node = node();

        assertThat(desk.run("wait", "photos", "--timeout", "1500ms").exit()).isZero();
        node.ends(new Result(false, "no peer is connected"));
        Desk.Ran ran = desk.run("wait", "photos", "--timeout", "5");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("not yet so: no peer is connected\n");
        assertThat(node.asked()).containsExactly("wait PT1.5S", "wait PT5S");
    }

    @Test
    void restoreTakesAVersion() throws Exception {
        FakeNode node = node();

        assertThat(desk.run("restore", "photos/a", "--version", "17-C").out())
                .isEqualTo("restored a\n");
        node.ends(new Result(false, "no such version"));

        Desk.Ran ran = desk.run("restore", "photos/a");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("not restored: no such version\n");
        assertThat(node.asked()).containsExactly("restore a 17-C", "restore a null");
    }

    @Test
    void restoreTakesATimeThatIsOver() throws Exception {
        FakeNode node = node();
        node.ends(new Result(true, "a: 2 of 2 that were replaced or deleted since"));

        assertThat(desk.run("restore", "photos/a", "--before", "2026-11-20T10:00Z").out())
                .isEqualTo("restored a: 2 of 2 that were replaced or deleted since\n");
        desk.run("restore", "photos/a", "--before", "yesterday").failed(2);
        desk.run("restore", "photos/a", "--before", "2h", "--version", "17-C").failed(2);

        assertThat(node.asked()).containsExactly("restore a before 2026-11-20T10:00:00Z");
    }

    @Test
    void resolveTakesASide() throws Exception {
        FakeNode node = node();
        node.ends(new Result(true, "a"));

        assertThat(desk.run("resolve", "photos/a", "--keep", "mine").out())
                .isEqualTo("resolved a\n");
        desk.run("resolve", "photos/a", "--keep", "yours").failed(2);
        desk.run("resolve", "photos/a").failed(2);

        assertThat(node.asked()).containsExactly("resolve a MINE");
    }

    @Test
    void whatANodeSaysIsReadable() throws Exception {
        node().suffers(new Problem(Problem.Kind.DISK_FULL, "", Instant.now(), "no space left"))
                .knows(
                        Peer.absent(
                                "bob\033",
                                "",
                                "10.0.0.2:7001",
                                "connection refused",
                                Cause.REFUSED,
                                null,
                                false))
                .keeps(KEPT);

        assertThat(desk.run("problems", "photos").out())
                .startsWith("disk full: this node: no space left (for ")
                .contains("free some space");
        assertThat(desk.run("peers", "photos").out())
                .startsWith("bob%1B at 10.0.0.2:7001, not connected: connection refused\n")
                .contains("start lanyard there");
        assertThat(desk.run("conflicts", "photos").out())
                .startsWith("2026/a%1Bb\n    17-C  3.4 MiB, modified ")
                .contains("lost against a concurrent edit");
    }

    @Test
    void problemsSayWhatToDoAndThatThereAreSome() throws Exception {
        FakeNode node = node();
        assertThat(desk.run("problems", "photos").exit()).isZero();
        assertThat(desk.run("problems", "photos", "--json").out()).isEqualTo("[]\n");

        node.suffers(
                new Problem(
                        Problem.Kind.CLOCK_OFF,
                        "bob",
                        Instant.parse("2026-11-22T12:00:00Z"),
                        "its clock is 3 seconds behind the clock of this machine"));

        assertThat(desk.run("problems", "photos").exit()).isEqualTo(1);
        Desk.Ran json = desk.run("problems", "photos", "--json");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.out())
                .startsWith(
                        "[{\"kind\":\"CLOCK_OFF\",\"subject\":\"bob\",\"since\":\"2026-11-22T12:00:00Z\","
                                + "\"detail\":\"its clock is 3 seconds behind the clock of this machine\","
                                + "\"remedy\":\"set the clock of that machine");
    }

    @Test
    void scriptsReadOfAPeerWhatToDo() throws Exception {
        node().knows(
                        Peer.absent(
                                "bob",
                                "",
                                "10.0.0.2:7001",
                                "no room",
                                Cause.LIMIT,
                                Instant.parse("2026-11-22T12:00:00Z"),
                                true));

        assertThat(desk.run("peers", "photos", "--json").out())
                .isEqualTo(
                        "[{\"name\":\"bob\",\"node\":\"\",\"address\":\"10.0.0.2:7001\","
                                + "\"connected\":false,\"inSync\":false,\"trouble\":\"no room\","
                                + "\"cause\":\"LIMIT\",\"tried\":\"2026-11-22T12:00:00Z\","
                                + "\"heard\":true,"
                                + "\"remedy\":\"end nodes that are not needed; it goes on by itself\"}]\n");
    }

    @ParameterizedTest
    @EnumSource
    void everyProblemHasARemedy(Problem.Kind kind) {
        assertThat(Remedies.of(kind)).isNotBlank();
    }

    @Test
    void scrubTellsWhatItFoundAndRepairsWhatIsNamed() throws Exception {
        FakeNode node = node().scrubs(new NodeControl.Scrubbed(3, 2_048, 0, 0, List.of()));
        assertThat(desk.run("scrub", "photos").out())
                .isEqualTo("3 files, 2.0 KiB read; all are what was written\n");

        node.scrubs(new NodeControl.Scrubbed(3, 2_048, 2, 2, List.of(RelativePath.of("a\tb"))));
        assertThat(desk.run("scrub", "photos"))
                .isEqualTo(
                        new Desk.Ran(
                                1,
                                "decayed: a%09b\ndecayed: 1 more\n3 files, 2.0 KiB read; 2 left out,"
                                        + " changed just now or in use; 2 not what was written"
                                        + " (see: lanyard problems)\n",
                                ""));
        assertThat(desk.run("scrub", "photos", "--json").out())
                .isEqualTo(
                        "{\"files\":3,\"bytes\":2048,\"decayed\":2,\"skipped\":2,\"paths\":[\"a%09b\"]}\n");
        node.ends(new Result(true, "a"));
        assertThat(desk.run("scrub", "--repair", "photos/a").out()).isEqualTo("repaired a\n");
        desk.run("scrub", "photos", "--repair", "photos/a").failed(2);

        assertThat(node.asked()).containsExactly("scrub", "scrub", "scrub", "repair a");
    }

    @Test
    void onlyAListForPeopleIsToldToHaveBeenShown() throws Exception {
        FakeNode node = node().keeps(KEPT);

        desk.run("conflicts", "photos", "--json");
        desk.run("versions", desk.folder + "/a", "--json");
        assertThat(node.asked()).containsExactly("versions a");

        desk.run("conflicts", "photos");
        desk.run("versions", desk.folder + "/a");
        assertThat(node.asked())
                .containsExactly("versions a", "shown [17-C]", "versions a", "shown [17-C]");
    }

    @Test
    void whatPeersKeepIsListedBehindWhatIsKeptHere() throws Exception {
        Version there =
                new Version(
                        KEPT.path(),
                        "18-R@0123abcd",
                        5,
                        KEPT.mtime(),
                        KEPT.kept(),
                        Keep.REPLACED,
                        "b\033ob");
        FakeNode node =
                node().keeps(KEPT)
                        .hears(
                                new Elsewhere(
                                        List.of(there), List.of("b\033ob"), List.of("c\033y")));

        Desk.Ran ran = desk.run("versions", desk.folder + "/a");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("17-C  ").doesNotContain(", on "),
                        line ->
                                assertThat(line)
                                        .startsWith("18-R@0123abcd  ")
                                        .endsWith(", on b%1Bob"));
        assertThat(ran.err().lines())
                .containsExactly(
                        "c%1By did not answer; what it keeps is not listed (try again)",
                        "b%1Bob keeps more than is listed; lanyard versions on that machine shows all");
        assertThat(node.asked()).as("of another node").doesNotContain("shown [18-R@0123abcd]");

        assertThat(desk.run("versions", desk.folder + "/a", "--json").out())
                .contains("\"id\":\"18-R@0123abcd\"")
                .contains("\"machine\":\"b\\u001Bob\"");
    }

    @Test
    void jsonHasTheNamesThatAreDocumented() throws Exception {
        node().keeps(KEPT);

        assertThat(desk.run("conflicts", "photos", "--json").out())
                .isEqualTo(
                        "[{\"path\":\"2026/a%1Bb\",\"id\":\"17-C\",\"sizeBytes\":3565158,\"mtime\":\"2026-11-20T10:00:00Z\","
                                + "\"kept\":\"2026-11-20T11:00:00Z\",\"why\":\"CONFLICT\","
                                + "\"machine\":\"\"}]\n");
        assertThat(desk.run("status", "photos", "--json").out())
                .isEqualTo(
                        "{\"folder\":\"/data/photos\",\"name\":\"ann\",\"node\":\"0123456789abcdef\","
                                + "\"listen\":\"127.0.0.1:7001\",\"phase\":\"IDLE\",\"files\":12,\"bytes\":2048,"
                                + "\"toFetchFiles\":0,\"toFetchBytes\":0,\"toDelete\":0,\"fetchedBytes\":0,\"busy\":0.0,"
                                + "\"peersConnected\":1,\"peersInSync\":1,\"problemCount\":0,\"bytesReceived\":0,\"ignored\":0,\"mode\":\"TWO_WAY\",\"differing\":0,"
                                + "\"bytesSent\":0,\"bytesSavedByDelta\":0,\"bytesSavedByCopy\":0,\"bytesSavedByCompression\":0}\n");
        assertThat(desk.run("wait", "photos", "--timeout", "1s", "--json").out())
                .isEqualTo("{\"done\":true,\"detail\":\"\"}\n");
    }

    @Test
    void logTellsWhatWasDecidedAndByWhom() throws Exception {
        node().decides(
                        decision(1, "d/x", What.MADE, "", "", "new"),
                        decision(2, "d/x", What.DELETED, "bob", "", "it is kept in versions"),
                        decision(3, "d/y", What.BROUGHT, "", "dan", "whole"),
                        decision(4, "d/z", What.BROUGHT, "", "", "a copy"),
                        decision(5, "d", What.ADOPTED, "bob", "carol", ""));

        assertThat(desk.run("log", "photos").out().lines().map(line -> line.substring(21)))
                .containsExactly(
                        "made       d/x, by this machine: new",
                        "deleted    d/x, by bob: it is kept in versions",
                        "brought    d/y, from dan: whole",
                        "brought    d/z: a copy",
                        "adopted    d, by bob, heard from carol");
        assertThat(desk.run("log", "photos", "-n", "1", "--json").out())
                .isEqualTo(
                        "[{\"number\":5,\"time\":\"2026-11-21T10:00:00Z\",\"path\":\"d\",\"what\":\"ADOPTED\","
                                + "\"peer\":\"bob\",\"via\":\"carol\",\"version\":\"v\",\"detail\":\"\"}]\n");
    }

    @Test
    void aWatchedLogTellsEachDecisionOnce() throws Exception {
        FakeNode node = node().decides(decision(1, "a", What.MADE, "", "", "new"));
        Desk.Running watch = desk.begin("log", "photos", "--watch").shows("a, by this machine");

        node.decides(decision(2, "b", What.APPLIED, "bob", "", "new"));
        watch.shows("b, by bob");
        desk.another().run("stop", "photos");

        Desk.Ran ran = watch.end();
        assertThat(ran.out()).hasLineCount(2);
        assertThat(ran.err()).contains("no node is running there any more");
        assertThat(ran.exit()).isEqualTo(1);
    }

    @Test
    void aWatchedAnswerIsShownWhenItChanges() throws Exception {
        FakeNode node = node();
        Desk.Running watch = desk.begin("problems", "photos", "--watch").shows("no problems");

        node.suffers(new Problem(Problem.Kind.DISK_FULL, "", Instant.now(), "no space left"));
        watch.shows("disk full: this node");
        desk.another().run("stop", "photos");

        assertThat(watch.end().out().lines().filter(line -> line.startsWith("-- "))).hasSize(1);
    }

    @Test
    void whyTellsTheHistoryOfAPath() throws Exception {
        FakeNode node =
                node().decides(
                                decision(1, "a", What.ADOPTED, "bob", "", ""),
                                decision(2, "b", What.MADE, "", "", "new"))
                        .isBlocked(
                                new Problem(
                                        Problem.Kind.DISK_FULL, "a", Instant.now(), "no space"));

        Desk.Ran ran = desk.run("why", "photos/a");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out().lines().toList())
                .hasSize(6)
                .satisfies(
                        lines -> {
                            assertThat(lines.get(0)).endsWith("  adopted, by bob");
                            assertThat(lines.get(1))
                                    .isEqualTo("here   nothing, and nothing ever was");
                            assertThat(lines.get(2))
                                    .startsWith("known  a file of 12 bytes, by bob");
                            assertThat(lines.get(3)).isEqualTo("to do  bring it here");
                            assertThat(lines.get(4)).isEqualTo("but    disk full: no space");
                        });
        assertThat(desk.run("why", "photos/unheard").exit()).isEqualTo(1);
        assertThat(node.asked()).containsExactly("why a", "why unheard");
    }

    private static Decision decision(
            long number, String path, What what, String peer, String via, String detail) {
        return new Decision(
                number,
                Instant.parse("2026-11-21T10:00:00Z"),
                RelativePath.of(path),
                what,
                peer,
                via,
                "v",
                detail);
    }

    @Test
    void pausingAndForgettingTellByTheirExitCodes() throws Exception {
        FakeNode node = node();

        assertThat(desk.run("pause", "photos").exit()).isZero();
        assertThat(desk.run("resume", "photos").out()).isEqualTo("going on\n");
        assertThat(desk.run("forget", "bob", "photos").out()).isEqualTo("forgotten: bob\n");
        node.ends(new Result(false, "bob is connected"));

        assertThat(desk.run("forget", "bob", "photos").exit()).isEqualTo(1);
        assertThat(node.asked()).containsExactly("pause", "resume", "forget bob", "forget bob");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rescan",
                "pause",
                "resume",
                "confirm-deletes",
                "revert",
                "override",
                "wait --timeout 5s"
            })
    void whatCannotBeDoneSaysWhyAndEscapesNamesOnce(String command) throws Exception {
        node().ends(new Result(false, "a%1Bb, and c\033[2J"));

        Desk.Ran ran = desk.run((command + " photos").split(" "));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).endsWith(": a%1Bb, and c%1B[2J\n");
    }

    @Test
    void everyCommandAnswersInJson() throws Exception {
        node();

        for (String command :
                new String[] {"rescan", "confirm-deletes", "pause", "resume", "forget bob"}) {
            assertThat(desk.run((command + " --json photos").split(" ")).out())
                    .as(command)
                    .isEqualTo("{\"done\":true,\"detail\":\"\"}\n");
        }
        assertThat(desk.run("log", "photos", "--json").out()).isEqualTo("[]\n");
        assertThat(desk.run("why", "photos/x", "--json").out()).startsWith("{\"path\":\"x\"");
    }

    @Test
    void aPathThatBeginsWithAnAtSignIsAPath() throws Exception {
        FakeNode node = node();

        assertThat(desk.run("versions", "photos/@a").exit()).isZero();
        desk.changeTo(desk.folder);
        assertThat(desk.run("versions", "@a").exit()).isZero();
        assertThat(node.asked()).containsExactly("versions @a", "versions @a");
    }

    @Test
    void catchingUpSaysHowFastAndHowLong() {
        String line =
                Sentences.catchingUp(
                        FakeNode.status(Phase.SYNCING, Duration.ofSeconds(2), 20 << 20, 100 << 20));

        assertThat(line)
                .isEqualTo(
                        "catching up: 20.0 MiB of 120.0 MiB, 3 files to go, 10.0 MiB/s, about 10 s left");
    }
}
