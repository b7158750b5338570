package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The ways in which programs save: each runs for real in the folder of one node, and the other node
 * shows the same afterwards. Nothing that the program wrote is touched, and nobody has a conflict.
 */
class SavesTest {
    @TempDir private static Path base;
    private static Share share;
    private static Share.Node a;
    private static Share.Node b;

    /**
     * One way to save the file {@code f}, which holds "old text" and has a file {@code g} beside
     * it; {@code needs} names a program.
     */
    enum Save {
        TRUNCATE_AND_WRITE("sh", "echo new text > f"),
        APPEND("sh", "echo new text >> f"),
        DELETE_THEN_WRITE("sh", "rm f; echo new text > f"),
        WRITE_TEMP_AND_RENAME("sh", "echo new text > .f.tmp; sync .f.tmp; mv .f.tmp f"),
        RENAME_TO_BACKUP_THEN_WRITE("sh", "mv f f~; echo new text > f"),
        HARD_LINK_THEN_RENAME("sh", "ln f f.bak; echo new text > t; mv t f"),
        HARD_LINK_THEN_WRITE_IN_PLACE("sh", "ln f f.bak; echo new text > f"),
        RENAME_OVER_AN_EXISTING_FILE("sh", "mv g f"),
        CHANGE_PLACES("sh", "mv f t; mv g f; mv t g"),
        COPY("cp", "echo new text > new; touch -d 2001-01-01 new; cp -p new f"),
        SED("sed", "sed -i s/old/new/ f"),
        SED_WITH_BACKUP("sed", "sed -i.orig s/old/new/ f"),
        PERL_IN_PLACE("perl", "perl -pi -e s/old/new/ f"),
        TAR("tar", "mkdir n; echo new text > n/f; tar -cf t.tar -C n f; tar -xf t.tar"),
        RSYNC("rsync", "mkdir n; echo new text > n/f; rsync -a n/ ."),
        RSYNC_IN_PLACE("rsync", "mkdir n; echo new text > n/f; rsync -a --inplace n/ ."),
        VIM("vim", "vim -es -u NONE -c 's/old/new/' -c wq f </dev/null"),
        VIM_WITH_BACKUP_BY_RENAME(
                "vim",
                "vim -es -u NONE -c 'set backup backupcopy=no' -c 's/old/new/' -c wq f </dev/null"),
        VIM_WITH_BACKUP_BY_COPY(
                "vim",
                "vim -es -u NONE -c 'set backup backupcopy=yes' -c 's/old/new/' -c wq f </dev/null"),
        EMACS(
                "emacs",
                "HOME=/nonexistent emacs --batch -Q f --eval '(progn (insert \"new \") (save-buffer))'"),
        EMACS_BACKUP_BY_COPYING(
                "emacs",
                "HOME=/nonexistent emacs --batch -Q f --eval '(progn (setq backup-by-copying t)"
                        + " (insert \"new \") (save-buffer))'"),
        SQLITE(
                "sqlite3",
                "sqlite3 d.db 'create table t(x); insert into t values(1);';"
                        + " sqlite3 d.db 'update t set x = 2;'"),
        SQLITE_WRITE_AHEAD_LOG(
                "sqlite3",
                "sqlite3 d.db 'pragma journal_mode=wal; create table t(x); insert into t values(1);';"
                        + " sqlite3 d.db 'update t set x = 2;'"),
        GIT(
                "git",
                "git init -q .; git config user.name n; git config user.email e; git add f;"
                        + " git commit -qm one; git checkout -qb other; echo new text > f; mkdir s;"
                        + " echo more > s/g; git add .; git commit -qm two; git checkout -q -;"
                        + " git gc -q; git checkout -q other"),
        /** A lock file beside, a new file of another name, and a rename: as LibreOffice saves. */
        LOCK_FILE_AND_RENAME(
                "python3",
                "python3 -c '"
                        + "import os\n"
                        + "open(\".~lock.f#\",\"w\").write(\"me\")\n"
                        + "t=os.open(\"lu1a2b.tmp\",os.O_RDWR|os.O_CREAT|os.O_EXCL,0o600)\n"
                        + "os.write(t,b\"new text\"); os.fsync(t); os.close(t)\n"
                        + "os.chmod(\"lu1a2b.tmp\",0o644); os.rename(\"lu1a2b.tmp\",\"f\")\n"
                        + "os.unlink(\".~lock.f#\")'"),
        /** Opened for reading and writing, cut, written in parts, flushed: as VS Code saves. */
        CUT_AND_WRITE_IN_PARTS(
                "python3",
                "python3 -c '"
                        + "import os\n"
                        + "f=os.open(\"f\",os.O_RDWR); os.ftruncate(f,0)\n"
                        + "[os.write(f,b\"part \"*1000) for _ in range(50)]\n"
                        + "os.fsync(f); os.close(f)'"),
        /** A file without a name that gets one when it is complete. */
        UNNAMED_THEN_LINKED(
                "python3",
                "python3 -c '"
                        + "import os\n"
                        + "t=os.open(\".\",os.O_TMPFILE|os.O_RDWR,0o644); os.write(t,b\"new text\")\n"
                        + "os.link(\"/proc/self/fd/%d\"%t,\"n\",src_dir_fd=os.open(\"/\",0))\n"
                        + "os.rename(\"n\",\"f\")'"),
        /** Through a mapping of memory, which no close tells of in time. */
        MAPPED(
                "python3",
                "python3 -c '"
                        + "import mmap\n"
                        + "f=open(\"f\",\"r+b\"); m=mmap.mmap(f.fileno(),0); m[0:3]=b\"new\"\n"
                        + "m.flush(); m.close(); f.close()'");

        private final String needs;
        private final String script;

        Save(String needs, String script) {
            this.needs = needs;
            this.script = script;
        }
    }

    @BeforeAll
    static void open() throws Exception {
        share = new Share(base);
        List<Share.Node> nodes = share.start(2);
        a = nodes.getFirst();
        b = nodes.getLast();
    }

    @AfterAll
    static void close() {
        share.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatAProgramSavedArrives(Save save) throws Exception {
        assumeTrue(
                Trees.run(base, Map.of(), List.of("sh", "-c", "command -v " + save.needs)).exit()
                        == 0,
                save.needs + " is not installed");
        a.write(save + "/f", "old text\n").write(save + "/g", "other text\n");
        share.settle();
        Path directory = a.path(save.name());

        Trees.sh(directory, save.script);
        Map<String, String> saved = Trees.listing(directory);
        byte[] content = Files.readAllBytes(directory.resolve("f"));
        share.settle();

        assertThat(Trees.listing(directory)).isEqualTo(saved);
        assertThat(directory.resolve("f")).hasBinaryContent(content);
        assertNobodyHasConflicts();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "TRUNCATE_AND_WRITE",
                "WRITE_TEMP_AND_RENAME",
                "RENAME_TO_BACKUP_THEN_WRITE",
                "DELETE_THEN_WRITE"
            })
    void whatWasSavedAgainAndAgainArrives(Save save) throws Exception {
        a.write("again-" + save + "/f", "old text\n");
        share.settle();
        Path directory = a.path("again-" + save);

        Trees.sh(
                directory,
                "for i in $(seq 100); do %s; done; echo end >> f".formatted(save.script));
        share.settle();

        assertThat(b.read("again-" + save + "/f")).isEqualTo("new text\nend\n");
        assertNobodyHasConflicts();
    }

    private static void assertNobodyHasConflicts() throws IOException {
        assertThat(a.conflicts()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
    }
}
