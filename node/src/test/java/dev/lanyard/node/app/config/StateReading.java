package dev.lanyard.node.app.config;

import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.node.app.config.ScrubMemory.Pass;
import dev.lanyard.node.fuzz.Scratch;
import dev.lanyard.node.io.disk.RootIdentity;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ShareKey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Any bytes, taken for one of the small files of a state directory: each is read, or passed over,
 * or refused with a failure that says which file it is; and what is remembered next is read again.
 */
public final class StateReading {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Machine MACHINE = machine();
    private static final StateDirectory STATE = claim();

    private StateReading() {}

    private static Machine machine() {
        try {
            return new Machine(Files.createDirectories(Scratch.path("machine")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StateDirectory claim() {
        try {
            Flags flags = Flags.of(MACHINE.folder, MACHINE.state("state"));
            return StateDirectory.claim(MACHINE.read(flags));
        } catch (StartFailure e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path file(String name, byte[] bytes) throws IOException {
        return Files.write(STATE.path().resolve(name), bytes);
    }

    private static void refused(StartFailure failure, Path file) {
        String message = String.valueOf(failure.getMessage());
        check(message.contains(file.toString()), "not named: " + message);
        check(!failure.remedy().isEmpty(), "no remedy: " + message);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Which folder the state is of. */
    public static void folder(byte[] bytes) throws IOException {
        Path file = file("folder", bytes);
        try {
            Optional<Path> folder = StateDirectory.recordedFolder(STATE.path());
            check(folder.isPresent(), "a folder that was recorded is not");
        } catch (StartFailure failure) {
            refused(failure, file);
        }
    }

    /** Which root the folder was. */
    public static void root(byte[] bytes) throws IOException {
        Path file = file("root", bytes);
        try {
            Optional<RootIdentity> root = STATE.root();
            check(root.isPresent(), "a root that was recorded is not");
        } catch (java.nio.charset.CharacterCodingException noText) {
            return;
        } catch (IOException failure) {
            check(String.valueOf(failure.getMessage()).contains(file.toString()), "not named");
        }
    }

    /** The share key. */
    public static void key(byte[] bytes) throws IOException {
        Path file = file("share.key", bytes);
        try {
            check(STATE.shareKeys(RANDOM).present().text().length() > 0, "no key");
        } catch (StartFailure failure) {
            refused(failure, file);
        }
    }

    /** What the node proves itself with. */
    public static void identity(byte[] bytes) throws IOException {
        Path file = file("identity", bytes);
        try {
            byte[] encoded = STATE.identity(false, RANDOM, NOW).encode();
            check(encoded.length > 0, "no identity");
        } catch (StartFailure failure) {
            refused(failure, file);
        }
    }

    /** What a user wants at every start. */
    public static void settings(byte[] bytes) throws IOException {
        Path file = file("settings", bytes);
        try {
            Settings settings = MACHINE.read(Flags.of(MACHINE.folder, STATE.path()));
            check(settings.discoveryPort() > 0, "no port");
        } catch (StartFailure failure) {
            check(!failure.remedy().isEmpty(), "no remedy: " + failure.getMessage());
        } finally {
            Files.delete(file);
        }
    }

    /** Which peers were met. */
    public static void peers(byte[] bytes) throws IOException {
        Path file = file("peers", bytes);
        PeerMemory memory = PeerMemory.in(file);
        memory.met(new Met("0a", "ann", "192.0.2.1:7001", NOW));
        memory.left("0a", NOW.plusSeconds(1));
        check(PeerMemory.in(file).all().equals(memory.all()), "others are remembered");
    }

    /** The latest time that was ever believed. */
    public static void clock(byte[] bytes) throws IOException {
        Path file = file("clock", bytes);
        InstantSource now = InstantSource.fixed(NOW);
        Instant believed = new AgeClock(now, now, file).instant();
        check(!believed.isAfter(NOW), "it is later than the wall clock says");
    }

    /** How far files were read again. */
    public static void scrub(byte[] bytes) throws IOException {
        ScrubMemory memory = new ScrubMemory(file("scrub", bytes));
        Optional<Pass> pass = memory.read();
        if (pass.isPresent()) {
            memory.write(pass.get());
            check(memory.read().equals(pass), "another pass is remembered");
        }
    }

    /** Who uses a folder. */
    public static void holder(byte[] bytes) throws IOException {
        file("claimed.holder", bytes);
        Claim.holder(STATE.path().resolve("claimed"))
                .ifPresent(holder -> check(holder.stateDirectory() != null, "it is nowhere"));
    }

    /** What each of these files has in it, by its name here. */
    public static Map<String, List<byte[]>> samples() {
        RelativePath path = RelativePath.parse("a%0A%FF/b");
        return Map.of(
                "folder",
                List.of(utf8("/home/ann/share\n")),
                "root",
                List.of(utf8("0123456789abcdef\n17\n2049\n")),
                "key",
                List.of(utf8(ShareKey.generate(RANDOM).text() + "\n")),
                "identity",
                List.of(NodeIdentity.generate(RANDOM, NOW).encode()),
                "settings",
                List.of(
                        utf8(
                                """
                                name = ann
                                listen = [::1]:7001
                                peers = bob:7001, 192.0.2.1:7001
                                discovery = off
                                discovery-port = 7000
                                mode = send-only
                                keep-versions = 30d, 10, 5%, 1g
                                keep-deletions = 400
                                """),
                        utf8("name = \\u00e9\n")),
                "peers",
                List.of(utf8("0a\tann%09b\t192.0.2.1:7001\t2026-11-20T10:00:00Z\nb\tbob\t\t\n")),
                "clock",
                List.of(utf8("2026-11-20T10:00:00Z")),
                "scrub",
                List.of(
                        utf8("2026-11-20T10:00:00Z 2026-11-20T11:00:00Z after:" + path + "\n"),
                        utf8("2026-11-20T10:00:00Z 2026-11-20T11:00:00Z over\n"),
                        utf8(Instant.MIN + " " + Instant.MAX + " begun\n")),
                "holder",
                List.of(utf8("17\n/home/ann/.local/state/lanyard\n")));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
