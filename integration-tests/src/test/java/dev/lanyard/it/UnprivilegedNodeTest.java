package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Real nodes of which one runs as a user whom modes and owners keep from things. */
class UnprivilegedNodeTest {
    /** Root without what makes it different: modes and owners hold for it as for everybody. */
    private static final List<String> AS_ANYBODY =
            List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all");

    @TempDir private Path base;
    private Path here;
    private Path there;
    private Pair pair;
    private Program node;

    @SuppressWarnings("NullAway.Init") // startPair makes them.
    @BeforeEach
    void startPair() throws Exception {
        pair = new Pair(base);
        here = pair.a;
        there = pair.b;
        boolean isRoot = (int) Files.getAttribute(here, "unix:uid") == 0;
        assumeThat(isRoot).as("only root can give files to others, and be kept from them").isTrue();
        List<String> probe = new ArrayList<>(AS_ANYBODY);
        probe.add("true");
        assumeThat(Trees.run(base, Map.of(), probe).exit()).isZero();
        node = pair.startA(AS_ANYBODY);
        pair.startB();
        Pair.awaitInSync(node);
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private void awaitProblem(String... words) {
        await().atMost(Pair.PATIENCE)
                .untilAsserted(() -> assertThat(node.ask("problems").out()).contains(words));
    }

    private void awaitNoProblem() {
        await().atMost(Pair.PATIENCE)
                .untilAsserted(
                        () -> assertThat(node.ask("status").out()).contains("problems  none"));
    }

    @Test
    @DisplayName("D3 P3: what may not be read is listed with the reason, and heals by itself")
    void p3_whatMayNotBeRead() throws Exception {
        Trees.sh(here, "mkdir closed; echo kept > closed/f; echo open > file; echo kept > secret");
        Pair.awaitText(there.resolve("closed/f"), "kept\n");
        Pair.awaitText(there.resolve("secret"), "kept\n");

        Trees.sh(here, "chmod 000 secret closed; echo more | tee -a secret >> closed/f");
        Trees.sh(here, "echo goes on > other");
        Pair.awaitText(there.resolve("other"), "goes on\n");
        awaitProblem("secret", "closed", "permission denied");
        assertThat(there.resolve("closed/f")).hasContent("kept\n");

        Trees.sh(here, "chmod 644 secret; chmod 755 closed");
        Pair.awaitText(there.resolve("secret"), "kept\nmore\n");
        Pair.awaitText(there.resolve("closed/f"), "kept\nmore\n");
        awaitNoProblem();
        assertThat(Trees.difference(here, there)).isEmpty();
    }

    @Test
    @DisplayName("P3: where nothing may be written is listed with the reason, and heals by itself")
    void p3_whereNothingMayBeWritten() throws Exception {
        Trees.sh(here, "mkdir foreign; echo old > foreign/f");
        Pair.awaitText(there.resolve("foreign/f"), "old\n");
        Trees.sh(here, "chown 1:1 foreign");

        Trees.sh(there, "echo new > foreign/new; echo changed > foreign/f; echo goes on > other");
        Pair.awaitText(here.resolve("other"), "goes on\n");
        awaitProblem("foreign/new", "foreign/f", "permission denied");
        assertThat(here.resolve("foreign/f")).hasContent("old\n");

        Trees.sh(here, "chown 0:0 foreign");
        Pair.awaitText(here.resolve("foreign/new"), "new\n");
        Pair.awaitText(here.resolve("foreign/f"), "changed\n");
        awaitNoProblem();
    }
}
