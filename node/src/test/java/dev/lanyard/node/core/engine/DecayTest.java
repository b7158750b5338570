package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Effect.Reply;
import dev.lanyard.node.core.engine.Event.Command.Repair;
import dev.lanyard.node.core.engine.Event.Scrubbed;
import dev.lanyard.node.core.engine.Problem.Kind;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.InMemoryIndex;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** A file has other bytes than were written: that is listed, told to nobody, and can be mended. */
class DecayTest {
    private static final Instant EARLY = Instant.parse("2025-12-31T00:00:00Z");
    private static final RelativePath FILE = RelativePath.of("f");
    private static final RelativePath OTHER = RelativePath.of("g");
    private static final String GOOD = "good";
    private static final String ROTTEN = "goof";

    private final World world = new World(1, 2);
    private final World.Node a = world.nodes.getFirst();
    private final World.Node b = world.nodes.getLast();

    @BeforeEach
    void bothHaveIt() {
        b.tree.write(FILE, GOOD, EARLY);
        settle();
    }

    private void settle() {
        assertThat(world.settle(1_000)).as("settles: %s", world.busy()).isTrue();
    }

    /** Goes on without connecting anybody. */
    private void run() {
        world.run(100);
    }

    private static Row row(World.Node node, RelativePath path) {
        return Objects.requireNonNull(node.index.row(path));
    }

    private static Held held(World.Node node) {
        return held(node, FILE);
    }

    private static Held held(World.Node node, RelativePath path) {
        return Objects.requireNonNull(row(node, path).held());
    }

    private static VersionVector known(World.Node node) {
        return Objects.requireNonNull(row(node, FILE).known()).version();
    }

    private static ContentHash hash(String content) {
        return FakeTree.hash(content);
    }

    private void scrub(String found) {
        a.events.add(new Scrubbed(held(a), hash(found)));
        run();
    }

    private void rot() {
        a.tree.rot(FILE, ROTTEN);
        scrub(ROTTEN);
    }

    private void rotEverywhere() {
        rot();
        b.tree.rot(FILE, ROTTEN);
    }

    private List<String> decayed() {
        a.ask(new Event.Command.Problems());
        run();
        return a.problems.stream()
                .filter(problem -> problem.kind() == Kind.DECAYED)
                .map(Problem::subject)
                .toList();
    }

    private void askRepair() {
        a.answers.clear();
        a.ask(new Repair(FILE));
    }

    /** Nobody has the content any more, so the repair stays under way. */
    private void askRepairInVain() {
        rotEverywhere();
        askRepair();
        world.run(200);
    }

    private List<Reply> answers() {
        return a.answers.stream()
                .filter(reply -> reply instanceof Reply.Done || reply instanceof Reply.Impossible)
                .toList();
    }

    private void assertOn(World.Node node, RelativePath path, String content) {
        assertThat(node.tree.nodes.get(path)).extracting(FakeTree.Node::content).isEqualTo(content);
    }

    @Test
    @DisplayName("D13: what decayed is listed, and nobody is told")
    void isListedAndNobodyIsTold() {
        VersionVector before = known(b);

        rot();
        settle();

        assertThat(decayed()).containsExactly("f");
        assertOn(b, FILE, GOOD);
        assertThat(known(a)).isEqualTo(before);
        assertThat(known(b)).isEqualTo(before);
    }

    @Test
    void isListedNoMoreWhenItIsReadWell() {
        rot();

        scrub(GOOD);

        assertThat(decayed()).isEmpty();
    }

    @Test
    void whatWasReadBeforeAnEditMeansNothing() {
        Event.Scrubbed old = new Scrubbed(held(a), hash(ROTTEN));
        a.tree.write(FILE, "edit", EARLY.plusSeconds(1));
        settle();

        a.events.add(old);

        assertThat(decayed()).isEmpty();
    }

    @Test
    void isListedNoMoreWhenItIsEditedDeletedRenamedOrReplaced() {
        rot();
        a.tree.write(FILE, "edit", EARLY.plusSeconds(1));
        settle();
        assertThat(decayed()).isEmpty();

        rot();
        a.tree.rename(FILE, OTHER);
        settle();
        assertThat(decayed()).isEmpty();

        b.tree.write(FILE, GOOD, EARLY.plusSeconds(2));
        settle();
        rot();
        b.tree.write(FILE, "more", EARLY.plusSeconds(3));
        settle();
        assertThat(decayed()).isEmpty();

        rot();
        a.tree.removeAll(FILE);
        settle();
        assertThat(decayed()).isEmpty();
        assertThat(b.tree.nodes).doesNotContainKey(FILE);
    }

    @Test
    void whoTouchesItKeepsItsBytesForAll() {
        rot();

        a.tree.write(FILE, ROTTEN, EARLY.plusSeconds(1));
        settle();

        assertOn(b, FILE, ROTTEN);
        assertThat(decayed()).isEmpty();
    }

    @Test
    void isStillListedAfterARestart() {
        rot();

        a.goOn();

        assertThat(decayed()).containsExactly("f");
    }

    @Test
    void aRepairBringsTheContentFromAPeerAndMakesNoVersion() {
        VersionVector before = known(b);
        rot();

        askRepair();
        settle();

        assertThat(answers()).contains(new Reply.Done()).noneMatch(DecayTest::isRefusal);
        assertOn(a, FILE, GOOD);
        assertThat(a.tree.versions).containsExactly(ROTTEN);
        assertThat(known(a)).isEqualTo(before);
        assertThat(held(a).entry()).isEqualTo(held(b).entry());
        assertThat(decayed()).isEmpty();
    }

    private static boolean isRefusal(Reply reply) {
        return reply instanceof Reply.Impossible;
    }

    @Test
    void aFileThatCannotBeReadIsRepairedToo() {
        a.events.add(new Scrubbed(held(a), Scrubbed.UNREADABLE));
        assertThat(decayed()).containsExactly("f");

        askRepair();
        settle();

        assertThat(a.tree.versions).as("what was displaced").hasSize(1);
        assertThat(decayed()).isEmpty();
    }

    @Test
    void aCopyOnTheSameDiskIsNoRepair() {
        a.tree.write(OTHER, GOOD, EARLY);
        settle();
        rot();
        a.tree.rot(OTHER, ROTTEN);

        askRepair();
        a.step(100);

        assertThat(a.effects).noneMatch(effect -> effect instanceof Effect.Copy);
        settle();
        assertOn(a, FILE, GOOD);
    }

    @Test
    @DisplayName("D13: what decayed is no source of a copy")
    void isNotCopiedFrom() {
        rot();
        b.tree.write(OTHER, GOOD, EARLY.plusSeconds(1));

        boolean copied = false;
        for (int rounds = 0; rounds < 20 && !copied; rounds++) {
            world.run(1);
            a.step(100);
            copied = a.effects.stream().anyMatch(effect -> effect instanceof Effect.Copy);
        }

        assertThat(copied).isFalse();
        settle();
        assertOn(a, OTHER, GOOD);
        assertThat(decayed()).containsExactly("f");
    }

    @Test
    void withoutAPeerAllStaysAsItIs() {
        rot();
        Held before = held(a);
        world.disconnectAll();

        askRepair();
        run();

        assertThat(answers())
                .containsExactly(
                        new Reply.Impossible(
                                "no machine is connected that could have its content"));
        assertThat(held(a)).isEqualTo(before);
        assertOn(a, FILE, ROTTEN);
        assertThat(decayed()).containsExactly("f");
    }

    @Test
    void whatNoPeerHasStaysListedAndIsBroughtWhenOneHasIt() {
        rotEverywhere();

        askRepair();
        world.run(200);

        assertThat(answers()).hasSize(1).allMatch(DecayTest::isRefusal);
        assertOn(a, FILE, ROTTEN);
        assertThat(decayed()).containsExactly("f");

        b.tree.rot(FILE, GOOD);
        world.disconnectAll();
        settle();
        assertOn(a, FILE, GOOD);
        assertThat(decayed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionThatAnotherTakesThePlaceOfEndsNoRepair(boolean isClosedFirst) {
        rot();
        askRepair();
        a.step(100);
        Effect.Fetch fetch =
                a.effects.stream()
                        .filter(Effect.Fetch.class::isInstance)
                        .map(Effect.Fetch.class::cast)
                        .findAny()
                        .orElseThrow();
        a.effects.remove(fetch);
        Event cut = new Event.Fetched(fetch.fetch(), List.of(new Event.FetchOutcome.Cut(FILE)));

        if (!isClosedFirst) {
            a.events.add(cut);
            a.step(100);
        }
        world.disconnectAll();
        a.step(100);
        if (isClosedFirst) {
            a.events.add(cut);
            a.step(100);
        }

        assertThat(answers()).isEmpty();
        settle();
        assertThat(answers()).noneMatch(DecayTest::isRefusal);
        assertOn(a, FILE, GOOD);
    }

    @Test
    void onlyWhatIsListedIsRepaired() {
        askRepair();
        settle();

        assertThat(answers())
                .contains(new Reply.Impossible("no decay is known there; see: lanyard scrub"));
    }

    @Test
    void whoTakesNothingRepairsNothing() {
        rot();
        a.restartAs(Message.Mode.SEND_ONLY);
        settle();

        askRepair();
        settle();

        assertThat(answers()).anyMatch(DecayTest::isRefusal);
        assertOn(a, FILE, ROTTEN);
    }

    @Test
    void whatIsHeldBackIsNotTakenForDecay() {
        Held back = new Held(HeldBack.least(held(a).entry()), held(a).stat());

        assertThat(back.isDecayed()).isFalse();
    }

    /** As a hard link or another owner does. */
    @Test
    void whoeverChangesNothingButTheCtimeTellsNobodyOfTheBytes() {
        VersionVector before = known(b);
        rot();

        a.tree.stir(FILE);
        settle();

        assertThat(decayed()).containsExactly("f");
        assertOn(b, FILE, GOOD);
        assertThat(known(b)).isEqualTo(before);
    }

    @Test
    void whoTouchesItDuringARepairDoesNotKeepItsBytes() {
        askRepairInVain();

        a.tree.write(FILE, ROTTEN, EARLY.plusSeconds(1));
        world.run(200);
        b.tree.rot(FILE, GOOD);
        settle();

        assertOn(a, FILE, GOOD);
        assertOn(b, FILE, GOOD);
    }

    @Test
    void whoInsistsOnWhatIsThereEndsTheRepairAndTellsNobodyOfTheBytes() {
        VersionVector before = known(b);
        askRepairInVain();
        a.restartAs(Message.Mode.SEND_ONLY);
        world.run(200);
        assertThat(held(a).isDecayed()).isTrue();

        a.ask(new Event.Command.Level());
        b.tree.rot(FILE, GOOD);
        settle();

        assertOn(b, FILE, GOOD);
        assertThat(known(b)).isEqualTo(before);
        assertThat(held(a).isDecayed()).isFalse();
        assertThat(decayed()).containsExactly("f");
    }

    @Test
    void aRestartInTheMiddleOfARepairTellsNobodyOfTheBytes() {
        VersionVector before = known(b);
        rot();
        askRepair();
        a.step(100);

        a.goOn();
        run();
        assertOn(a, FILE, ROTTEN);
        assertThat(decayed()).containsExactly("f");
        settle();

        assertOn(a, FILE, GOOD);
        assertOn(b, FILE, GOOD);
        assertThat(known(b)).isEqualTo(before);
    }

    /** The file was exchanged for the good one, and exchanged back. */
    @Test
    void aStepThatFailsLeavesNoEdit() {
        VersionVector before = known(b);
        rot();
        a.beforeApply =
                () -> {
                    a.tree.stir(FILE);
                    a.beforeApply = world::disconnectAll;
                };

        askRepair();
        world.run(200);
        a.goOn();
        a.tree.stir(FILE);
        settle();

        assertOn(b, FILE, GOOD);
        assertOn(a, FILE, GOOD);
        assertThat(known(b)).isEqualTo(before);
    }

    @Test
    void whatDecaysOnOrIsWellAgainMeanwhileIsNoEdit() {
        VersionVector before = known(b);
        askRepairInVain();

        a.tree.rot(FILE, "food");
        a.tree.stir(FILE);
        world.run(200);
        assertThat(known(b)).isEqualTo(before);
        assertThat(decayed()).containsExactly("f");

        a.tree.rot(FILE, GOOD);
        a.tree.stir(FILE);
        settle();
        assertThat(known(b)).isEqualTo(before);
        assertThat(held(a).entry().version()).isEqualTo(before);
        assertThat(decayed()).isEmpty();
    }

    @Test
    void whatIsWellAgainIsNoEditWhereTimesAreCoarse() {
        VersionVector before = known(b);
        a.tree.round(FILE, EARLY.plusMillis(1));
        FakeTree.Node rounded = Objects.requireNonNull(a.tree.nodes.get(FILE));
        Entry entry = held(a).entry();
        a.index.put(new Row(FILE, entry, new Held(entry, FakeTree.stat(rounded))));
        askRepairInVain();

        a.tree.rot(FILE, GOOD);
        a.tree.stir(FILE);
        settle();

        assertThat(known(a)).isEqualTo(before);
        assertThat(decayed()).isEmpty();
    }

    @Test
    void whatAUserDoesMeanwhileIsDoneToWhatWasThere() {
        askRepairInVain();

        a.tree.write(FILE, "edit", EARLY.minusSeconds(1));
        settle();
        assertOn(b, FILE, "edit");
        assertThat(a.tree.versions).isEmpty();

        a.tree.rot(FILE, "edot");
        b.tree.rot(FILE, "edut");
        scrub("edot");
        askRepair();
        world.run(200);
        a.tree.removeAll(FILE);
        settle();
        assertThat(a.tree.nodes).doesNotContainKey(FILE);
        assertThat(b.tree.nodes).doesNotContainKey(FILE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, 2_000, 3_000})
    @DisplayName("D13: whatever happens during repairs, no version is made and no rot travels")
    void noVersionIsMadeInAnyHistory(long first) {
        for (long seed = first; seed < first + 100; seed++) {
            repairSomething(seed);
        }
    }

    private static void repairSomething(long seed) {
        World many = new World(seed, 3);
        for (int i = 0; i < 400; i++) {
            many.anything(true);
        }
        assertThat(many.settle(3_000)).as("seed %d settles", seed).isTrue();
        World.Node sick = many.nodes.getFirst();
        Map<RelativePath, Entry> before = known(sick.index);
        List<RelativePath> files =
                before.keySet().stream().filter(path -> isFile(sick, path)).toList();

        files.forEach(path -> decay(sick, path));
        sick.step(1_000);
        trouble(many, sick, files, new Random(seed));
        files.forEach(path -> sick.ask(new Repair(path)));
        assertThat(many.settle(3_000)).as("seed %d settles again", seed).isTrue();

        for (World.Node node : many.nodes) {
            assertThat(known(node.index)).as("seed %d", seed).isEqualTo(before);
            assertThat(node.tree.nodes.values())
                    .as("seed %d", seed)
                    .noneMatch(each -> each.content().startsWith("~"));
        }
    }

    private static boolean isFile(World.Node node, RelativePath path) {
        FakeTree.Node there = node.tree.nodes.get(path);
        return there != null && there.kind() == FakeTree.Kind.FILE && !there.content().isEmpty();
    }

    private static Map<RelativePath, Entry> known(InMemoryIndex index) {
        Map<RelativePath, Entry> known = new TreeMap<>();
        index.page(null, true, 10_000)
                .forEach(row -> known.put(row.path(), Objects.requireNonNull(row.known())));
        return known;
    }

    private static void decay(World.Node sick, RelativePath path) {
        Held held = held(sick, path);
        FakeTree.Node there = Objects.requireNonNull(sick.tree.nodes.get(path));
        String rotten = "~" + there.content().substring(1);
        sick.tree.rot(path, rotten);
        sick.events.add(new Scrubbed(held, hash(rotten)));
        sick.ask(new Repair(path));
    }

    /** Sessions break, the node is killed, steps fail and leave the file with another ctime. */
    private static void trouble(
            World many, World.Node sick, List<RelativePath> files, Random random) {
        for (int i = 0; i < 300; i++) {
            many.anything(false);
            if (random.nextInt(60) == 0) {
                many.disconnectAll();
                many.connectAll();
            }
            if (random.nextInt(100) == 0) {
                sick.goOn();
                many.connectAll();
            }
            if (random.nextInt(10) == 0 && !files.isEmpty()) {
                RelativePath path = files.get(random.nextInt(files.size()));
                if (held(sick, path).isDecayed()
                        && sick.tree.contentsAt(path).toString().startsWith("[~")) {
                    sick.tree.stir(path);
                }
            }
        }
    }
}
