package dev.lanyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.testing.RandomEntries;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

class RelativePathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "..",
                ".",
                "../x",
                "x/..",
                "x/../y",
                "/etc/x",
                "a//b",
                "a/",
                "a/./b",
                "a/.",
                "a\0b",
                "a/\0",
                ".lanyard",
                ".lanyard/x",
                ".LANYARD/x",
                ".LanYard"
            })
    @DisplayName("D44: what leads out of the root or into .lanyard is refused")
    void d44_refusesWhatLeadsAstray(String text) {
        assertThatThrownBy(() -> RelativePath.of(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\b",
                "C:x",
                "NUL",
                "．．",
                "...",
                ".. ",
                "..x",
                ".lanyardignore",
                "x/.lanyard",
                ".lanyard2",
                "-rf",
                ";",
                "^^^",
                "\u001b[2J",
                "a\nb",
                "~"
            })
    @DisplayName("D44: what only looks strange is an ordinary name")
    void d44_takesOrdinaryNames(String text) {
        assertThat(RelativePath.of(text).bytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesWhatIsTooLong() {
        byte[] longest = new byte[RelativePath.COMPONENT_BYTES_MAX];
        Arrays.fill(longest, (byte) 'x');

        assertThat(RelativePath.of(longest).lengthBytes()).isEqualTo(255);
        assertThatThrownBy(() -> RelativePath.of(Arrays.copyOf(longest, 256)))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] zeroEnd = Arrays.copyOf(longest, 256);
        zeroEnd[255] = 'x';
        assertThatThrownBy(() -> RelativePath.of(zeroEnd)).hasMessageContaining("256 bytes");
        assertThatThrownBy(() -> RelativePath.of("x/".repeat(40_000) + "x"))
                .hasMessageContaining("80001 bytes");
    }

    @Test
    void ordersByComponentSoThatADirectoryIsFollowedByWhatIsBelowIt() {
        List<RelativePath> ordered =
                Stream.of("a", "a/b", "a/b/c", "a/c", "a\u0001", "a.b", "ab", "b", "é")
                        .map(RelativePath::of)
                        .toList();

        assertThat(ordered.reversed().stream().sorted().toList()).isEqualTo(ordered);
    }

    @Seeded(runs = 500)
    void sortKeysOrderAsPathsDo(RandomGenerator random) {
        RandomEntries entries = new RandomEntries(random);
        RelativePath one = entries.path();
        RelativePath other = random.nextBoolean() ? entries.path() : one.child(new byte[] {'y'});

        int byKey = Arrays.compareUnsigned(one.sortKey(), other.sortKey());

        assertThat(Integer.signum(one.compareTo(other))).isEqualTo(Integer.signum(byKey));
        assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
        assertThat(Integer.signum(other.compareTo(one))).isEqualTo(-Integer.signum(byKey));
        assertThat(RelativePath.ofSortKey(one.sortKey())).isEqualTo(one);
    }

    @Seeded(runs = 500)
    void whatPeopleSeeCanBeTypedBack(RandomGenerator random) {
        RelativePath path = new RandomEntries(random).path();

        String shown = path.toString();

        assertThat(RelativePath.parse(shown)).isEqualTo(path);
        assertThat(shown.codePoints().noneMatch(Character::isISOControl)).isTrue();
    }

    @Test
    @DisplayName("D50: controls, and marks that turn text around, are shown as %XX")
    void d50_showsNothingThatATerminalObeys() {
        assertThat(RelativePath.of("a\u001b[2J\n%\u202eb")).hasToString("a%1B[2J%0A%25%E2%80%AEb");
        assertThat(RelativePath.of(new byte[] {'a', (byte) 0xff, (byte) 0xc3}))
                .hasToString("a%FF%C3");
        assertThat(RelativePath.of("größe/日本")).hasToString("größe/日本");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%", "a%1", "a%zz", "%2e%2e", "x%00", "%2Flanyard"})
    void refusesEscapesThatAreNoPath(String text) {
        assertThatThrownBy(() -> RelativePath.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsItsParts() {
        RelativePath path = RelativePath.of("a/b/c");

        assertThat(path.parent()).contains(RelativePath.of("a/b"));
        assertThat(path.name()).isEqualTo(new byte[] {'c'});
        assertThat(RelativePath.of("a").parent()).isEmpty();
        assertThat(path.isBelow(RelativePath.of("a"))).isTrue();
        assertThat(path.isBelow(path)).isFalse();
        assertThat(RelativePath.of("ab/c").isBelow(RelativePath.of("a"))).isFalse();
        assertThatThrownBy(() -> path.child(new byte[] {'.', '.'}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
