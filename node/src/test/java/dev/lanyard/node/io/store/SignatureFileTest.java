package dev.lanyard.node.io.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.sign.SignatureBuilder;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.protocol.ContentHash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Objects;
import java.util.Random;

class SignatureFileTest {
    @TempDir Path temp;

    private static Signed signed(int size, long seed) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        SignatureBuilder builder = new SignatureBuilder(size, new byte[Signature.SEED_BYTES]);
        builder.update(ByteBuffer.wrap(content));
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        TreeHash hash = new TreeHash(chunks::writeBytes);
        hash.update(content, 0, size);
        return new Signed(ContentHash.of(hash.finish()), builder.finish(), chunks.toByteArray());
    }

    private Path file() {
        return temp.resolve("signatures.db");
    }

    @Test
    void findsWhatWasKeptAlsoInTheNextRun() throws Exception {
        Signed large = signed(3_000_000, 1);
        Signed small = signed(70_000, 2);
        try (SignatureFile signatures = SignatureFile.open(file())) {
            signatures.keep(large);
            signatures.keep(small);
            signatures.keep(large);
        }

        try (SignatureFile signatures = SignatureFile.open(file())) {
            Signed found = Objects.requireNonNull(signatures.find(large.content()));
            assertThat(found.signature()).isEqualTo(large.signature());
            assertThat(found.chunkHashes()).isEqualTo(large.chunkHashes());
            assertThat(found.chunkCount()).isEqualTo(3);
            assertThat(signatures.find(small.content())).isNotNull();
            assertThat(signatures.find(signed(70_000, 3).content())).isNull();
        }
    }

    @Test
    void forgetsWhatIsNotHeldAnyMore() throws Exception {
        try (SignatureFile signatures = SignatureFile.open(file())) {
            Signed held = signed(70_000, 0);
            for (int i = 0; i < 20; i++) {
                signatures.keep(signed(70_000, i));
            }

            signatures.prune(held.content()::equals);

            assertThat(signatures.find(held.content())).isNotNull();
            for (int i = 1; i < 20; i++) {
                assertThat(signatures.find(signed(70_000, i).content())).isNull();
            }
        }
    }

    @Test
    void forgetsRowsThatAreDamaged() throws Exception {
        try (SignatureFile signatures = SignatureFile.open(file())) {
            signatures.keep(signed(70_000, 1));
            signatures.keep(signed(70_000, 2));
            damageFirstRow();

            signatures.prune(_ -> false);

            assertThat(rows()).isZero();
        }
    }

    @Test
    void forgetsNothingMoreWhenItIsInterrupted() throws Exception {
        Signed signed = signed(70_000, 1);
        try (SignatureFile signatures = SignatureFile.open(file())) {
            signatures.keep(signed);

            Thread.currentThread().interrupt();
            signatures.prune(_ -> false);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(signatures.find(signed.content())).isNotNull();
        }
    }

    private void damageFirstRow() throws Exception {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = other.createStatement()) {
            statement.execute("UPDATE signed SET content = x'0102' WHERE id = 1");
        }
    }

    private int rows() throws Exception {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = other.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM signed")) {
            return count.getInt(1);
        }
    }

    @Test
    void doesNotBelieveHashesThatDoNotBelongToTheContent() throws Exception {
        Signed one = signed(70_000, 1);
        Signed other = signed(70_000, 2);
        try (SignatureFile signatures = SignatureFile.open(file())) {
            signatures.keep(new Signed(one.content(), one.signature(), other.chunkHashes()));

            assertThat(signatures.find(one.content())).isNull();
        }
    }

    @Test
    void beginsAnewWithAFileThatIsDamaged() throws Exception {
        Files.write(file(), new byte[10_000]);
        Files.writeString(temp.resolve("signatures.db-wal"), "nothing");

        try (SignatureFile signatures = SignatureFile.open(file())) {
            Signed signed = signed(70_000, 1);
            signatures.keep(signed);

            assertThat(signatures.find(signed.content())).isNotNull();
        }
    }

    @Test
    void isSilentAfterItsEnd() throws Exception {
        SignatureFile signatures = SignatureFile.open(file());
        Signed signed = signed(70_000, 1);
        signatures.close();

        signatures.keep(signed);

        assertThat(signatures.find(signed.content())).isNull();
    }
}
