package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanyard.protocol.FormerKey;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What a state directory keeps of a change of the share key, whenever the node is killed. */
final class KeyRingFileTest {
    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
    private static final NodeId ANN = new NodeId(1, 0, 0, 0);
    private static final NodeId BOB = new NodeId(2, 0, 0, 0);
    private static final NodeId CAROL = new NodeId(3, 0, 0, 0);

    @TempDir private Path state;

    private final SecureRandom random = new SecureRandom();
    private final ShareKey first = ShareKey.generate(random);
    private final KeyRing changed =
            KeyRing.of(first).changed(ShareKey.generate(random), ANN, Set.of(BOB), NOW);

    private Path former() {
        return state.resolve("former-keys");
    }

    private Path present() {
        return state.resolve("share.key");
    }

    private KeyRing read() throws StartFailure {
        return KeyRingFile.readOrMake(state, random);
    }

    @Test
    void whatIsKeptIsReadAgain() throws Exception {
        KeyRing ring =
                new KeyRing(
                        ShareKey.generate(random),
                        List.of(
                                new FormerKey(ShareKey.generate(random), NOW.plusNanos(1)),
                                new FormerKey(first, NOW)),
                        Set.of(ANN, BOB, CAROL),
                        Set.of(ANN));

        KeyRingFile.store(state, ring);

        assertThat(read()).isEqualTo(ring);
        assertThat(present()).hasContent(ring.present().text());
        for (Path file : List.of(former(), present())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aChangeThatWasKilledInTheMiddleIsCompleted() throws Exception {
        KeyRingFile.store(state, KeyRing.of(first));
        keepingOld(present(), () -> KeyRingFile.store(state, changed));
        assertThat(present()).hasContent(first.text());

        assertThat(ShareKeyFile.read(state)).contains(changed.present());
        assertThat(present()).as("who only looks changes nothing").hasContent(first.text());

        assertThat(read()).isEqualTo(changed);
        assertThat(present()).hasContent(changed.present().text());
    }

    @Test
    void aChangeThatWasKilledAtItsBeginningIsNone() throws Exception {
        KeyRingFile.store(state, KeyRing.of(first));
        Files.writeString(state.resolve("former-keys.4711"), "present"); // As it is being written.

        assertThat(read()).isEqualTo(KeyRing.of(first));
    }

    @Test
    void aFileOfFormerKeysThatWasNotDeletedAnyMoreDoesNotCount() throws Exception {
        KeyRingFile.store(state, changed);
        KeyRing next = KeyRing.of(ShareKey.generate(random)); // Nobody has to be told of it.
        keepingOld(former(), () -> KeyRingFile.store(state, next));
        assertThat(former()).exists();

        assertThat(ShareKeyFile.read(state)).contains(next.present());
        assertThat(read()).isEqualTo(next);
        assertThat(former()).doesNotExist();
    }

    @Test
    void nothingIsLeftWhenNobodyIsAwaited() throws Exception {
        KeyRingFile.store(state, changed);

        KeyRingFile.store(state, changed.shownBy(BOB).at(NOW));

        assertThat(former()).doesNotExist();
        assertThat(read()).isEqualTo(KeyRing.of(changed.present()));
    }

    @Test
    void aDamagedFileIsNotTakenForNone() throws Exception {
        KeyRingFile.store(state, changed);
        String whole = Files.readString(former());

        for (String damaged :
                List.of(
                        whole.replaceFirst("listed", "liszt"),
                        whole.replaceFirst(BOB.toString(), "0"),
                        whole.replaceFirst("present .*\n", ""),
                        whole.replaceFirst("2026-05-31T10", "soon"),
                        "\0")) {
            Files.writeString(former(), damaged);
            assertThatExceptionOfType(StartFailure.class)
                    .as(damaged)
                    .isThrownBy(this::read)
                    .withMessageContaining("former-keys")
                    .satisfies(it -> assertThat(it.remedy()).contains("delete it"));
        }
    }

    @Test
    void aFormerKeyIsKnownAsOne() throws Exception {
        KeyRingFile.store(state, changed);

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> ShareKeyFile.check(state, first))
                .withMessageContaining("former key of this share")
                .satisfies(it -> assertThat(it.kind()).isEqualTo(StartFailure.Kind.REFUSED));
        ShareKeyFile.check(state, changed.present());
    }

    @Test
    void aFormerKeyOpensNoNewShareWhileItIsKnownAsOne() throws Exception {
        KeyRingFile.store(state, changed);
        Files.delete(present());

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> ShareKeyFile.check(state, first))
                .withMessageContaining("former key of the share")
                .satisfies(it -> assertThat(it.remedy()).contains(former().toString()))
                .satisfies(it -> assertThat(it.kind()).isEqualTo(StartFailure.Kind.REFUSED));

        Files.delete(former());
        ShareKeyFile.check(state, first);
    }

    @Test
    void whatCannotBeKeptWholeIsNotKeptAtAll() throws Exception {
        KeyRingFile.store(state, KeyRing.of(first));
        onlyTheSecondWriteFails(changed);
        assertThat(former()).doesNotExist();
        assertThat(read()).isEqualTo(KeyRing.of(first));

        KeyRingFile.store(state, changed);
        String kept = Files.readString(former());
        onlyTheSecondWriteFails(
                changed.changed(ShareKey.generate(random), ANN, Set.of(CAROL), NOW));
        assertThat(former()).hasContent(kept);
        assertThat(read()).isEqualTo(changed);
    }

    private void onlyTheSecondWriteFails(KeyRing next) throws IOException {
        Path inTheWay =
                Files.createDirectory(state.resolve("share.key." + ProcessHandle.current().pid()));
        Path keepsIt = Files.createFile(inTheWay.resolve("keeps it"));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> KeyRingFile.store(state, next));

        Files.delete(keepsIt);
        Files.delete(inTheWay);
    }

    private interface Change {
        void make() throws IOException;
    }

    /** Makes a change that one of the files misses, as if the node had been killed before that. */
    private static void keepingOld(Path file, Change change) throws IOException {
        Path old = file.resolveSibling("old");
        Files.copy(file, old);
        change.make();
        Files.move(old, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
