package dev.lanyard.node.core.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** Which names are one, and which no file of a system can have. */
class NamesTest {
    private static final Naming CASELESS = new Naming(true, true, false);
    private static final Naming DECOMPOSING = new Naming(true, true, true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\b", "C:x", "NUL", "nul.txt", "aux.tar.gz", "Com1", "LPT\u00b2", "con .x", "a*",
                "what?", "tab\tx", "dot.", "space ", "d/NUL/x", "d/<x>", "a|b", "\"q\"", "CONIN$"
            })
    @DisplayName("D44: names that Windows cannot have are ordinary ones on Linux and macOS")
    void windowsCannotHave(String name) {
        RelativePath path = RelativePath.of(name);

        assertThat(NameRules.WINDOWS.fault(path)).isPresent();
        assertThat(NameRules.LINUX.fault(path)).isEmpty();
        assertThat(NameRules.MAC.fault(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "NULL",
                "nul1",
                "COM",
                "COM0",
                "COM10",
                "LPTx",
                "console",
                ".hidden",
                "a.b.c",
                "x y",
                "\uff0e\uff0e",
                "d/e/f",
                "\u00e9",
                ";",
                "^^^",
                "auxiliary.txt"
            })
    void allCanHave(String name) {
        for (NameRules system : NameRules.values()) {
            assertThat(system.fault(RelativePath.of(name))).as("%s", system).isEmpty();
        }
    }

    @Test
    void bytesThatAreNoTextAreNamesOnLinuxAlone() {
        RelativePath path = RelativePath.of(new byte[] {'a', (byte) 0xff});

        assertThat(NameRules.LINUX.fault(path)).isEmpty();
        assertThat(NameRules.MAC.fault(path)).isPresent();
        assertThat(NameRules.WINDOWS.fault(path)).isPresent();
    }

    @Test
    void foldsCaseAndForm() {
        assertThat(clash(CASELESS, "Readme", "README")).isTrue();
        assertThat(clash(CASELESS, "\u00c9", "e\u0301")).isTrue();
        assertThat(clash(CASELESS, "\u03c3", "\u03c2")).isTrue(); // Two small sigmas.
        assertThat(clash(CASELESS, "same", "same")).isFalse();
        assertThat(clash(CASELESS, "a", "b")).isFalse();
        assertThat(clash(CASELESS, "\u00df", "ss")).isFalse();
        assertThat(clash(Naming.EXACT, "a", "A")).isFalse();
        assertThat(clash(new Naming(false, true, true), "\u00e9", "e\u0301")).isTrue();
        assertThat(clash(new Naming(false, true, true), "a", "A")).isFalse();
        assertThat(clash(new Naming(true, false, false), "\u00e9", "e\u0301")).isFalse();
    }

    @Test
    void bytesThatAreNoTextAreOneWithNothing() {
        byte[] one = {'a', (byte) 0xff};
        byte[] other = {'A', (byte) 0xff};

        assertThat(CASELESS.clash(one, other)).isFalse();
        assertThat(DECOMPOSING.shown(one)).isEqualTo(one);
    }

    @Test
    @DisplayName("D25 D26: what is taken apart is shown composed, and the other form is a fault")
    void showsComposed() {
        assertThat(DECOMPOSING.shown(bytes("e\u0301"))).isEqualTo(bytes("\u00e9"));
        assertThat(CASELESS.shown(bytes("e\u0301"))).isEqualTo(bytes("e\u0301"));
        assertThat(DECOMPOSING.fault(RelativePath.of("d/\u00e9"))).isEmpty();
        assertThat(DECOMPOSING.fault(RelativePath.of("d/e\u0301"))).isPresent();
        assertThat(CASELESS.fault(RelativePath.of("e\u0301"))).isEmpty();
    }

    private static boolean clash(Naming naming, String one, String other) {
        return naming.clash(bytes(one), bytes(other));
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
