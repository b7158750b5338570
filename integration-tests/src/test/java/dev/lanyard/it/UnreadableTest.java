package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real nodes, one of which cannot look at a part of its folder: that is never a deletion. */
class UnreadableTest extends TwoNodesFixture {
    private static final RelativePath DIRECTORY = RelativePath.of("dir");

    private void fill(int files) throws Exception {
        for (int i = 0; i < files; i++) {
            a.write("dir/f" + i, "content " + i);
        }
        a.write("other", "1");
        share.settle();
    }

    /** The user deletes one of the files that the node cannot see, and goes on elsewhere. */
    private void goOn() throws Exception {
        a.delete("dir/f7");
        a.control().rescan();
        a.write("other", "22");
        await().atMost(Share.PATIENCE).until(() -> b.read("other").equals("22"));
        await().atMost(Share.PATIENCE).until(() -> a.status().phase() == Phase.IDLE);
    }

    private void untilListed() {
        await().atMost(Share.PATIENCE).until(() -> a.hasProblem(Problem.Kind.UNREADABLE));
    }

    private void assertFilesOnB(int count) {
        assertThat(b.path("dir").toFile().list()).hasSize(count);
    }

    /** What was deleted behind the node's back is deleted for all once it can see that. */
    private void assertHeals(int count) throws Exception {
        a.disk.heal();
        a.control().rescan();
        await().atMost(Share.PATIENCE).until(() -> !a.hasProblem(Problem.Kind.UNREADABLE));
        share.settle();
        assertFilesOnB(count);
        assertThat(b.has("dir/f7")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_PERMITTED", "IO"})
    @DisplayName("D3: a directory that may not or cannot be listed deletes nothing")
    void d03_aDirectoryThatCannotBeListed(Fault fault) throws Exception {
        fill(500);
        a.disk.fail(FaultyDisk.at(Operation.LIST, DIRECTORY), fault);

        goOn();

        assertFilesOnB(500);
        untilListed();
        assertHeals(499);
    }

    /** What EACCES, EIO and ESTALE, ELOOP, ENAMETOOLONG and EBUSY are for us. */
    @ParameterizedTest
    @EnumSource(names = {"NOT_PERMITTED", "IO", "CONFINED", "NAME_IMPOSSIBLE", "BUSY"})
    @DisplayName("S5: whatever error a scan meets at files or their directory, it deletes nothing")
    void s05_whateverErrorAScanMeets(Fault fault) throws Exception {
        fill(20);
        a.disk.fail(FaultyDisk.at(Operation.LIST, DIRECTORY), fault);
        a.disk.fail(
                call ->
                        call.operation() == Operation.STAT
                                && call.path() != null
                                && call.path().isBelow(DIRECTORY),
                fault);

        goOn();

        assertFilesOnB(20);
        if (fault != Fault.CONFINED) { // A link in the way is no trouble: it is looked at again.
            untilListed();
        }
        assertHeals(19);
    }
}
