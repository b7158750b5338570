package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a developer does in a day, on one machine and on another in turns; the third machine only
 * listens. After each act all three are equal, and nobody has a conflict. The same with large
 * inputs, and with processes, is {@code src/story/story.sh}.
 */
class WorkingDayTest {
    private static final Logger log = LoggerFactory.getLogger(WorkingDayTest.class);

    /** Two branches that differ in half of their files: changed, gone, new, and renamed ones. */
    private static final String REPOSITORY =
            """
            git init --quiet --initial-branch=main work; cd work
            git config user.name somebody; git config user.email somebody@example.org
            mkdir -p src/a src/b src/c doc
            for i in $(seq 300); do
                seq $i $((i + 200)) > src/$(echo abc | cut -c$((i % 3 + 1)))/f$i.txt
            done
            for i in $(seq 60); do seq $i > doc/d$i.md; done
            chmod 755 doc/d1.md; ln -s ../src/a doc/link
            git add -A; git commit --quiet -m first
            git checkout --quiet -b other
            for i in $(seq 1 3 300); do echo "line of other" >> src/b/f$i.txt; done
            git rm --quiet -r src/c; git mv doc text
            mkdir -p new/deep/er; for i in $(seq 80); do echo $i > new/deep/er/n$i; done
            git add -A; git commit --quiet -m second
            git checkout --quiet main
            cd ..; git clone --quiet --bare work bare.git
            """;

    @TempDir private Path base;
    private Share share;

    @BeforeEach
    void open() {
        share = new Share(base.resolve("share"));
    }

    @AfterEach
    void close() {
        share.close();
    }

    @Test
    void threeMachinesAreEqualAfterEachActOfADay() throws Exception {
        Trees.sh(base, REPOSITORY);
        var a = share.node("a").start();
        try (Relay toA = new Relay(a.listening())) {
            var b = share.node("b");
            b.dial(toA.address());
            b.start();
            var c = share.node("c");
            c.dial(toA.address());
            c.dial(b.listening());
            c.start();
            share.connected();

            // Most of a folder is not today's work; else so many deletions would be asked about.
            act(a, "mkdir library; cd library; for i in $(seq 3000); do echo $i > book$i; done");
            act(a, "git clone --quiet --no-hardlinks ../../bare.git repository");
            act(b, "cd repository; git checkout --quiet other");
            act(a, "cd repository; git checkout --quiet main");
            act(b, "cd repository; git checkout --quiet other; git gc --quiet");
            Trees.sh(a.folder, "cp -r repository/src project-src; mkdir -p small/src/main/java/x");
            writeProject(a.path("small"));
            share.settle();
            actIfItCan(b, "cd small; mvn -B -o -q package -DskipTests");
            actIfItCan(a, "cd small; mvn -B -o -q clean package -DskipTests");
            actIfItCan(b, npmInstall());
            act(a, "tar cf archive.tar repository/src; mkdir un; tar xf archive.tar -C un");
            act(b, "mkdir mirror; cp -r repository/new ../new; rsync -a ../new/ mirror/");
            act(a, "rm mirror/deep/er/n1*; rsync -a ../new/ mirror/");
            act(b, "chmod -R go-rwx repository/src; chmod -R u+w,a-x+X un");
            act(a, "find repository un -type f -exec touch {} +");
            act(b, "mv repository work-of-today; rm -r un archive.tar");

            assertSilent(toA);
            assertThat(a.conflicts()).isEmpty();
            assertThat(b.conflicts()).isEmpty();
            assertThat(c.conflicts()).isEmpty();
            assertThat(c.problems()).isEmpty();
        }
    }

    private void act(Share.Node at, String script) throws Exception {
        log.atInfo().addKeyValue("on", at.name).log(script);
        Trees.sh(at.folder, script);
        share.settle();
    }

    /** What needs a program or its packages, which not every machine has. */
    private void actIfItCan(Share.Node at, String script) throws Exception {
        log.atInfo().addKeyValue("on", at.name).log(script);
        Trees.Ran ran = Trees.run(at.folder, Map.of(), List.of("sh", "-euc", script));
        if (ran.exit() != 0) {
            assertThat(ran.out())
                    .as(script)
                    .containsPattern(
                            "not found|offline mode|ENOTCACHED|EAI_AGAIN|ENOTFOUND|ECONNREFUSED");
            log.atWarn().addKeyValue("said", ran.out()).log("left out, it cannot be done here");
        }
        share.settle();
    }

    /** A project whose build needs only the plugins that this project is built with. */
    private static void writeProject(Path directory) throws IOException {
        String own = Files.readString(Path.of(System.getProperty("lanyard.root"), "pom.xml"));
        StringBuilder plugins = new StringBuilder();
        for (String name : List.of("resources", "compiler", "surefire", "jar", "clean")) {
            Matcher version =
                    Pattern.compile("maven-" + name + "-plugin</artifactId>\\s*<version>([^<]+)<")
                            .matcher(own);
            if (version.find()) {
                plugins.append(
                        "<plugin><artifactId>maven-%s-plugin</artifactId><version>%s</version></plugin>"
                                .formatted(name, version.group(1)));
            }
        }
        Files.writeString(
                directory.resolve("pom.xml"),
                """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org.example</groupId> <artifactId>small</artifactId> <version>1</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <build><pluginManagement><plugins>%s</plugins></pluginManagement></build>
                </project>
                """
                        .formatted(plugins));
        for (int i = 0; i < 40; i++) {
            Files.writeString(
                    directory.resolve("src/main/java/x/C" + i + ".java"),
                    "package x;\nclass C%d { Runnable r = () -> {}; class Inner {} }\n"
                            .formatted(i));
        }
    }

    /** A real package that every npm has with it, without the network. */
    private static String npmInstall() {
        return """
        mkdir web; cd web; echo '{"name": "web", "version": "1.0.0"}' > package.json
        npm install --offline --no-audit --no-fund --install-links "$(npm root -g)/npm/node_modules/semver"
        """;
    }

    private static void assertSilent(Relay relay) {
        await().during(Duration.ofSeconds(1)).atMost(Share.PATIENCE).until(() -> true);
        long bytes = relay.bytes();
        Duration quiet = Duration.ofSeconds(Integer.getInteger("silence.seconds", 5));
        await().during(quiet).atMost(quiet.plusSeconds(5)).until(() -> true);

        // Keep-alives: one every two seconds in each of four directions, each a small record.
        long keepAlives = 4 * (quiet.toSeconds() / 2 + 1);
        assertThat(relay.bytes() - bytes).isLessThanOrEqualTo(keepAlives * 64);
    }
}
