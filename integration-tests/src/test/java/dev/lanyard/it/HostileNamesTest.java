package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.RawPeer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A member that names what no folder may have, or leads out of it, at a real node. */
class HostileNamesTest {
    private static final Duration ENDED = Duration.ofSeconds(10);

    @TempDir private Path base;
    private Share share;
    private Share.Node node;

    @BeforeEach
    void open() throws Exception {
        share = new Share(Files.createDirectory(base.resolve("share")));
        node = share.node("node").start();
        node.write("mine", "of the node");
        Files.writeString(share.base().resolve("outside"), "untouched");
    }

    @AfterEach
    void close() {
        share.close();
    }

    @ParameterizedTest
    @DisplayName("D44: a name that leads out of the folder, or into what is private")
    @ValueSource(
            strings = {
                "../x",
                "../outside",
                "/etc/x",
                "a//b",
                "a/./b",
                "a/../../x",
                "a\0b",
                ".",
                "..",
                ".lanyard/x",
                ".LANYARD/x",
                ".lanyard/versions/x",
                ".lanyard"
            })
    void d44_aNameThatLeadsAstray(String name) throws Exception {
        List<String> before = everything();

        try (Log log = new Log("peer broke a rule");
                Member member = Member.join(node, share.key(), "mallory")) {
            byte[] named = name.getBytes(StandardCharsets.UTF_8);
            String placeholder = "Q".repeat(named.length);
            member.wire.sendBytes(
                    renamed(new Message.Announce(List.of(member.file(placeholder, "evil"))), name));
            assertThat(member.wire.isEnded(ENDED)).as("the session ends").isTrue();
            await().atMost(Share.PATIENCE).untilAsserted(() -> assertThat(log.lines()).hasSize(1));
        }

        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.problems())
                                        .filteredOn(it -> it.kind() == Problem.Kind.PEER_AT_FAULT)
                                        .singleElement()
                                        .satisfies(
                                                it -> {
                                                    assertThat(it.subject()).isEqualTo("mallory");
                                                    assertThat(it.detail()).contains("path '");
                                                }));
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    @DisplayName("D44: names that only other systems cannot have are ordinary ones here")
    void d44_ordinaryNames() throws Exception {
        List<String> names = List.of("a\\b", "C:x", "NUL", "\uff0e\uff0e", "...", ".lanyardx", "~");
        try (Member member = Member.join(node, share.key(), "mallory")) {
            for (String name : names) {
                member.tell(member.file(name, "in " + name));
            }
            await().atMost(Share.PATIENCE)
                    .untilAsserted(
                            () -> {
                                for (String name : names) {
                                    assertThat(node.path(name)).hasContent("in " + name);
                                }
                            });
        }
    }

    @Test
    @DisplayName("D45: a link that leads outside, then a file behind it")
    void d45_aFileBehindALink() throws Exception {
        Path outside = Files.createDirectory(base.resolve("elsewhere"));
        try (Member member = Member.join(node, share.key(), "mallory")) {
            member.tell(member.link("d", outside.toString()));
            member.tell(member.link("up", "../.."));
            await().atMost(Share.PATIENCE).until(() -> node.has("d") && node.has("up"));

            member.tell(member.file("d/x", "evil"), member.file("up/x", "evil"));
            member.tell(member.directory("d/y"), member.link("d/z", "/etc/passwd"));
            member.tell(member.file("after", "it goes on"));

            await().atMost(Share.PATIENCE).until(() -> node.has("after"));
            assertThat(Files.isSymbolicLink(node.path("d"))).isTrue();
            assertThat(outside).isEmptyDirectory();

            member.tell(member.directory("d"));
            await().atMost(Share.PATIENCE).until(() -> node.has("d/x") && node.has("d/z"));
        }
        assertThat(Files.isSymbolicLink(node.path("d"))).isFalse();
        assertThat(outside).isEmptyDirectory();
        assertThat(share.base().resolve("x")).doesNotExist();
        assertThat(base.resolve("x")).doesNotExist();
    }

    @Test
    @DisplayName("S9: a link, then something behind it, then its deletion, with versions kept")
    void s09_aDeletionBehindALink() throws Exception {
        Path outside = Files.createDirectory(base.resolve("elsewhere"));
        Files.writeString(outside.resolve("x"), "secret");
        Files.createDirectory(outside.resolve("y"));
        try (Member member = Member.join(node, share.key(), "mallory")) {
            member.tell(member.link("d", outside.toString()));
            await().atMost(Share.PATIENCE).until(() -> node.has("d"));
            member.tell(member.deleted("d/x"), member.deleted("d/y"));
            member.tell(member.file("d/x", "evil"));
            member.tell(member.deleted("d/x"));
            member.tell(member.link("d", outside.toString()));
            member.tell(member.deleted("d/x"), member.deleted("d/y"), member.file("d/x", "more"));
            member.tell(member.file("after", "it goes on"));
            await().atMost(Share.PATIENCE).until(() -> node.has("after"));
            await().atMost(Share.PATIENCE).until(() -> node.status().peersConnected() == 1);
        }
        assertThat(outside.resolve("x")).hasContent("secret");
        assertThat(outside.resolve("y")).isDirectory();
        assertThat(outside.toFile().list()).containsExactlyInAnyOrder("x", "y");
        assertThat(node.keeps("secret")).as("read through the link").isFalse();
    }

    /** The frame of {@code message} with {@code name} in place of as many Q. */
    private static byte[] renamed(Message message, String name) {
        byte[] frame = RawPeer.frame(message);
        byte[] to = name.getBytes(StandardCharsets.UTF_8);
        String text = new String(frame, StandardCharsets.ISO_8859_1);
        String length = "\0" + (char) to.length;
        int at = text.indexOf(length + "Q".repeat(to.length));
        assertThat(at).as("where the name is").isPositive();
        System.arraycopy(to, 0, frame, at + length.length(), to.length);
        return frame;
    }

    /** All below the place of the share, but what the node writes of itself. */
    private List<String> everything() throws IOException {
        try (var files = Files.walk(share.base())) {
            return files.map(share.base()::relativize)
                    .map(Path::toString)
                    .filter(it -> !it.startsWith("node.state") && !it.startsWith("node.lo"))
                    .filter(it -> !it.startsWith("node/.lanyard/staging/.write-"))
                    .sorted()
                    .toList();
        }
    }
}
