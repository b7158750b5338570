package dev.lanyard.it.simulation;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Effect.CopySource;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.io.apply.Versions;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One content on its way into staging, from a peer or from this disk. What comes from a peer comes
 * in two parts, each read at its own moment.
 */
final class Transfer {
    private static final int HOLDERS_MAX = 4;

    private final long fetch;
    private final Entry.File wanted;
    private final String stagedName;
    private final @Nullable SessionId from;
    private final @Nullable CopySource source;

    /** The first part, once it was written. */
    private byte @Nullable [] begun;

    private Transfer(
            long fetch,
            Entry.File wanted,
            String stagedName,
            @Nullable SessionId from,
            @Nullable CopySource source) {
        this.fetch = fetch;
        this.wanted = wanted;
        this.stagedName = stagedName;
        this.from = from;
        this.source = source;
    }

    static List<Transfer> fetch(Effect.Fetch fetch, Supplier<String> names) {
        List<Transfer> transfers = new ArrayList<>();
        for (Effect.Want want : fetch.wants()) {
            transfers.add(
                    new Transfer(fetch.fetch(), want.entry(), names.get(), fetch.from(), null));
        }
        return transfers;
    }

    static List<Transfer> copy(Effect.Copy copy, Supplier<String> names) {
        List<Transfer> transfers = new ArrayList<>();
        for (Effect.LocalCopy each : copy.copies()) {
            transfers.add(
                    new Transfer(copy.fetch(), each.entry(), names.get(), null, each.source()));
        }
        return transfers;
    }

    long fetch() {
        return fetch;
    }

    /** Leaves nothing of it behind. */
    void drop(Disk disk) {
        try (Root root = disk.open()) {
            root.delete(Place.STAGING, stagedName);
        } catch (IOException leftForTheNextStart) {
            begun = null;
        }
    }

    /** Does the next piece of it; how it ended, or null. */
    @Nullable FetchOutcome goOn(Machine machine, Network network, Versions versions) {
        Disk disk = machine.seen();
        FetchOutcome outcome;
        try (Root root = disk.open()) {
            outcome =
                    from == null
                            ? copyHere(root, versions)
                            : fetchFrom(network.peer(machine, from), root);
        } catch (RootLostException lost) {
            return new FetchOutcome.Failed(
                    wanted.path(), Obstacle.ROOT_LOST, String.valueOf(lost.getMessage()));
        } catch (IOException failed) {
            outcome = failed(failed);
        }
        if (outcome != null && !(outcome instanceof FetchOutcome.Ready)) {
            drop(disk);
        }
        return outcome;
    }

    private FetchOutcome failed(IOException failed) {
        Obstacle obstacle =
                failed instanceof DiskException disk ? disk.fault().obstacle() : Obstacle.IO_ERROR;
        return new FetchOutcome.Failed(
                wanted.path(), obstacle, String.valueOf(failed.getMessage()));
    }

    private FetchOutcome copyHere(Root root, Versions versions) throws IOException {
        try {
            switch (source) {
                case CopySource.InTree it -> root.copy(it.path(), wanted.sizeBytes(), stagedName);
                case CopySource.InVersions _ -> {
                    Optional<String> name = versions.nameOf(wanted.content());
                    if (name.isEmpty()) {
                        return missing();
                    }
                    root.copy(Place.VERSIONS, name.get(), wanted.sizeBytes(), stagedName);
                }
                case null -> throw new IllegalStateException("neither from here nor from a peer");
            }
        } catch (DiskException gone) {
            return switch (gone.fault()) {
                case NO_SUCH_FILE,
                        NOT_A_DIRECTORY,
                        IS_A_DIRECTORY,
                        CONFINED,
                        NOT_PERMITTED,
                        SHRANK,
                        UNSUPPORTED ->
                        missing();
                default -> throw gone;
            };
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) wanted.sizeBytes());
        try (Root.Content content = root.read(Place.STAGING, stagedName)) {
            while (bytes.hasRemaining() && content.read(bytes, bytes.position()) >= 0) {
                // Until all is read.
            }
        }
        return isWanted(bytes.array()) ? ready() : missing();
    }

    private @Nullable FetchOutcome fetchFrom(@Nullable Machine peer, Root root) throws IOException {
        if (peer == null || peer.process() == null) {
            return new FetchOutcome.Cut(wanted.path());
        }
        byte[] there = find(peer);
        if (there == null || there.length != wanted.sizeBytes()) {
            return missing();
        }
        byte[] first = begun;
        int half = there.length / 2;
        if (first == null) {
            try (Sink sink = root.create(stagedName)) {
                sink.write(ByteBuffer.wrap(there, 0, half), 0);
            }
            begun = Arrays.copyOf(there, half);
            return null;
        }
        try (Sink sink = root.reopen(stagedName, half)) {
            sink.write(ByteBuffer.wrap(there, half, there.length - half), half);
        }
        byte[] all = there.clone();
        System.arraycopy(first, 0, all, 0, half);
        return isWanted(all) ? ready() : missing();
    }

    /** What {@code peer} sends: a file that it holds as this content, or one of its versions. */
    private byte @Nullable [] find(Machine peer) {
        try (IndexReader reader = peer.index().reader()) {
            List<RelativePath> holders = new ArrayList<>(List.of(wanted.path()));
            holders.addAll(reader.holders(wanted.content(), HOLDERS_MAX));
            for (RelativePath holder : holders) {
                Row row = reader.row(holder);
                RelativePath stored = peer.stored(holder);
                Root.Found found = peer.disk().everything().get(stored);
                if (row != null
                        && row.held() != null
                        && row.held().entry() instanceof Entry.File file
                        && file.content().equals(wanted.content())
                        && found != null
                        && found.kind() == Kind.FILE) {
                    return Contents.bytes(peer.contentOf(stored));
                }
            }
        }
        NodeProcess process = peer.process();
        String name =
                process == null ? null : process.nameInVersions(wanted.content()).orElse(null);
        byte[] kept = name == null ? null : peer.disk().files(Place.VERSIONS).get(name);
        return kept != null && isWanted(kept) ? kept : null;
    }

    private boolean isWanted(byte[] bytes) {
        return ContentHash.of(TreeHash.of(bytes)).equals(wanted.content());
    }

    private FetchOutcome missing() {
        return new FetchOutcome.Missing(wanted.path());
    }

    private FetchOutcome ready() {
        return new FetchOutcome.Ready(wanted.path(), new Staged(stagedName));
    }
}
