package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** D1, S1: a folder that is not the folder any more says so before anything is concluded. */
final class RootLostTest extends LinuxFixture {
    @Test
    void whenTheFolderIsGone() throws IOException {
        Files.move(folder, temporary.resolve("away"));

        assertLost("is not there");
    }

    @Test
    void whenAnEmptyFolderIsInItsPlace() throws IOException {
        Files.move(folder, temporary.resolve("away"));
        Files.createDirectory(folder);

        assertLost("has no .lanyard");
        assertThatThrownBy(() -> fresh().adopt(new RootIdentity("x", 1, 1)))
                .isInstanceOf(RootLostException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whenAFileIsInItsPlace() throws IOException {
        Files.move(folder, temporary.resolve("away"));
        Files.writeString(folder, "");

        assertLost("is not a directory");
    }

    @Test
    void whenTheMarkerIsGone() throws IOException {
        Files.delete(folder.resolve(".lanyard/marker"));

        assertLost("has no marker");
    }

    @Test
    void whenTheMarkerIsAnotherOne() throws IOException {
        Files.writeString(folder.resolve(".lanyard/marker"), "another");

        assertLost("is another share");
    }

    @Test
    void whenItIsACopyOfTheShare() throws Exception {
        RootIdentity identity = disk.adopt(null);
        Files.move(folder, temporary.resolve("away"));
        run("cp", "-a", temporary.resolve("away").toString(), folder.toString());

        assertLost("is a copy");
        assertThatThrownBy(() -> fresh().adopt(identity)).hasMessageContaining("is a copy");
    }

    @Test
    void whenPrivateIsALinkToElsewhere() throws IOException {
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(folder.resolve(".lanyard"), elsewhere);
        Files.createSymbolicLink(folder.resolve(".lanyard"), elsewhere);

        assertLost("has a .lanyard that is not a directory");
    }

    @Test
    void isFoundAgainWhenItComesBack() throws IOException {
        Files.move(folder, temporary.resolve("away"));
        assertLost("is not there");

        Files.move(temporary.resolve("away"), folder);

        disk.open().close();
    }

    @Test
    void isFoundThroughALinkToTheFolder() throws IOException {
        RootIdentity identity = disk.adopt(null);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);

        LinuxDisk linked = new LinuxDisk(link, new Random(2));

        assertThat(linked.adopt(identity)).isEqualTo(identity);
    }

    @Test
    void adoptsTheMarkerThatIsThere() throws IOException {
        RootIdentity identity = disk.adopt(null);

        assertThat(fresh().adopt(null)).isEqualTo(identity);
    }

    @Test
    void makesPrivateFoldersAgainThatAUserDeleted() throws IOException {
        Files.delete(folder.resolve(".lanyard/staging"));
        Files.delete(folder.resolve(".lanyard/versions"));

        try (Root again = disk.open()) {
            assertThat(again.names(Root.Place.VERSIONS)).isEmpty();
            again.create("s").close();
        }
        assertThat(folder.resolve(".lanyard/staging/s")).exists();
    }

    private LinuxDisk fresh() {
        return new LinuxDisk(folder, new Random(2));
    }

    private void assertLost(String finding) {
        assertThatThrownBy(disk::open)
                .isInstanceOf(RootLostException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(finding);
    }
}
