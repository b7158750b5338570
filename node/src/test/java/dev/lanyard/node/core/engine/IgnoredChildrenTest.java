package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;

/** What is ignored in a directory that is renamed elsewhere. */
class IgnoredChildrenTest {
    private static final RelativePath DIRECTORY = RelativePath.of("config");
    private static final RelativePath SHARED = RelativePath.of("config/app.yml");
    private static final RelativePath PRIVATE = RelativePath.of("config/local.env");
    private static final RelativePath RENAMED = RelativePath.of("conf");
    private static final RelativePath RENAMED_SHARED = RelativePath.of("conf/app.yml");
    private static final RelativePath RENAMED_PRIVATE = RelativePath.of("conf/local.env");

    private final World world = new World(1, 2);
    private final World.Node a = world.nodes.getFirst();
    private final World.Node b = world.nodes.getLast();

    /** Somebody renames the directory on a, and b has something of its own in it. */
    private void renameUnder(String rules) {
        a.tree.write(IgnoreRules.FILE, rules, Instant.EPOCH);
        a.tree.makeDirectory(DIRECTORY);
        a.tree.write(SHARED, "of both", Instant.EPOCH);
        settle();
        b.tree.write(PRIVATE, "of b", Instant.EPOCH);
        settle();

        a.tree.rename(DIRECTORY, RENAMED);
        settle();

        assertThat(b.tree.contentsAt(RENAMED_SHARED)).containsExactly("of both");
        assertThat(b.tree.nodes).doesNotContainKey(SHARED);
        assertThat(a.tree.nodes).doesNotContainKeys(PRIVATE, RENAMED_PRIVATE);
    }

    private void settle() {
        assertThat(world.settle(1_000)).as("settles: %s", world.busy()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config/local.env\n",
                "/config/*.env\n",
                "**/config/local.env\n",
                "config/**\n!config/app.yml\n",
                "*/local.env\n!conf/local.env\n",
                "local.env\n!conf/local.env\n",
            })
    void staysWhereItIsIfItMayNotBeIgnoredElsewhere(String rules) {
        renameUnder(rules);

        assertThat(b.tree.contentsAt(PRIVATE)).containsExactly("of b");
        assertThat(b.tree.directoryRenames).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"local.env\n", "*.env\n", "**/local.env\n", "l*.env\ndocs/secret\n/*.log\n"})
    void movesAlongIfItIsIgnoredForItsName(String rules) {
        renameUnder(rules);

        assertThat(b.tree.contentsAt(RENAMED_PRIVATE)).containsExactly("of b");
        assertThat(b.tree.directoryRenames).isEqualTo(1);
    }
}
