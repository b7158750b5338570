package dev.lanyard.node.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.mirror.Renames.Gone;
import dev.lanyard.node.core.mirror.Renames.New;
import dev.lanyard.node.core.mirror.Sight.Kind;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

class RenamesTest {
    private static FileStat stat(long size, long mtime, long inode) {
        Instant time = Instant.ofEpochSecond(mtime);
        return new FileStat(size, time, time, 0644, inode, 0);
    }

    private static Gone gone(String path, long size, long mtime, long inode) {
        Row row = new Row(Kind.FILE, stat(size, mtime, inode), stat(size, mtime, inode + 100));
        return new Gone(RelativePath.of(path), row);
    }

    private static New made(String path, long size, long mtime, long inode) {
        return new New(RelativePath.of(path), new Sight(Kind.FILE, stat(size, mtime, inode)));
    }

    @Test
    void knowsAFileByItsInode() {
        assertThat(Renames.pair(List.of(gone("a", 5, 1, 7)), List.of(made("b", 5, 1, 7))))
                .singleElement()
                .satisfies(
                        pair -> {
                            assertThat(pair.from().path()).isEqualTo(RelativePath.of("a"));
                            assertThat(pair.to().path()).isEqualTo(RelativePath.of("b"));
                        });
    }

    @Test
    void takesAFileWithAnotherInodeForTheOneThatLooksLikeIt() {
        assertThat(Renames.pair(List.of(gone("a", 5, 1, 7)), List.of(made("b", 5, 1, 8))))
                .hasSize(1);
    }

    @Test
    void doesNotTakeAReusedInodeForTheFile() {
        assertThat(Renames.pair(List.of(gone("a", 5, 1, 7)), List.of(made("b", 6, 2, 7))))
                .isEmpty();
        assertThat(Renames.pair(List.of(gone("a", 0, 1, 7)), List.of(made("b", 0, 1, 8))))
                .as("empty files are all alike")
                .isEmpty();
    }

    @Test
    void usesEachPathOnce() {
        List<Renames.Pair> pairs =
                Renames.pair(
                        List.of(gone("a", 5, 1, 7), gone("b", 5, 1, 8)),
                        List.of(made("c", 5, 1, 9), made("d", 5, 1, 8), made("e", 5, 1, 10)));

        assertThat(pairs).extracting(pair -> pair.from().path()).doesNotHaveDuplicates();
        assertThat(pairs).extracting(pair -> pair.to().path()).doesNotHaveDuplicates().hasSize(2);
        assertThat(pairs.getFirst().to().path()).isEqualTo(RelativePath.of("d"));
    }
}
