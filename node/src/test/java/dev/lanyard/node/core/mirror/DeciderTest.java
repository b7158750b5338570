package dev.lanyard.node.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.mirror.Sight.Kind;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class DeciderTest {
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final FileStat SOURCE = stat(10, 100, 200, 0644, 1);
    private static final FileStat COPY = stat(10, 100, 300, 0644, 2);
    private static final Row ROW = new Row(Kind.FILE, SOURCE, COPY);

    private static FileStat stat(long size, long mtime, long ctime, int mode, long inode) {
        return new FileStat(
                size, Instant.ofEpochSecond(mtime), Instant.ofEpochSecond(ctime), mode, inode, 0);
    }

    private static Sight file(FileStat stat) {
        return new Sight(Kind.FILE, stat);
    }

    private static Decision decide(
            @Nullable Sight source, @Nullable Row row, @Nullable Sight copy) {
        return Decider.decide(source, row, copy, false);
    }

    @Test
    void leavesAloneWhatTheRowVouchesForOnBothSides() {
        assertThat(decide(file(SOURCE), ROW, file(COPY))).isEqualTo(Decision.NOTHING);
        assertThat(Decider.decide(file(SOURCE), ROW, file(COPY), true)).isEqualTo(Decision.COMPARE);
    }

    @Test
    void comparesWhatNothingVouchesFor() {
        // A lost record; a program that wrote and put the mtime back, there and here.
        assertThat(decide(file(SOURCE), null, file(COPY))).isEqualTo(Decision.COMPARE);
        assertThat(decide(file(SOURCE), ROW, file(stat(10, 100, 301, 0644, 2))))
                .isEqualTo(Decision.COMPARE);
        assertThat(decide(file(stat(10, 100, 201, 0644, 1)), ROW, file(COPY)))
                .isEqualTo(Decision.COMPARE);
    }

    @Test
    void keepsWhatIsNotTheCopyThatWasMade() {
        Sight longer = file(stat(11, 101, 201, 0644, 1));

        assertThat(decide(longer, ROW, file(COPY))).isEqualTo(Decision.REPLACE);
        assertThat(decide(longer, ROW, file(stat(10, 100, 301, 0644, 2))))
                .isEqualTo(Decision.REPLACE_AND_KEEP);
        assertThat(decide(longer, null, file(COPY))).isEqualTo(Decision.REPLACE_AND_KEEP);
        assertThat(decide(file(SOURCE), ROW, new Sight(Kind.LINK, COPY)))
                .isEqualTo(Decision.REPLACE_AND_KEEP);
        assertThat(Decider.compared(file(SOURCE), null, file(COPY), false))
                .isEqualTo(Decision.REPLACE_AND_KEEP);
        assertThat(Decider.compared(longer, ROW, file(COPY), false)).isEqualTo(Decision.REPLACE);
    }

    @Test
    void setsWhatDiffersWhereTheContentIsRight() {
        assertThat(decide(file(stat(10, 100, 201, 0600, 1)), ROW, file(COPY)))
                .as("whoever changes a mode may have written, too")
                .isEqualTo(Decision.COMPARE);
        assertThat(Decider.compared(file(SOURCE), null, file(COPY), true))
                .isEqualTo(Decision.NOTHING);
        assertThat(Decider.compared(file(stat(10, 101, 201, 0644, 1)), ROW, file(COPY), true))
                .isEqualTo(Decision.ADJUST);
    }

    @Test
    void doesNotAdjustForEverWhatTheDestinationCannotStore() {
        Row onFat = new Row(Kind.FILE, SOURCE, stat(10, 98, 300, 0777, 2));

        assertThat(decide(file(SOURCE), onFat, file(onFat.copy()))).isEqualTo(Decision.NOTHING);
        assertThat(Decider.compared(file(SOURCE), onFat, file(onFat.copy()), true))
                .isEqualTo(Decision.NOTHING);
    }

    @Test
    void makesAndRemovesDirectoriesAndSkipsWhatCannotBeCopied() {
        Sight directory = new Sight(Kind.DIRECTORY, SOURCE);

        assertThat(decide(directory, null, null)).isEqualTo(Decision.MAKE_DIRECTORY);
        assertThat(decide(directory, null, new Sight(Kind.DIRECTORY, COPY)))
                .isEqualTo(Decision.DESCEND);
        assertThat(decide(directory, ROW, file(COPY))).isEqualTo(Decision.REPLACE_BY_DIRECTORY);
        assertThat(decide(file(SOURCE), ROW, new Sight(Kind.DIRECTORY, COPY)))
                .isEqualTo(Decision.CLEAR_AND_MAKE);
        assertThat(decide(new Sight(Kind.SPECIAL, SOURCE), null, file(COPY)))
                .isEqualTo(Decision.SKIP);
        assertThat(decide(null, ROW, file(COPY))).isEqualTo(Decision.REMOVE);
        assertThat(decide(null, ROW, null)).isEqualTo(Decision.FORGET);
    }

    /** Of 20 000 situations: only what is ours to the ctime is ever replaced without being kept. */
    @Test
    void neverThrowsAwayWhatSomebodyMayHaveChanged() {
        Random random = new Random(5);
        List<Decision> seen = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Sight source = random.nextInt(8) == 0 ? null : sight(random);
            Sight copy = random.nextInt(8) == 0 ? null : sight(random);
            Row row =
                    random.nextInt(4) == 0
                            ? null
                            : new Row(KINDS.get(random.nextInt(4)), stat(random), stat(random));
            if (row != null && copy != null && random.nextBoolean()) {
                row = new Row(copy.kind(), row.source(), copy.stat());
            }
            Decision decision = Decider.decide(source, row, copy, random.nextInt(4) == 0);
            if (decision == Decision.COMPARE && source != null && copy != null) {
                decision = Decider.compared(source, row, copy, random.nextBoolean());
            }
            seen.add(decision);
            if (decision == Decision.REPLACE) {
                assertThat(row != null && row.isCopy(copy)).as("%s %s", row, copy).isTrue();
            }
            if (decision == Decision.MAKE || decision == Decision.MAKE_DIRECTORY) {
                assertThat(copy).isNull();
            }
        }
        assertThat(seen).contains(Decision.NOTHING).contains(Decision.REPLACE);
    }

    private static Sight sight(Random random) {
        return new Sight(KINDS.get(random.nextInt(4)), stat(random));
    }

    private static FileStat stat(Random random) {
        return stat(
                random.nextInt(2),
                random.nextInt(2),
                random.nextInt(2),
                0600 + random.nextInt(2),
                random.nextInt(2));
    }
}
