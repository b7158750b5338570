package dev.lanyard.node.io.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

@EnabledOnOs(OS.LINUX)
class InotifyWatcherTest {
    private static final Duration LONG = Duration.ofHours(1);

    /** Files that stay open are not reported by themselves: what is seen comes from events. */
    private static final WatchSettings SETTINGS = WatchSettings.DEFAULT.withQuiet(LONG, LONG);

    @TempDir Path temporary;

    private final Reports reports = new Reports();
    private Path folder = Path.of("");
    private InotifyWatcher watcher = new InotifyWatcher(folder, reports, SETTINGS);

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectories(temporary.resolve("share"));
        Files.createDirectory(folder.resolve(".lanyard"));
    }

    @AfterEach
    void close() {
        watcher.close();
    }

    private void watch(WatchSettings settings) throws IOException {
        watcher = new InotifyWatcher(folder, reports, settings);
        watcher.start();
    }

    /** All that was done before is reported afterwards. */
    private void settle(long cookie) {
        watcher.cookie(cookie);
        reports.awaitEvent(new Event.CookieSeen(cookie));
    }

    private static Dirt shallow(String path) {
        return new Dirt(RelativePath.of(path), false);
    }

    private static Dirt moved(String path, String from) {
        return new Dirt(RelativePath.of(path), true, RelativePath.of(from));
    }

    private static Dirt deep(String path) {
        return new Dirt(RelativePath.of(path), true);
    }

    private void shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", script, folder.toString()).start();
        assertThat(process.waitFor()).as(script).isZero();
    }

    @Test
    void reportsAFileOnceWhenItIsClosed() throws IOException {
        watch(SETTINGS);

        try (OutputStream out = Files.newOutputStream(folder.resolve("f"))) {
            settle(1); // It may be reported before it is written.
            reports.forget();
            out.write(1);
        }
        reports.awaitDirt(shallow("f"));
        settle(2);

        assertThat(reports.dirt()).containsExactly(shallow("f"));
    }

    @Test
    void reportsChangesOfAttributesAndDeletions() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "x");
        watch(SETTINGS);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        settle(1);
        assertThat(reports.dirt()).containsExactly(shallow("f"));
        reports.forget();
        Files.delete(file);
        settle(2);

        assertThat(reports.dirt()).containsExactly(shallow("f"));
    }

    @Test
    void reportsNamesThatAreNeverWritten() throws Exception {
        Files.writeString(folder.resolve("f"), "x");
        watch(SETTINGS);

        shell("cd \"$0\" && ln f hard && ln -s nowhere soft && mkfifo fifo");

        reports.awaitDirt(shallow("hard"));
        reports.awaitDirt(shallow("soft"));
        reports.awaitDirt(shallow("fifo"));
    }

    @Test
    void reportsBothHalvesOfARenameInOneEvent() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        Files.createDirectories(folder.resolve("b"));
        Files.writeString(folder.resolve("a/f"), "x");
        watch(SETTINGS);

        for (int i = 0; i < 500; i++) {
            reports.forget();
            Files.move(folder.resolve("a/f"), folder.resolve("b/g"));
            reports.awaitEvent(new Event.Dirtied(List.of(shallow("a/f"), shallow("b/g"))));
            reports.forget();
            Files.move(folder.resolve("b/g"), folder.resolve("a/f"));
            reports.awaitEvent(new Event.Dirtied(List.of(shallow("b/g"), shallow("a/f"))));
        }
    }

    @Test
    void reportsWhatIsMovedOutAndWhatIsMovedIn() throws IOException {
        Files.createDirectories(folder.resolve("d/e"));
        watch(SETTINGS);
        int before = watcher.watchedCount();

        Files.move(folder.resolve("d"), temporary.resolve("outside"));
        reports.awaitDirt(deep("d"));
        await().until(() -> watcher.watchedCount() == before - 2);
        reports.forget();
        Files.writeString(temporary.resolve("outside/e/unseen"), "x");
        Files.move(temporary.resolve("outside"), folder.resolve("back"));
        reports.awaitDirt(deep("back"));
        reports.forget();
        Files.writeString(folder.resolve("back/e/seen"), "x");
        settle(1);

        assertThat(reports.dirt()).containsOnly(shallow("back/e/seen"));
    }

    @Test
    void knowsThePathsBelowARenamedDirectory() throws IOException {
        Files.createDirectories(folder.resolve("a/b/c"));
        Files.createDirectories(folder.resolve("other"));
        watch(SETTINGS);

        Files.move(folder.resolve("a"), folder.resolve("other/z"));
        settle(1);
        assertThat(reports.dirt()).contains(deep("a"), moved("other/z", "a"));
        reports.forget();
        Files.writeString(folder.resolve("other/z/b/c/f"), "x");
        settle(2);

        assertThat(reports.dirt()).containsOnly(shallow("other/z/b/c/f"));
        assertThat(watcher.watchedCount()).isEqualTo(5);
    }

    @Test
    void followsDirectoriesThatChangeTheirNamesAgainAndAgain() throws IOException {
        for (String name : List.of("p", "q", "r")) {
            Files.createDirectories(folder.resolve(name + "/x/y"));
        }
        watch(SETTINGS);

        for (int i = 0; i < 300; i++) { // A rotation: every name is another directory each time.
            Files.move(folder.resolve("p"), folder.resolve("t"));
            Files.move(folder.resolve("q"), folder.resolve("p"));
            Files.move(folder.resolve("r"), folder.resolve("q"));
            Files.move(folder.resolve("t"), folder.resolve("r"));
        }
        settle(1);
        reports.forget();
        for (String name : List.of("p", "q", "r")) {
            Files.writeString(folder.resolve(name + "/x/y/f"), "x");
        }
        settle(2);

        // Where it lost track it walks again, and reports a directory with all that is below.
        for (String name : List.of("p", "q", "r")) {
            assertThat(reports.dirt()).containsAnyOf(shallow(name + "/x/y/f"), deep(name));
        }
        assertThat(watcher.watchedCount()).isEqualTo(10);
    }

    @Test
    void followsAStormOfRenames() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(folder.resolve("s" + i + "/t/u"));
        }
        watch(SETTINGS);
        Random random = new Random(4711);

        for (int i = 0; i < 1_500; i++) {
            Path from = folder.resolve("s" + random.nextInt(20));
            String to = "s" + random.nextInt(20) + (random.nextBoolean() ? "" : "/t/u/m" + i);
            try {
                Files.move(from, folder.resolve(to));
            } catch (FileSystemException impossible) { // Into itself, not there, or not empty.
                Files.createDirectories(from.resolve("t/u"));
            }
        }
        List<Dirt> first = probeEachDirectory("first");
        settle(1);
        List<Event> events = reports.all();
        boolean everything = events.contains(new Event.WatchOverflowed());
        Set<Dirt> dirt = new HashSet<>(reports.dirt());
        assertThat(everything || first.stream().allMatch(probe -> isCovered(probe, dirt))).isTrue();

        await().atMost(Duration.ofSeconds(40)).until(() -> watcher.watchedCount() == first.size());
        reports.forget();
        List<Dirt> second = probeEachDirectory("second");
        settle(2);
        assertThat(new HashSet<>(reports.dirt())).containsAll(second);
    }

    private List<Dirt> probeEachDirectory(String name) throws IOException {
        List<Dirt> probes = new ArrayList<>();
        try (var all = Files.walk(folder)) {
            for (Path directory : all.filter(Files::isDirectory).toList()) {
                if (!directory.startsWith(folder.resolve(".lanyard"))) {
                    Path probe = Files.writeString(directory.resolve(name), "x");
                    probes.add(shallow(folder.relativize(probe).toString()));
                }
            }
        }
        return probes;
    }

    private static boolean isCovered(Dirt probe, Set<Dirt> dirt) {
        if (dirt.contains(probe)) {
            return true;
        }
        @Nullable RelativePath above = probe.path();
        while (above != null && !dirt.contains(new Dirt(above, true))) {
            above = above.parent().orElse(null);
        }
        return dirt.contains(new Dirt(above, true));
    }

    @Test
    @DisplayName("D36, P11: mkdir -p a/b/c and a file in it, 1 000 times, misses none")
    void d36_missesNothingInNewDirectories() throws IOException {
        watch(SETTINGS);

        List<String> files = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String file = "n" + i + "/b/c/f";
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "x");
            files.add(file);
        }
        settle(1);

        reports.assertCover(files);
        reports.forget();
        Files.writeString(folder.resolve("n999/b/c/f"), "y");
        settle(2);
        assertThat(reports.dirt()).contains(shallow("n999/b/c/f"));
    }

    @Test
    @DisplayName("P1: a tree deeper than any one path is watched")
    void p1_watchesDeepTrees() throws Exception {
        String fifty = "directory-of-many/".repeat(50);
        String descend =
                "cd \"$0\" && for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mkdir -p %s && cd -P %s; done"
                        .formatted(fifty, fifty);
        shell(descend);
        watch(SETTINGS);
        assertThat(watcher.watchedCount()).isEqualTo(601);

        shell(descend + " && echo x > f");
        settle(1);

        assertThat(reports.dirt()).contains(shallow(fifty.repeat(12) + "f"));
        shell("rm -rf \"$0\"/directory-of-many");
        await().until(() -> watcher.watchedCount() == 1);
    }

    @Test
    void losesNothingInABurstOfFiles() throws IOException {
        watch(SETTINGS);

        for (int i = 0; i < 20_000; i++) {
            Files.write(folder.resolve("b" + i), new byte[] {1});
        }
        settle(1);

        boolean overflowed = reports.all().contains(new Event.WatchOverflowed());
        long seen = reports.dirt().stream().map(Dirt::path).distinct().count();
        System.out.printf("burst: %d events, overflow %b%n", reports.all().size(), overflowed);
        assertThat(overflowed || seen == 20_000).isTrue();
    }

    @Test
    @DisplayName("D34: when events were lost it says so, and watches what it missed")
    void d34_recoversFromAnOverflow() throws IOException {
        CountDownLatch held = new CountDownLatch(1);
        watcher =
                new InotifyWatcher(
                        folder,
                        event -> {
                            awaitLatch(held);
                            reports.accept(event);
                        },
                        SETTINGS);
        Files.createDirectories(folder.resolve("moved/below"));
        watcher.start();
        Files.writeString(folder.resolve("first"), "x"); // Its report is held up.
        String queue =
                Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events")).getFirst();
        for (int i = 0; i < Integer.parseInt(queue) / 2 + 2_000; i++) {
            Files.write(folder.resolve("f" + i), new byte[] {1});
        }
        Files.createDirectories(folder.resolve("new/sub"));
        Files.move(folder.resolve("moved"), folder.resolve("new/name"));

        held.countDown();
        reports.awaitEvent(new Event.WatchOverflowed());
        settle(1);
        reports.forget();
        Files.writeString(folder.resolve("new/sub/f"), "x");
        Files.writeString(folder.resolve("new/name/below/g"), "x");
        settle(2);

        assertThat(reports.dirt()).contains(shallow("new/sub/f"), shallow("new/name/below/g"));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCookieComesAfterAllThatWasWrittenBefore() throws IOException {
        watch(SETTINGS);

        for (int i = 0; i < 200; i++) {
            Path directory = Files.createDirectories(folder.resolve("c" + i + "/d"));
            Files.writeString(directory.resolve("f"), "x");
            Files.createSymbolicLink(folder.resolve("l" + i), Path.of("f"));
            settle(i);
            assertThat(reports.covers("c" + i + "/d/f")).isTrue();
            assertThat(reports.covers("l" + i)).isTrue();
            reports.forget();
        }

        await().untilAsserted(
                        () -> assertThat(folder.resolve(".lanyard/cookie")).isEmptyDirectory());
    }

    @Test
    void aCookieComesEvenWhereNoneCanBeMade() throws IOException {
        Files.delete(folder.resolve(".lanyard"));
        watch(SETTINGS);

        Files.writeString(folder.resolve("f"), "x");
        settle(7);

        assertThat(reports.dirt()).containsOnly(shallow("f"));
        assertThat(folder.resolve(".lanyard")).doesNotExist();
    }

    @Test
    void neverReportsThePrivateDirectory() throws IOException {
        Files.createDirectories(folder.resolve(".lanyard/staging"));
        watch(SETTINGS);

        Files.writeString(folder.resolve(".lanyard/staging/x"), "x");
        Files.createDirectories(folder.resolve(".lanyard/versions/y"));
        Files.createDirectories(folder.resolve("d/.lanyard"));
        settle(1);

        assertThat(reports.dirt())
                .contains(deep("d"))
                .isSubsetOf(deep("d"), deep("d/.lanyard")); // One below the root is the user's.
        reports.forget();
        Files.writeString(folder.resolve("d/.lanyard/ours"), "x");
        settle(2);
        assertThat(reports.dirt()).containsOnly(shallow("d/.lanyard/ours"));
    }

    @Test
    void followsNoLinkToADirectory() throws IOException {
        Path outside = Files.createDirectories(temporary.resolve("outside/sub"));
        Files.createSymbolicLink(folder.resolve("before"), outside.getParent());
        watch(SETTINGS);

        Files.createSymbolicLink(folder.resolve("after"), outside.getParent());
        reports.awaitDirt(shallow("after"));
        reports.forget();
        Files.writeString(outside.resolve("f"), "x");
        settle(1);

        assertThat(reports.dirt()).isEmpty();
        assertThat(watcher.watchedCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("P6: a file that stays open is reported after a quiet time")
    void p6_reportsAFileThatStaysOpen() throws IOException {
        Files.writeString(folder.resolve("log"), "x");
        watch(SETTINGS.withQuiet(Duration.ofMillis(300), Duration.ofMillis(1_500)));

        try (OutputStream out = Files.newOutputStream(folder.resolve("log"))) {
            settle(1);
            reports.forget();
            out.write(1);
            reports.awaitDirt(shallow("log"));
            reports.forget();
            long begin = System.nanoTime();
            long written = begin;
            long rest = 0;
            while (reports.dirt().isEmpty()) { // It never rests, and is reported all the same.
                out.write(1);
                rest = Math.max(rest, System.nanoTime() - written);
                written = System.nanoTime();
                assertThat(written - begin).isLessThan(20_000_000_000L);
            }
            // Unless this thread was not let write for as long as a quiet time.
            assertThat(System.nanoTime() - begin)
                    .isGreaterThan(rest < 250_000_000L ? 1_000_000_000L : 0);
        }
    }

    @Test
    @DisplayName("D35: what the limit leaves out is polled, and told")
    void d35_pollsWhatTheLimitLeavesOut() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            Files.createDirectory(folder.resolve("d" + i));
        }
        watch(SETTINGS.withWatchesMax(101).withPoll(Duration.ofMillis(300)));

        reports.awaitEvent(new Event.WatchLimited(900));
        assertThat(watcher.watchedCount()).isEqualTo(101);
        String leftOut = watcher.unwatched().getLast().toString();
        Files.writeString(folder.resolve(leftOut + "/f"), "x");
        reports.awaitDirt(deep(leftOut));

        for (int i = 0; i < 1_000; i++) {
            if (!leftOut.equals("d" + i)) {
                Files.delete(folder.resolve("d" + i));
            }
        }
        reports.awaitEvent(new Event.WatchLimited(0));
        reports.forget();
        Files.writeString(folder.resolve(leftOut + "/g"), "x");
        settle(1);
        assertThat(reports.dirt()).contains(shallow(leftOut + "/g"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 51})
    @DisplayName("D35: what the limit leaves out is reported before a cookie, without waiting")
    void d35_aCookieComesAfterWhatIsNotWatched(int watches) throws IOException {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Files.createDirectory(folder.resolve("d" + i));
            files.add("d" + i + "/f");
        }
        watch(SETTINGS.withWatchesMax(watches).withPoll(LONG));
        reports.awaitEvent(new Event.WatchLimited(watches == 0 ? 1 : 101 - watches));

        for (int round = 1; round <= 3; round++) {
            reports.forget();
            for (String file : files) {
                Files.writeString(folder.resolve(file), "x" + round);
            }
            settle(round);
            reports.assertCover(files);
        }
    }

    @Test
    @DisplayName("D35: the limit of the system itself, in a user namespace of its own")
    void d35_meetsTheLimitOfTheSystem() throws Exception {
        for (int i = 0; i < 300; i++) {
            Files.createDirectory(folder.resolve("d" + i));
        }

        String said = sayWithLimit("max_inotify_watches", 100);

        assertThat(said).contains("WatchLimited[unwatchedDirectories=201]");
        String before = said.substring(0, said.indexOf("CookieSeen"));
        assertThat(before.split("Dirt\\[path=d", -1)).hasSize(1 + 201);
    }

    @Test
    @DisplayName("D35: where nothing can be watched, a cookie comes after a look at everything")
    void d35_asksWhereNothingCanBeWatched() throws Exception {
        String said = sayWithLimit("max_inotify_instances", 0);

        assertThat(said).contains("WatchLimited[unwatchedDirectories=1]");
        String everything = new Dirt(null, true).toString();
        assertThat(said.indexOf(everything)).isBetween(0, said.indexOf("CookieSeen"));
    }

    @Test
    @DisplayName("D35: where something can be watched again, all is looked at once it is watched")
    void d35_looksAgainOnceAllIsWatched() throws Exception {
        for (int i = 0; i < 300; i++) {
            Files.createDirectory(folder.resolve("d" + i)); // More than one turn can watch.
        }

        String said = sayWithLimit("max_inotify_instances", 0, "max_inotify_instances");

        String everything = new Dirt(null, true).toString();
        int watching = said.indexOf("CookieSeen[cookie=1]");
        assertThat(said.substring(watching).split(Pattern.quote(everything), -1))
                .as(said)
                .hasSizeGreaterThanOrEqualTo(1 + 2);
        assertThat(said).contains("WatchLimited[unwatchedDirectories=0]");
    }

    /** What a watcher reports in a user namespace of its own. */
    private String sayWithLimit(String limit, int value, String... raised) throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "-Ur", "sh", "-c"));
        command.add("echo %d > /proc/sys/user/%s && exec \"$@\"".formatted(value, limit));
        command.add("sh");
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(WatchLimitProbe.class.getName(), folder.toString()));
        command.addAll(List.of(raised));
        Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int result = probe.waitFor();
        assumeThat(said).doesNotContain("unshare:", "cannot create");

        assertThat(result).as(said).isZero();
        return said;
    }

    @Test
    @DisplayName("S1: a folder that is moved is lost, and found again by restart")
    void s1_reportsALostRoot() throws IOException {
        Files.createDirectories(folder.resolve("d"));
        watch(SETTINGS);

        Files.move(folder, temporary.resolve("elsewhere"));
        reports.awaitKind(Event.RootLost.class);
        assertThatThrownBy(watcher::restart).isInstanceOf(IOException.class);
        settle(1); // Nobody waits for ever.
        Files.move(temporary.resolve("elsewhere"), folder);
        reports.forget();
        watcher.restart();
        reports.awaitDirt(new Dirt(null, true));
        reports.forget();
        Files.writeString(folder.resolve("d/f"), "x");
        settle(2);

        assertThat(reports.dirt()).containsOnly(shallow("d/f"));
    }

    @Test
    @DisplayName("S1: a medium can be unmounted while it is watched, and is lost then")
    void s1_reportsAnUnmountedRoot() throws Exception {
        String mount = "mount -t tmpfs none \"$0\" && mkdir -p \"$0\"/.lanyard \"$0\"/a/b";
        Process mounted = new ProcessBuilder("sh", "-c", mount, folder.toString()).start();
        assumeThat(mounted.waitFor()).isZero();
        try {
            watch(SETTINGS);
            settle(1);
        } finally {
            shell("umount \"$0\"");
        }

        reports.awaitKind(Event.RootLost.class);
        assertThat(reports.dirt()).isEmpty();
    }

    @Test
    @DisplayName("D1: another folder in the place of the root is found out without an event")
    void d1_noticesThatTheRootIsAnotherOne() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        watcher = new InotifyWatcher(link, reports, SETTINGS.withPoll(Duration.ofMillis(200)));
        watcher.start();

        Path empty = Files.createDirectory(temporary.resolve("empty"));
        Path other = Files.createSymbolicLink(temporary.resolve("other"), empty);
        Files.move(other, link, StandardCopyOption.ATOMIC_MOVE);

        reports.awaitKind(Event.RootLost.class);
        assertThat(reports.dirt()).isEmpty();
    }

    @Test
    void cannotStartWhereNoFolderIs() {
        watcher = new InotifyWatcher(folder.resolve("absent"), reports, SETTINGS);

        assertThatThrownBy(watcher::start).isInstanceOf(IOException.class);
    }

    @Test
    void closesPromptlyAndSaysNothingMore() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            Files.createDirectory(folder.resolve("d" + i));
        }
        watch(SETTINGS);
        long begin = System.nanoTime();

        watcher.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        reports.forget();
        Files.writeString(folder.resolve("f"), "x");
        watcher.cookie(1);
        watcher.close();
        assertThat(reports.all()).isEmpty();
    }

    @Test
    void tellsTheEndOfWritingAtOnce() throws Exception {
        LinkedBlockingQueue<Long> arrivals = new LinkedBlockingQueue<>();
        watcher = new InotifyWatcher(folder, _ -> arrivals.add(System.nanoTime()), SETTINGS);
        watcher.start();
        long[] nanos = new long[500];

        for (int i = 0; i < nanos.length; i++) {
            OutputStream out = Files.newOutputStream(folder.resolve("f"));
            out.write(1);
            arrivals.clear();
            long begin = System.nanoTime();
            out.close();
            Long arrived = arrivals.poll(20, TimeUnit.SECONDS);
            assertThat(arrived).isNotNull();
            nanos[i] = arrived - begin;
        }

        Arrays.sort(nanos);
        System.out.printf(
                "close to event: p50 %d us, p90 %d us, p99 %d us%n",
                nanos[250] / 1000, nanos[450] / 1000, nanos[495] / 1000);
    }
}
