package dev.lanyard.node.io.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Event.ScanEnd;
import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What a scan passes by, and on which rules it stands. */
class IgnoredScanTest extends ScanFixture {
    private static final Dirt ROOT = new Dirt(null, true);

    private static List<String> paths(List<Observation> seen) {
        return seen.stream().map(Observation::path).map(RelativePath::toString).toList();
    }

    /** Scans until the rules are read that are in the folder. */
    private void readRules() {
        assertThat(scanAll()).isEmpty();
        assertThat(end).isEqualTo(ScanEnd.REPEATED);
        assertThat(dirtied).contains(ROOT);
    }

    @Test
    void readsTheRulesBeforeItLooksAtAnything() throws Exception {
        write(".lanyardignore", "build/\n*.o\n");
        write("build/deep/x", "x");
        write("src/a.c", "a");
        write("src/a.o", "a");
        readRules();

        List<Observation> seen = scanAll();

        assertThat(end).isEqualTo(ScanEnd.COMPLETE);
        assertThat(paths(seen)).containsExactlyInAnyOrder(".lanyardignore", "src", "src/a.c");
        assertThat(ignoredCount).as("build and src/a.o").isEqualTo(2);
    }

    @Test
    void doesNotDescendIntoWhatIsIgnored() throws Exception {
        write(".lanyardignore", "build/\n");
        write("build/x", "x");
        Files.createDirectory(folder.resolve("build/closed"));
        shell("chmod 0 $0/build/closed");
        readRules();

        assertThat(paths(scanAll())).containsExactly(".lanyardignore");
        assertThat(scan("build/x")).isEmpty();
        assertThat(scanDeep("build")).isEmpty();
        shell("chmod 700 $0/build/closed");
    }

    @Test
    void aPatternForDirectoriesLeavesAFileOfThatName() throws Exception {
        write(".lanyardignore", "build/\n");
        write("build", "a script");
        readRules();

        assertThat(paths(scanAll())).containsExactly(".lanyardignore", "build");
    }

    @Test
    void whatWasHeldAndIsIgnoredNowIsNotMissing() throws Exception {
        write("build/x", "x");
        write("kept", "k");
        sync();
        write(".lanyardignore", "build/\n");
        readRules();
        shell("rm -r $0/build");

        assertThat(paths(scanAll())).containsExactly(".lanyardignore");
        assertThat(scan("build/x")).isEmpty();
    }

    @Test
    void somethingIgnoredInPlaceOfWhatWasHeldIsToldAsThat() throws Exception {
        write(".lanyardignore", "build/\n");
        write("build", "a script");
        readRules();
        sync();
        shell("rm $0/build; mkdir $0/build; touch $0/build/x");

        assertThat(scan("build"))
                .singleElement()
                .isEqualTo(new Observation.Ignored(path("build"), held("build")));
    }

    @Test
    void tellsNothingOnceTheRulesHaveChanged() throws Exception {
        write("secret", "s");
        write(".lanyardignore", "secret\n");

        // The rules that this scan is given are those before the file was there.
        scanner.scan(new Effect.Scan(900, List.of(new Dirt(path("secret"), false))));

        assertThat(next())
                .isInstanceOfSatisfying(
                        Event.RulesRead.class,
                        read -> assertThat(read.rules().ignores(path("secret"), false)).isTrue());
        assertThat(next()).isEqualTo(new Event.Dirtied(List.of(new Dirt(path("secret"), false))));
        assertThat(next()).isEqualTo(new Event.ScanEnded(900, ScanEnd.REPEATED));
    }

    @Test
    void rulesThatAreBeingWrittenAreNotInForceYet() throws Exception {
        write(".lanyardignore", "secret\n");
        write("secret", "s");
        readRules();
        IgnoreRules before = rules;
        try (FileChannel writer =
                FileChannel.open(
                        folder.resolve(".lanyardignore"),
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            assertThat(writer.size()).isZero();
            readRules();
            assertThat(rules).isEqualTo(before);
            assertThat(paths(scanAll())).doesNotContain("secret");
        }
    }

    @Test
    void rulesThatCannotBeReadStayInForce() throws Exception {
        write(".lanyardignore", "secret\n");
        readRules();
        IgnoreRules before = rules;
        shell("rm $0/.lanyardignore; mkfifo $0/.lanyardignore");
        readRules();
        assertThat(rules).as("no file, no rules").isEqualTo(IgnoreRules.DEFAULT);

        rules = before;
        shell("rm $0/.lanyardignore; echo other > $0/.lanyardignore; chmod 0 $0/.lanyardignore");
        if (!Files.isReadable(folder.resolve(".lanyardignore"))) { // Root reads what it likes.
            readRules();
            assertThat(rules).isEqualTo(before);
        }
    }

    @Test
    void withoutTheFileTheDefaultsAreInForce() throws Exception {
        write(".lanyardignore", "*\n");
        readRules();
        Files.delete(folder.resolve(".lanyardignore"));
        readRules();

        assertThat(rules).isEqualTo(IgnoreRules.DEFAULT);
        assertThat(rulesStat).isNull();
    }
}
