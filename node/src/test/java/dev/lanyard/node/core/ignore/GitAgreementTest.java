package dev.lanyard.node.core.ignore;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What {@link IgnoreRules} ignores is what git ignores. -Dseed=N runs one list of rules alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GitAgreementTest {
    private static final List<String> NAMES =
            List.of(
                    "a", "b", "ab", "ba", "aab", ".a", "a b", "a*", "b-", "[", "!a", "#b", "é",
                    "Z9");
    private static final List<String> PARTS =
            List.of(
                    "a",
                    "a",
                    "b",
                    "b",
                    "ab",
                    "*",
                    "*",
                    "**",
                    "**/",
                    "/**",
                    "/",
                    "/",
                    "?",
                    ".",
                    " ",
                    "\\ ",
                    "\\*",
                    "\\a",
                    "\\[",
                    "\\",
                    "[ab]",
                    "[!a]",
                    "[^b]",
                    "[a-c]",
                    "[]a]",
                    "[[:alpha:]]",
                    "[[:digit:]-]",
                    "[",
                    "[a",
                    "#",
                    "!",
                    "-",
                    "é",
                    "[[:x:]]",
                    "Z9");
    private static final int LISTS = 300;

    private Path base;
    private final List<Path> files = new ArrayList<>();
    private Path tree;

    @BeforeAll
    void makeTree(@TempDir Path directory) throws Exception {
        base = directory;
        tree = Files.createDirectory(base.resolve("tree"));
        git(List.of("init", "-q"), new byte[0]);
        Random random = new Random(7);
        for (int i = 0; i < 250; i++) {
            Path path = tree;
            int depth = 1 + random.nextInt(4);
            for (int level = 0; level < depth; level++) {
                path = path.resolve(NAMES.get(random.nextInt(NAMES.size())));
                if (Files.isRegularFile(path)) {
                    break;
                }
            }
            if (!Files.exists(path)) {
                Files.createDirectories(path.getParent());
                if (random.nextInt(4) == 0) {
                    Files.createDirectory(path);
                } else {
                    Files.createFile(path);
                }
            }
        }
        try (Stream<Path> walk = Files.walk(tree)) {
            walk.filter(path -> !path.equals(tree) && !path.startsWith(tree.resolve(".git")))
                    .forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThan(150);
    }

    @Test
    void randomRulesMeanWhatTheyMeanToGit() throws Exception {
        Long one = Long.getLong("seed");
        for (long seed = one == null ? 0 : one; seed < (one == null ? LISTS : one + 1); seed++) {
            compare(randomRules(new Random(seed)), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/\n!a/b\n", // What is in an ignored directory cannot be re-included.
                "a/*\n!a/b\n",
                "/a\n",
                "a/b\n",
                "**/b\n",
                "a/**\n!a/**/b\n",
                "a/**/b\n",
                "a**/b\n", // Not what git's manual says, but what git does.
                "*\n!a\n!a/b\n",
                "*\n!*/\n!b\n",
                "\uFEFFa\n", // A byte order mark is no part of the first pattern.
                "a\r\nb/\r\n",
                "a b   \nba\\ \n",
                "\\!a\n\\#b\n",
                "a*b",
                "[[:alpha:]]\n",
                "/\n",
                "!\n",
                "a//b\n",
                "**\n",
                "**/\n",
                "/**/ab/\n",
                "é\n",
                "[é]\n",
            })
    void theseRulesMeanWhatTheyMeanToGit(String rules) throws Exception {
        compare(rules, rules);
    }

    private void compare(String rules, String what) throws Exception {
        Path file = base.resolve("rules");
        byte[] bytes = rules.getBytes(UTF_8);
        Files.writeString(file, IgnoreRules.DEFAULT.source(), ISO_8859_1);
        boolean marked = rules.startsWith("\uFEFF");
        Files.write(
                file,
                marked ? rules.substring(1).getBytes(UTF_8) : bytes,
                java.nio.file.StandardOpenOption.APPEND);
        StringBuilder asked = new StringBuilder();
        files.forEach(path -> asked.append(tree.relativize(path)).append('\0'));
        byte[] answer =
                git(
                        List.of(
                                "-c",
                                "core.excludesFile=" + file,
                                "check-ignore",
                                "--no-index",
                                "-z",
                                "--stdin"),
                        asked.toString().getBytes(UTF_8));
        Set<String> expected = new TreeSet<>();
        for (String path : new String(answer, UTF_8).split("\0", -1)) {
            if (!path.isEmpty()) {
                expected.add(path);
            }
        }

        IgnoreRules ours = IgnoreRules.parse(bytes);
        Set<String> ignored = new TreeSet<>();
        for (Path path : files) {
            String relative = tree.relativize(path).toString();
            if (ours.ignores(RelativePath.of(relative), Files.isDirectory(path))) {
                ignored.add(relative);
            }
        }
        assertThat(ignored).as("%s:%n%s", what, rules).isEqualTo(expected);
    }

    private static String randomRules(Random random) {
        StringBuilder rules = new StringBuilder();
        int lines = 1 + random.nextInt(6);
        for (int line = 0; line < lines; line++) {
            if (random.nextInt(4) == 0) {
                rules.append('!');
            }
            int parts = 1 + random.nextInt(5);
            for (int part = 0; part < parts; part++) {
                rules.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            rules.append('\n');
        }
        return rules.toString();
    }

    private byte[] git(List<String> arguments, byte[] input)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(tree.toFile());
        builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        builder.environment().put("HOME", base.toString());
        builder.redirectError(base.resolve("git.err").toFile());
        builder.redirectInput(Files.write(base.resolve("git.in"), input).toFile());
        Process process = builder.start();
        try (InputStream out = process.getInputStream();
                OutputStream _ = process.getOutputStream()) {
            byte[] all = out.readAllBytes();
            int exit = process.waitFor();
            assertThat(exit)
                    .as("git %s: %s", arguments, Files.readString(base.resolve("git.err")))
                    .isBetween(0, 1);
            return all;
        }
    }
}
