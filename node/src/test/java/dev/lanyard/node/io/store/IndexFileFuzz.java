package dev.lanyard.node.io.store;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.sign.SignatureBuilder;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.index.Identity;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.IndexFailure;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.SampleRows;
import dev.lanyard.node.fuzz.Scratch;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The database files of a node, damaged in any way: an index is opened as it was, or is moved aside
 * as damaged, or fails with an {@code IndexFailure}, when it is opened or when it is used; then it
 * can be opened anew. Signatures are found as they were or not at all.
 *
 * <p>The first byte says which file it is and whether its end is cut off; then come places and
 * values: three bytes of a place, counted from the front and beginning again behind the end, and
 * one byte that is put there. In the last kind the places are in the log of an index that was not
 * closed.
 */
public final class IndexFileFuzz {
    private static final int CUT = 4;
    private static final int EDIT_BYTES = 4;
    private static final int SIGNED_BYTES = 100_000;
    private static final Path INDEX = Scratch.path("index.db");
    private static final Path LOG = Scratch.path("index.db-wal");
    private static final Path SIGNATURES = Scratch.path("signatures.db");
    private static final Signed SIGNED = signed();
    private static final Good GOOD = good();

    private IndexFileFuzz() {}

    /** Files as they should be: one that was closed, and one that was not, with its log. */
    @SuppressWarnings("ArrayRecordComponent") // Copied, never compared.
    private record Good(byte[] index, byte[] open, byte[] log, byte[] signatures) {}

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        switch (bytes[0] & 3) {
            case 0, 1 -> index(damaged(bytes, GOOD.index), null);
            case 2 -> index(GOOD.open, damaged(bytes, GOOD.log));
            default -> signatures(damaged(bytes, GOOD.signatures));
        }
    }

    private static byte[] damaged(byte[] edits, byte[] good) {
        byte[] bytes = good.clone();
        for (int at = 1; at + EDIT_BYTES <= edits.length; at += EDIT_BYTES) {
            int place = ByteBuffer.wrap(edits).getInt(at) >>> Byte.SIZE;
            if ((edits[0] & CUT) != 0) {
                return Arrays.copyOf(bytes, place % bytes.length);
            }
            bytes[place % bytes.length] = edits[at + EDIT_BYTES - 1];
        }
        return bytes;
    }

    private static void index(byte[] file, byte @Nullable [] log) throws IOException {
        clear();
        Files.write(INDEX, file);
        if (log != null) {
            Files.write(LOG, log);
        }
        try (SqliteIndex index = SqliteIndex.open(INDEX)) {
            use(index);
        } catch (IndexFailure failure) {
            if (failure.kind() == IndexFailure.Kind.LOCKED) {
                throw new AssertionError("locked by nobody", failure);
            }
        }
    }

    private static void use(SqliteIndex index) {
        try (IndexReader reader = index.reader()) {
            reader.page(null, true, Integer.MAX_VALUE).forEach(row -> use(index, row));
        }
        index.sum(Bucket.ROOT);
        for (int leaf = 0; leaf < 1 << 16; leaf += 1 << 12) {
            index.knownOf(leaf);
        }
        for (Row.Pending kind : Row.Pending.values()) {
            index.pending(kind, null, false, 100);
        }
        index.tombstones(Integer.MAX_VALUE, null, 100);
        index.put(SampleRows.settled(SampleRows.file("new", 3, 7)));
        index.putText("name", "other");
        index.commit();
    }

    private static void use(Index index, Row row) {
        RelativePath path = row.path();
        index.former(path);
        index.row(path);
        ContentHash content = SqliteRows.heldContent(row);
        if (content != null) {
            index.holders(content, 10);
        }
    }

    private static void signatures(byte[] file) throws IOException {
        clear();
        Files.write(SIGNATURES, file);
        try (SignatureFile signatures = SignatureFile.open(SIGNATURES)) {
            Signed found = signatures.find(SIGNED.content());
            if (found != null && !found.isWhole()) {
                throw new AssertionError("other chunks than those of the content");
            }
            signatures.keep(SIGNED);
            signatures.prune(SIGNED.content()::equals);
        } catch (IOException failure) {
            return;
        }
    }

    /** Also what was moved aside. */
    private static void clear() throws IOException {
        try (var all = Files.newDirectoryStream(Scratch.path("."), "{index,signatures}.db*")) {
            for (Path each : all) {
                Files.delete(each);
            }
        }
    }

    private static Good good() {
        try {
            SplittableRandom random = new SplittableRandom(1);
            byte[] open;
            byte[] log;
            try (SqliteIndex index = SqliteIndex.open(INDEX)) {
                Identity.begin(new ReplicaId(1), "machine", 17).write(index);
                for (int i = 0; i < 60; i++) {
                    index.put(SampleRows.random(random, SampleRows.randomPath(random)));
                }
                index.putFormer(SampleRows.file("former", 3, 1));
                index.putText("name", "text");
                index.commit();
                open = Files.readAllBytes(INDEX);
                log = Files.readAllBytes(LOG);
            }
            byte[] closed = Files.readAllBytes(INDEX);
            try (SignatureFile signatures = SignatureFile.open(SIGNATURES)) {
                signatures.keep(SIGNED);
            }
            return new Good(closed, open, log, Files.readAllBytes(SIGNATURES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Signed signed() {
        byte[] content = new byte[SIGNED_BYTES];
        SignatureBuilder builder =
                new SignatureBuilder(content.length, new byte[Signature.SEED_BYTES]);
        builder.update(ByteBuffer.wrap(content));
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        TreeHash hash = new TreeHash(chunks::writeBytes);
        hash.update(content, 0, content.length);
        return new Signed(ContentHash.of(hash.finish()), builder.finish(), chunks.toByteArray());
    }

    /** No damage, damage in the head of each file, and files that are cut off. */
    public static List<byte[]> samples() {
        return List.of(
                new byte[] {0},
                new byte[] {0, 0, 0, 18, 9},
                new byte[] {0, 0, 16, 3, 1, 0, 17, 3, 1},
                new byte[] {CUT, 0, 32, 0, 0},
                new byte[] {2},
                new byte[] {2, 0, 0, 40, 1},
                new byte[] {2 + CUT, 0, 20, 0, 0},
                new byte[] {3},
                new byte[] {3, 0, 16, 3, 1},
                new byte[] {3 + CUT, 0, 16, 0, 0});
    }
}
