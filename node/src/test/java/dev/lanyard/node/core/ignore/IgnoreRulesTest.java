package dev.lanyard.node.core.ignore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class IgnoreRulesTest {
    private static IgnoreRules rules(String text) {
        return IgnoreRules.parse(text.getBytes(UTF_8));
    }

    private static boolean ignoresFile(IgnoreRules rules, String path) {
        return rules.ignores(RelativePath.of(path), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".notes.txt.swp",
                "deep/down/.x.swo",
                ".#main.c",
                "#main.c#",
                ".~lock.report.odt#",
                "~$report.docx",
                ".goutputstream-A1B2C3",
                ".nfs000000000123456700000001",
                ".DS_Store",
                "photos/Thumbs.db",
                "film.mkv.crdownload",
                ".Trash-1000/files/x",
            })
    void ignoresWhatIsNeverWorthSyncing(String path) {
        assertThat(ignoresFile(IgnoreRules.DEFAULT, path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notes.txt~",
                "a.tmp",
                "4913",
                "archive.part",
                ".bashrc",
                ".swf",
                "#todo",
                ".nfsrc",
                "docs/.Trash-1000/x",
                ".lanyardignore",
            })
    void syncsWhatMayBeSomebodysWork(String path) {
        assertThat(ignoresFile(IgnoreRules.DEFAULT, path)).isFalse();
    }

    @Test
    void aUserUnignoresADefault() {
        assertThat(ignoresFile(rules("!Thumbs.db\n"), "photos/Thumbs.db")).isFalse();
    }

    @Test
    void theRulesFileIsNeverIgnored() {
        assertThat(ignoresFile(rules("*\n.lanyardignore\n"), ".lanyardignore")).isFalse();
        assertThat(ignoresFile(rules("*\n"), "x")).isTrue();
    }

    @Test
    void aNameThatIsNotTextIsMatchedByItsBytes() {
        byte[] latin = "b\u00fccher/*\n".getBytes(ISO_8859_1);
        IgnoreRules rules = IgnoreRules.parse(latin);

        assertThat(rules.ignores(RelativePath.of("b\u00fccher/x".getBytes(ISO_8859_1)), false))
                .isTrue();
        assertThat(rules.ignores(RelativePath.of("b\u00fccher/x".getBytes(UTF_8)), false))
                .isFalse();
    }

    @Test
    void rulesAreEqualToThoseOfTheirSource() {
        IgnoreRules rules = rules("*.o\n!keep.o\n/b\u00fccher/\n");

        assertThat(IgnoreRules.ofSource(rules.source())).isEqualTo(rules);
        assertThat(ignoresFile(IgnoreRules.ofSource(rules.source()), "x/a.o")).isTrue();
    }

    @Test
    void whatIsBeyondABoundIsNotInForceAndListed() {
        assertThat(rules("a\nb\n").faults()).isEmpty();

        IgnoreRules many = rules("first\n" + "x\n".repeat(100_000) + "last\n");
        assertThat(ignoresFile(many, "first")).isTrue();
        assertThat(ignoresFile(many, "last")).isFalse();
        assertThat(many.faults()).singleElement().asString().contains("behind the first 10000");

        IgnoreRules wide = rules("y".repeat(5_000) + "\nz\n");
        assertThat(ignoresFile(wide, "z")).isTrue();
        assertThat(wide.faults()).singleElement().asString().contains("longer than");

        IgnoreRules huge = rules(("#" + "c".repeat(1_000) + "\n").repeat(2_000) + "end\n");
        assertThat(ignoresFile(huge, "end")).isFalse();
        assertThat(huge.faults()).singleElement().asString().contains("not in force");
    }

    @Test
    void aHostilePatternCostsLittle() {
        String stars = "**/a*".repeat(150) + "/x\n";
        String classes = "*[a-y]".repeat(120) + "z\n";
        IgnoreRules rules = rules((stars + classes).repeat(60));
        String path = ("a".repeat(120) + "/").repeat(30) + "a".repeat(200);

        assertTimeout(
                Duration.ofSeconds(20),
                () -> {
                    for (int i = 0; i < 3; i++) {
                        assertThat(ignoresFile(rules, path + i)).isFalse();
                    }
                });
    }
}
