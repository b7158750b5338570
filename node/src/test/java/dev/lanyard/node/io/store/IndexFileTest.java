package dev.lanyard.node.io.store;

import static dev.lanyard.node.core.index.SampleRows.file;
import static dev.lanyard.node.core.index.SampleRows.path;
import static dev.lanyard.node.core.index.SampleRows.settled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanyard.node.core.index.IndexFailure;
import dev.lanyard.node.core.index.IndexFailure.Kind;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.SampleRows;
import dev.lanyard.protocol.Entry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** What becomes of an index file that is damaged, foreign, newer, torn, or has no room to grow. */
final class IndexFileTest {
    @TempDir Path stateDirectory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = stateDirectory.resolve("index.db");
    }

    @Test
    void anIndexThatIsMadeAnewWasNotDamaged() {
        try (SqliteIndex index = SqliteIndex.open(file)) {
            assertThat(index.damaged()).isEmpty();
        }
        try (SqliteIndex index = SqliteIndex.open(file)) {
            assertThat(index.damaged()).isEmpty();
        }
    }

    @Test
    @DisplayName("D4: an index of garbage is kept aside, and a new one begun without state")
    void d4_aFileOfGarbageIsKeptAsideAndTheIndexBeginsWithoutState() throws IOException {
        byte[] garbage =
                "not a database at all, but longer than a header"
                        .repeat(50)
                        .getBytes(StandardCharsets.UTF_8);
        Files.write(file, garbage);

        assertBeginsAnew("index.db.damaged-1");

        assertThat(stateDirectory.resolve("index.db.damaged-1")).hasBinaryContent(garbage);
    }

    @Test
    void aSecondDamagedFileDoesNotReplaceTheFirst() throws IOException {
        Files.writeString(file, "garbage one".repeat(100));
        assertBeginsAnew("index.db.damaged-1");
        Files.writeString(file, "garbage two".repeat(100));

        assertBeginsAnew("index.db.damaged-2");

        assertThat(stateDirectory.resolve("index.db.damaged-1"))
                .content()
                .startsWith("garbage one");
    }

    @Test
    void aDatabaseOfAnotherProgramIsKeptAsideUnchanged() throws IOException, SQLException {
        sql("CREATE TABLE bookmarks (url TEXT)", "INSERT INTO bookmarks VALUES ('lan')");
        byte[] before = Files.readAllBytes(file);

        assertBeginsAnew("index.db.damaged-1");

        assertThat(stateDirectory.resolve("index.db.damaged-1")).hasBinaryContent(before);
    }

    @Test
    void aFileThatLostItsEndIsKeptAside() throws IOException {
        fill(2_000);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertBeginsAnew("index.db.damaged-1");
    }

    @Test
    void aFileThatLostATableIsKeptAside() throws SQLException {
        fill(10);
        sql("DROP TABLE named_text");

        assertBeginsAnew("index.db.damaged-1");
    }

    @Test
    void aSingleBitThatTurnedInAnEntryIsFound() throws IOException {
        fill(2_000);
        byte[] bytes = Files.readAllBytes(file);
        byte[] content = file("f1000", 1_000, 1_000).content().bytes();
        bytes[positionOf(content, bytes) + 20] ^= 1;
        Files.write(file, bytes);

        assertBeginsAnew("index.db.damaged-1");
    }

    @Test
    void aRowThatVanishedIsFound() throws SQLException {
        fill(10);
        sql("DELETE FROM replica_row WHERE id = 3");

        assertBeginsAnew("index.db.damaged-1");
    }

    @Test
    void anIndexOfALaterVersionIsRefusedAndLeftAlone() throws SQLException, IOException {
        fill(10);
        sql("PRAGMA user_version = 3");
        byte[] before = Files.readAllBytes(file);

        assertThatExceptionOfType(IndexFailure.class)
                .isThrownBy(() -> SqliteIndex.open(file))
                .withMessageContaining("version 3 (expected at most 2)")
                .matches(failure -> failure.kind() == Kind.NEWER);
        assertThat(file).hasBinaryContent(before);
        assertThat(stateDirectory).isDirectoryNotContaining("glob:**.damaged*");
    }

    @Test
    @DisplayName("D32: an index that was made before tombstones had days is taken over")
    void anIndexOfTheFirstVersionIsTakenOver() throws SQLException {
        Row old = SampleRows.deleted("old", Entry.Tombstone.NO_DAY);
        try (SqliteIndex index = SqliteIndex.open(file)) {
            index.put(old);
            index.commit();
        }
        sql(
                "DROP INDEX by_day",
                "ALTER TABLE replica_row DROP COLUMN day",
                "PRAGMA user_version = 1");

        Row dated = SampleRows.deleted("dated", 7);
        try (SqliteIndex index = SqliteIndex.open(file)) {
            assertThat(index.damaged()).isEmpty();
            assertThat(index.row(path("old"))).isEqualTo(old);
            index.put(dated);
            index.commit();
        }
        try (SqliteIndex index = SqliteIndex.open(file)) {
            assertThat(index.tombstones(Integer.MAX_VALUE, null, 10)).containsExactly(dated);
        }
    }

    @Test
    void aPlaceThatCannotBeOpenedIsAFailureAndNoDamage() throws IOException {
        Files.createDirectory(file);

        assertThatExceptionOfType(IndexFailure.class)
                .isThrownBy(() -> SqliteIndex.open(file))
                .matches(failure -> failure.kind() == Kind.IO_ERROR);
        assertThat(file).isDirectory();
        assertThatExceptionOfType(IndexFailure.class)
                .isThrownBy(() -> SqliteIndex.open(stateDirectory.resolve("absent/index.db")))
                .matches(failure -> failure.kind() == Kind.IO_ERROR);
    }

    @Test
    void aStopInTheMiddleOfATransactionKeepsTheLastCommit() throws IOException {
        Path copy = stateDirectory.resolve("after-power-cut.db");
        try (SqliteIndex index = SqliteIndex.open(file)) {
            index.put(row(1));
            index.commit();
            for (int i = 2; i < 5_000; i++) {
                index.put(row(i));
            }
            copyTo(copy, Integer.MAX_VALUE);
        }

        try (SqliteIndex index = SqliteIndex.open(copy)) {
            assertThat(index.damaged()).isEmpty();
            assertThat(index.page(null, true, 10)).containsExactly(row(1));
        }
    }

    @Test
    void aLogThatIsTornAtAnyPlaceKeepsSomeCommitWhole() throws IOException {
        try (SqliteIndex index = SqliteIndex.open(file)) {
            for (int i = 0; i < 20; i++) {
                index.put(row(2 * i));
                index.put(row(2 * i + 1));
                index.commit();
            }
            int previous = -1;
            int length = (int) Files.size(part(file, "-wal"));
            for (int cut = 0; cut < 20; cut++) {
                Path copy = stateDirectory.resolve("torn-" + cut + ".db");
                copyTo(copy, (int) ((long) length * cut / 20) + 100 * cut);
                try (SqliteIndex torn = SqliteIndex.open(copy)) {
                    int count = torn.page(null, true, 100).size();

                    assertThat(torn.damaged()).isEmpty();
                    assertThat(count).isEven().isGreaterThanOrEqualTo(previous);
                    previous = count;
                }
            }
            assertThat(previous).isPositive();
        }
    }

    @Test
    void aFullDiskFailsTheCommitAndKeepsTheLastOne() {
        try (SqliteIndex index = SqliteIndex.open(file, 40)) {
            index.put(row(0));
            index.commit();

            assertThatExceptionOfType(IndexFailure.class)
                    .isThrownBy(() -> fillUntilItFails(index))
                    .matches(failure -> failure.kind() == Kind.DISK_FULL);
            assertThatExceptionOfType(IndexFailure.class)
                    .isThrownBy(() -> index.putText("more", "text"))
                    .withMessageContaining("after it failed");
            assertThatExceptionOfType(IndexFailure.class).isThrownBy(index::commit);
        }
        try (SqliteIndex index = SqliteIndex.open(file)) {
            assertThat(index.damaged()).isEmpty();
            assertThat(index.page(null, true, 10)).containsExactly(row(0));
        }
    }

    @Test
    void aNameThatMeansSomethingToTheDriverIsTakenToTheLetter() throws IOException {
        Path odd = Files.createDirectory(stateDirectory.resolve("a b?mode=memory&c%20d#e\u00e9"));
        try (SqliteIndex index = SqliteIndex.open(odd.resolve("index.db"))) {
            index.put(row(1));
            index.commit();
            try (var reader = index.reader()) {
                assertThat(reader.row(path("f1"))).isEqualTo(row(1));
            }
        }

        assertThat(odd.resolve("index.db")).exists().isNotEmptyFile();
    }

    @Test
    void theInodeTellsACopyFromTheFileItself() throws IOException {
        fill(1);
        Path copy = Files.copy(file, stateDirectory.resolve("copy.db"));
        try (SqliteIndex one = SqliteIndex.open(file);
                SqliteIndex other = SqliteIndex.open(copy)) {
            assertThat(one.inode()).isPositive().isNotEqualTo(other.inode());
        }
    }

    private void assertBeginsAnew(String asideName) {
        try (SqliteIndex index = SqliteIndex.open(file)) {
            assertThat(index.damaged()).contains(stateDirectory.resolve(asideName));
            assertThat(stateDirectory.resolve(asideName)).exists();
            assertThat(index.page(null, true, 10)).isEmpty();
            assertThat(index.text("name")).isNull();
            index.put(row(7));
            index.commit();
        }
        try (SqliteIndex index = SqliteIndex.open(file)) {
            assertThat(index.damaged()).isEmpty();
            assertThat(index.page(null, true, 10)).containsExactly(row(7));
        }
    }

    private static void fillUntilItFails(SqliteIndex index) {
        for (int i = 1; i < 100_000; i++) {
            index.put(row(i));
        }
        index.commit();
    }

    private void fill(int rows) {
        try (SqliteIndex index = SqliteIndex.open(file)) {
            for (int i = 0; i < rows; i++) {
                index.put(row(i));
            }
            index.putText("name", "text");
            index.commit();
        }
    }

    private static Row row(int number) {
        return settled(file("f" + number, number, number));
    }

    /** Copies the file and the first {@code logBytes} of its log, as a power cut may leave them. */
    private void copyTo(Path copy, int logBytes) throws IOException {
        Files.copy(file, copy);
        byte[] log = Files.readAllBytes(part(file, "-wal"));
        Files.write(part(copy, "-wal"), Arrays.copyOf(log, Math.min(log.length, logBytes)));
    }

    private static Path part(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static int positionOf(byte[] wanted, byte[] bytes) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("these bytes are not in the file");
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
