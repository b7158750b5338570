package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.discovery.Discovery;
import dev.lanyard.node.app.config.FolderVolume;
import dev.lanyard.node.app.config.Limits;
import dev.lanyard.node.app.config.Limits.Use;
import dev.lanyard.node.app.config.Network;
import dev.lanyard.node.app.control.FakeNode;
import dev.lanyard.node.app.control.NodeControl.Beacons;
import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Diagnosis;
import dev.lanyard.node.app.control.NodeControl.Fault;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.core.engine.Problem;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** What the doctor makes of what it is told, and the command around it. */
final class DoctorTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Network LOOPBACK = new Network("lo", true, List.of("127.0.0.1"));
    private static final Network CABLE = new Network("eth0", false, List.of("10.0.0.1"));
    private static final FolderVolume DISK =
            new FolderVolume("ext4", 100L << 30, 50L << 30, OptionalLong.of(1_000_000));
    private static final Limits ROOMY =
            new Limits(new Use(10, 65_536), new Use(2, 128), new Use(60, 1_024));
    private static final Beacons HEARD = beacons(List.of(), 7, 9, 0);
    private static final Peer BOB =
            new Peer("bob", "0123456789ab", "10.0.0.2:7001", true, true, "", null, null, true);

    @TempDir Path temporary;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
    }

    private static Beacons beacons(List<Fault> faults, long heard, long own, long foreign) {
        return new Beacons(27_480, List.of("lo", "eth0"), faults, heard, own, 0, 0, foreign, 0);
    }

    private static Diagnosis diagnosis(@Nullable Beacons beacons) {
        return new Diagnosis(17, "1.0", "25", "ann", 4, beacons, false, false, false);
    }

    private static Examined.Answering answering(
            @Nullable Beacons beacons, List<Problem> problems, Peer... peers) {
        return new Examined.Answering(
                diagnosis(beacons), FakeNode.idle(), problems, List.of(peers));
    }

    private static Examined examined(Examined.Node node, Network... networks) {
        return new Examined(Path.of("/data/photos"), node, "1.0", List.of(networks), DISK, ROOMY);
    }

    private static List<Check> network(@Nullable Beacons beacons, Peer... peers) {
        return NetworkChecks.of(
                examined(answering(beacons, List.of(), peers), LOOPBACK, CABLE), NOW);
    }

    private static Peer absent(Cause cause, String trouble, boolean heard) {
        return Peer.absent("", "", "10.0.0.3:7001", trouble, cause, NOW.minusSeconds(3), heard);
    }

    private static List<Check> bad(List<Check> checks) {
        return checks.stream().filter(each -> !each.ok()).toList();
    }

    private static Check onlyBad(List<Check> checks) {
        assertThat(bad(checks)).hasSize(1);
        Check check = bad(checks).getFirst();
        assertThat(check.remedy()).isNotBlank();
        return check;
    }

    @Test
    void ofAHealthyNodeNothingIsWrong() {
        Examined healthy = examined(answering(HEARD, List.of(), BOB), LOOPBACK, CABLE);

        assertThat(bad(NodeChecks.of(healthy))).isEmpty();
        assertThat(bad(NetworkChecks.of(healthy, NOW))).isEmpty();
        assertThat(bad(SystemChecks.of(healthy))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void everyCauseIsSaidWithWhatToDo(Cause cause) {
        for (boolean heard : new boolean[] {true, false}) {
            Check check = onlyBad(network(HEARD, BOB, absent(cause, "", heard)));

            assertThat(check.subject()).isEqualTo("peers");
            assertThat(check.finding())
                    .startsWith("(unknown) at 10.0.0.3:7001, not connected: ")
                    .endsWith(" (tried 3 s ago)");
        }
    }

    @Test
    void whoIsHeardAndFilteredIsToldFromWhoIsNotThere() {
        Check heard = onlyBad(network(HEARD, BOB, absent(Cause.NO_ANSWER, "no answer", true)));
        Check unheard = onlyBad(network(HEARD, BOB, absent(Cause.NO_ANSWER, "no answer", false)));

        assertThat(heard.remedy()).contains("its beacons are heard", "firewall");
        assertThat(unheard.remedy()).contains("look that the machine is on");
    }

    @Test
    void whatOthersSaidIsEscaped() {
        Check check = onlyBad(network(HEARD, BOB, absent(Cause.LIMIT, "no\u001broom", false)));

        assertThat(check.finding()).contains("no%1Broom").doesNotContain("\u001b");
    }

    @Test
    void beaconsOfOtherSharesAloneHintAtTheKey() {
        List<Check> checks = network(beacons(List.of(), 0, 9, 5));

        assertThat(bad(checks))
                .filteredOn(each -> each.subject().equals("heard"))
                .extracting(Check::remedy)
                .singleElement()
                .asString()
                .contains("wrong key");
        assertThat(bad(network(beacons(List.of(), 3, 9, 5), BOB))).isEmpty();
    }

    @Test
    void notToHearItselfHintsAtAFirewall() {
        Check check = onlyBad(network(beacons(List.of(), 0, 0, 0), BOB));

        assertThat(check.subject()).isEqualTo("heard");
        assertThat(check.remedy()).contains("firewall", "27480");
    }

    @Test
    void everyFaultOfDiscoveryIsALine() {
        Fault port =
                new Fault("port 27480 (INET)", "Address already in use", Discovery.Fault.Kind.PORT);
        Fault route =
                new Fault(
                        "eth0 to 255.255.255.255:27480",
                        "Network is unreachable",
                        Discovery.Fault.Kind.NETWORK);

        List<Check> checks = bad(network(beacons(List.of(port, route), 7, 9, 0), BOB));

        assertThat(checks).extracting(Check::subject).containsExactly("discovery", "discovery");
        assertThat(checks.getFirst().remedy()).contains("another program has the port");
        assertThat(checks.getLast().remedy()).contains("look at that network");
    }

    @Test
    void withoutANetworkNobodyIsReached() {
        Examined alone = examined(answering(HEARD, List.of(), BOB), LOOPBACK);

        assertThat(onlyBad(NetworkChecks.of(alone, NOW)).subject()).isEqualTo("networks");
    }

    @Test
    void discoveryThatIsOffIsAFaultOnlyWhereNobodyIsKnown() {
        assertThat(bad(network(null, BOB))).isEmpty();
        assertThat(bad(network(null))).extracting(Check::subject).contains("discovery");
    }

    @Test
    void problemsAndClocksAreLines() {
        Problem full = new Problem(Problem.Kind.DISK_FULL, "a", NOW, "no space left");
        Problem clock = new Problem(Problem.Kind.CLOCK_OFF, "bob", NOW, "its clock is ahead");
        Examined ill = examined(answering(HEARD, List.of(full, clock), BOB), CABLE);

        List<Check> checks = bad(NodeChecks.of(ill));

        assertThat(checks).extracting(Check::subject).containsExactly("problems", "clocks");
        assertThat(checks.getFirst().finding()).isEqualTo("disk full: a: no space left");
        assertThat(checks.getLast().remedy()).contains("timedatectl");
    }

    @Test
    void aNodeThatIsStuckTellsWhatItCan() {
        Examined stuck = examined(new Examined.Stuck(diagnosis(HEARD), "not within 4 s"), CABLE);

        assertThat(onlyBad(NodeChecks.of(stuck)).finding()).contains("not within 4 s");
        assertThat(NetworkChecks.of(stuck, NOW)).extracting(Check::subject).contains("heard");
    }

    @Test
    void anUpdatedProgramIsToldFromTheOneThatRuns() {
        Examined older =
                new Examined(
                        Path.of("/data"),
                        answering(HEARD, List.of(), BOB),
                        "2.0",
                        List.of(CABLE),
                        DISK,
                        ROOMY);

        assertThat(onlyBad(NodeChecks.of(older)).remedy()).contains("start it again");
    }

    @Test
    void scarceThingsAreSaid() {
        FolderVolume full =
                new FolderVolume("ext4", 100L << 30, 10L << 20, OptionalLong.of(1_000_000));
        FolderVolume manyFiles =
                new FolderVolume("ext4", 100L << 30, 50L << 30, OptionalLong.of(12));
        Limits scarce = new Limits(new Use(8_192, 8_192), new Use(127, 128), new Use(1_000, 1_024));

        assertThat(onlyBad(system(full, ROOMY)).subject()).isEqualTo("space");
        assertThat(onlyBad(system(manyFiles, ROOMY)).finding()).contains("room for 12 files");
        assertThat(bad(system(DISK, scarce)))
                .extracting(Check::finding)
                .containsExactly(
                        "8192 of 8192 inotify watches in use",
                        "127 of 128 inotify instances in use",
                        "of 1024 files that the node may have open, it has 1000");
        assertThat(system(DISK, new Limits(null, null, null)))
                .extracting(Check::subject)
                .doesNotContain("limits");
    }

    private static List<Check> system(FolderVolume volume, Limits limits) {
        return SystemChecks.of(
                new Examined(
                        Path.of("/data"),
                        answering(HEARD, List.of(), BOB),
                        "1.0",
                        List.of(CABLE),
                        volume,
                        limits));
    }

    @Test
    void aNetworkFileSystemIsSaid() {
        FolderVolume mounted =
                new FolderVolume("nfs4", 100L << 30, 50L << 30, OptionalLong.empty());

        assertThat(onlyBad(system(mounted, ROOMY)).subject()).isEqualTo("file system");
    }

    @Test
    void withoutANodeItSaysWhetherOneCouldBeStarted() throws Exception {
        Desk.Ran ran = desk.run("doctor", "photos");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains("look at this  node: none runs on '" + desk.folder)
                .contains("-> start one with: lanyard start")
                .contains("ok            folder: it can be read and written")
                .contains("ok            listening: any TCP port will do")
                .contains("space: ");
        assertThat(ran.err()).isEmpty();
        assertThat(desk.home.resolve("xdg")).doesNotExist();
        assertThat(desk.folder).isEmptyDirectory();
    }

    @Test
    void withoutANodeItSaysThatThePortIsTaken() throws Exception {
        Path state = Files.createDirectories(desk.home.resolve("elsewhere"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(
                    state.resolve("settings"),
                    "listen = 127.0.0.1:%d\n".formatted(taken.getLocalPort()));

            Desk.Ran ran = desk.run("doctor", "photos", "--state-dir", state.toString());

            assertThat(ran.out())
                    .contains("look at this  listening: cannot listen on 127.0.0.1:")
                    .contains("name another one with --listen");
        }
    }

    @Test
    void nobodyNeedsAFolder() {
        Desk.Ran ran = desk.run("doctor");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("name the folder: lanyard doctor DIR");
    }

    @Test
    void aRunningNodeIsAskedAndScriptsReadIt() throws Exception {
        Files.createDirectories(desk.folder.resolve(".lanyard"));
        Desk other = desk.another();
        other.node.knows(absent(Cause.REFUSED, "connection refused", false));
        Desk.Running running = other.begin("start", desk.folder.toString()).shows("ready");
        try {
            Desk.Ran told = desk.run("doctor", "photos");
            assertThat(told.exit()).isEqualTo(1);
            assertThat(told.out())
                    .contains("ok            node: ann keeps ")
                    .contains("look at this  peers: (unknown) at 10.0.0.3:7001, not connected: ")
                    .contains("-> start lanyard there");

            assertThat(desk.run("doctor", "photos", "--json").out())
                    .contains("{\"subject\":\"peers\",\"ok\":false,\"finding\":");

            desk.changeTo(desk.folder);
            assertThat(desk.run("doctor").out()).contains("ok            node: ann keeps ");
        } finally {
            desk.run("stop", desk.folder.toString());
            running.end();
        }
    }
}
