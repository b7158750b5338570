package dev.lanyard.node.io.transfer;

import static dev.lanyard.node.io.disk.FaultyDisk.any;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.sign.SignatureBuilder;
import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentAsk;
import dev.lanyard.protocol.message.Message.ContentCancel;
import dev.lanyard.protocol.message.Message.ContentMissing;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.DeltaAhead;
import dev.lanyard.protocol.message.Message.DeltaAsk;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Deltas in place of contents: good ones, bad ones, and what happens instead. */
@Timeout(60)
class DeltasTest {
    private static final int MIB = 1 << 20;
    private static final byte[] OLD = random(3 * MIB + 100, 1);
    private static final byte[] NEW = edited(OLD);

    @TempDir Path temp;
    private final List<Side> sides = new ArrayList<>();
    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Message.Reason> ends = new LinkedBlockingQueue<>();
    private Side target;
    private FakeLink peer;
    private Entry.File wanted;

    @BeforeEach
    void holdTheOldContent() throws IOException {
        target = side("target");
        target.hold("f", OLD);
        wanted = Side.entry("f", NEW);
        FakeLink[] links = FakeLink.pair();
        peer = links[1];
        peer.to(heard::add, ends::add);
        target.open(links[0]);
    }

    @AfterEach
    void close() {
        sides.forEach(Side::close);
    }

    private Side side(String name) throws IOException {
        Side side = Side.in(temp, name).signing();
        sides.add(side);
        return side;
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] edited(byte[] old) {
        byte[] made = old.clone();
        System.arraycopy(random(1_000, 9), 0, made, MIB + 500, 1_000);
        return made;
    }

    private static ContentHash hash(byte[] content) {
        return ContentHash.of(TreeHash.of(content));
    }

    private static Signed signed(byte[] content) {
        return signed(content, new byte[Signature.SEED_BYTES]);
    }

    private static Signed signed(byte[] content, byte[] seed) {
        SignatureBuilder builder = new SignatureBuilder(content.length, seed);
        builder.update(ByteBuffer.wrap(content));
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        TreeHash hash = new TreeHash(chunks::writeBytes);
        hash.update(content, 0, content.length);
        return new Signed(ContentHash.of(hash.finish()), builder.finish(), chunks.toByteArray());
    }

    private static byte[] delta(byte[] from, byte[] to) {
        return written(
                sink ->
                        new Matcher(signed(from).signature(), 1)
                                .match((buffer, at) -> read(to, buffer, at), Long.MAX_VALUE, sink));
    }

    private static int read(byte[] content, ByteBuffer to, long offset) {
        int count = (int) Math.min(to.remaining(), content.length - offset);
        if (count <= 0) {
            return -1;
        }
        to.put(content, (int) offset, count);
        return count;
    }

    private static byte[] written(Making making) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DeltaWriter writer =
                new DeltaWriter(
                        Form.LANYARD,
                        part -> {
                            byte[] some = new byte[part.remaining()];
                            part.get(some);
                            bytes.writeBytes(some);
                        });
        try {
            making.make(writer);
            writer.finish();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private interface Making {
        void make(Instruction.Sink sink) throws IOException;
    }

    private <T extends Message> T next(Class<T> kind) throws InterruptedException {
        Message message = heard.poll(10, TimeUnit.SECONDS);
        assertThat(message).isInstanceOf(kind);
        return kind.cast(message);
    }

    /** The engine hears of a content behind what came ahead of it; here nothing else tells. */
    private void sendAhead(ContentHash basis, ContentHash content, byte[] delta) {
        peer.send(new DeltaAhead(basis, content, delta.length, delta));
        await().untilAsserted(
                        () ->
                                assertThat(target.transfers.amounts().bytesReceived())
                                        .isEqualTo(delta.length));
    }

    private void sendParts(long transfer, byte[] bytes) throws Exception {
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + Message.PART_BYTES_MAX);
            byte[] part = Arrays.copyOfRange(bytes, at, end);
            peer.sendBulk(new ContentPart(transfer, 0, at, part, end == bytes.length));
            at = end;
        }
    }

    // ---------------------------------------------------------------- what is sent ahead

    @Test
    void aDeltaThatCameAheadIsAllThatIsNeeded() throws Exception {
        byte[] delta = delta(OLD, NEW);

        sendAhead(hash(OLD), hash(NEW), delta);
        target.fetch(wanted);

        assertThat(target.staged("f")).isEqualTo(NEW);
        assertThat(heard).isEmpty();
        assertThat(target.notes.get(RelativePath.of("f"))).startsWith("a delta of " + delta.length);
        assertThat(target.transfers.amounts().savedByDelta()).isEqualTo(NEW.length - delta.length);
        await().untilAsserted(() -> assertThat(target.signed).containsKey(hash(NEW)));
        assertThat(target.signed)
                .hasEntrySatisfying(hash(NEW), it -> assertThat(it.isWhole()).isTrue());
    }

    @Test
    void aDeltaThatIsToldOfIsAskedFor() throws Exception {
        byte[] delta = delta(OLD, NEW);

        peer.send(new DeltaAhead(hash(OLD), hash(NEW), delta.length, new byte[0]));
        target.fetch(wanted);
        DeltaAsk ask = next(DeltaAsk.class);
        sendParts(ask.transfer(), delta);

        assertThat(ask.basis()).isEqualTo(hash(OLD));
        assertThat(ask.signature()).isEmpty();
        assertThat(target.staged("f")).isEqualTo(NEW);
    }

    private static byte[] shifted(byte[] old) {
        byte[] made = Arrays.copyOf(random(1_000, 7), 1_000 + old.length);
        System.arraycopy(old, 0, made, 1_000, old.length);
        return made;
    }

    @Test
    void whatMovedByAFewBytesIsHashedAsItIsCopied() throws Exception {
        byte[] made = shifted(OLD);

        sendAhead(hash(OLD), hash(made), delta(OLD, made));
        target.fetch(Side.entry("f", made));

        assertThat(target.staged("f")).isEqualTo(made);
        await().untilAsserted(() -> assertThat(target.signed).containsKey(hash(made)));
        assertThat(target.signed)
                .hasEntrySatisfying(
                        hash(made),
                        it -> assertThat(it.chunkHash(2)).isEqualTo(signed(made).chunkHash(2)));
    }

    @Test
    void theBasisMayBeAnotherFile() throws Exception {
        byte[] other = random(2 * MIB, 5);
        target.hold("g", other);
        byte[] made = edited(other);
        byte[] delta = delta(other, made);

        sendAhead(hash(other), hash(made), delta);
        target.fetch(Side.entry("new", made));

        assertThat(target.staged("new")).isEqualTo(made);
    }

    // ---------------------------------------------------------------- what is wrong

    /** Deltas that nobody could have made of these contents. */
    enum Wrong {
        CUT_OFF,
        OF_NO_FORM,
        BEYOND_THE_BASIS,
        ANOTHER_RESULT,
        TOO_SHORT_A_RESULT,
        TOO_LONG_A_RESULT,
        BYTES_BEHIND;

        byte[] bytes() {
            byte[] right = delta(OLD, NEW);
            return switch (this) {
                case CUT_OFF -> Arrays.copyOf(right, right.length - 1);
                case OF_NO_FORM -> random(1_000, 3);
                case BEYOND_THE_BASIS ->
                        written(sink -> sink.take(new Instruction.Copy(101, NEW.length)));
                case ANOTHER_RESULT ->
                        written(sink -> sink.take(new Instruction.Copy(0, NEW.length)));
                case TOO_SHORT_A_RESULT ->
                        written(sink -> sink.take(new Instruction.Copy(0, NEW.length - 1)));
                case TOO_LONG_A_RESULT ->
                        written(
                                sink -> {
                                    sink.take(new Instruction.Copy(0, NEW.length));
                                    sink.take(new Instruction.Copy(0, 1));
                                });
                case BYTES_BEHIND -> Arrays.copyOf(right, right.length + 1);
            };
        }
    }

    @ParameterizedTest
    @DisplayName("D43, D47: whatever is wrong with a delta, the content comes whole")
    @EnumSource
    void d43_aWrongDeltaIsFollowedByTheWholeContent(Wrong wrong) throws Exception {
        byte[] delta = wrong.bytes();

        sendAhead(hash(OLD), hash(NEW), delta);
        target.fetch(wanted);
        ContentAsk ask = next(ContentAsk.class);
        sendParts(ask.transfer(), NEW);

        assertThat(target.staged("f")).isEqualTo(NEW);
        assertThat(target.stagedNames()).hasSize(1);
        assertThat(target.notes.get(RelativePath.of("f"))).isEqualTo("whole");
        assertThat(ends).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("D43, D47: the same for a delta that was asked for")
    @EnumSource
    void d43_aWrongAnswerIsFollowedByTheWholeContent(Wrong wrong) throws Exception {
        target.fetch(wanted);
        sendParts(next(DeltaAsk.class).transfer(), wrong.bytes());
        sendParts(next(ContentAsk.class).transfer(), NEW);

        assertThat(target.staged("f")).isEqualTo(NEW);
        assertThat(target.stagedNames()).hasSize(1);
        assertThat(ends).isEmpty();
    }

    @Test
    void whatThePeerDoesNotHaveIsAskedForByTheSignatureAndThenWhole() throws Exception {
        target.fetch(wanted);
        DeltaAsk byName = next(DeltaAsk.class);
        peer.sendBulk(new ContentMissing(byName.transfer(), 0));
        DeltaAsk bySignature = next(DeltaAsk.class);
        peer.sendBulk(new ContentMissing(bySignature.transfer(), 0));
        sendParts(next(ContentAsk.class).transfer(), NEW);

        assertThat(byName.signature()).isEmpty();
        assertThat(bySignature.signature()).isNotEmpty();
        assertThat(target.staged("f")).isEqualTo(NEW);
    }

    /** The basis becomes another one, and looks as before. */
    private void changeUnseen() throws IOException {
        Path file = target.folder.resolve("f");
        FileTime mtime = Files.getLastModifiedTime(file);
        byte[] other = OLD.clone();
        other[2 * MIB] ^= 1;
        Files.write(file, other);
        Files.setLastModifiedTime(file, mtime);
    }

    @Test
    @DisplayName("D43: a basis that was changed behind everybody's back makes no wrong content")
    void d43_aBasisThatIsNotWhatItWasTakenForIsFoundOut() throws Exception {
        target.signed.put(hash(OLD), signed(OLD));
        changeUnseen();
        byte[] delta = delta(OLD, NEW);

        sendAhead(hash(OLD), hash(NEW), delta);
        target.fetch(wanted);
        sendParts(next(ContentAsk.class).transfer(), NEW);

        assertThat(target.staged("f")).isEqualTo(NEW);
    }

    @Test
    @DisplayName("D43: the same where all has moved by a few bytes")
    void d43_aBasisThatIsNotWhatItWasTakenForIsFoundOutWhereItMoved() throws Exception {
        changeUnseen();
        byte[] made = shifted(OLD);

        sendAhead(hash(OLD), hash(made), delta(OLD, made));
        target.fetch(Side.entry("f", made));
        sendParts(next(ContentAsk.class).transfer(), made);

        assertThat(target.staged("f")).isEqualTo(made);
    }

    @Test
    @DisplayName("D13: a delta is not carried out on a file that has decayed")
    void d13_whatDecayedIsNoBasis() throws Exception {
        target.decayed.add(RelativePath.of("f"));

        sendAhead(hash(OLD), hash(NEW), delta(OLD, NEW));
        target.fetch(wanted);
        sendParts(next(ContentAsk.class).transfer(), NEW);

        assertThat(target.staged("f")).isEqualTo(NEW);
        assertThat(target.transfers.amounts().savedByDelta()).isZero();
    }

    @Test
    @DisplayName("D17: a session that ends in the middle of a delta leaves nothing")
    void d17_aSessionThatEndsInTheMiddleLeavesNothing() throws Exception {
        byte[] delta = delta(OLD, NEW);
        target.fetch(wanted);
        DeltaAsk ask = next(DeltaAsk.class);
        byte[] half = Arrays.copyOf(delta, delta.length / 2);
        peer.sendBulk(new ContentPart(ask.transfer(), 0, 0, half, false));
        await().untilAsserted(() -> assertThat(target.stagedNames()).isNotEmpty());

        peer.close(Message.Reason.STOPPING, "");

        assertThat(target.outcome("f")).isInstanceOf(FetchOutcome.Cut.class);
        await().untilAsserted(() -> assertThat(target.stagedNames()).isEmpty());
    }

    @ParameterizedTest
    @DisplayName("D17: what failed in the middle of a delta is answered once")
    @ValueSource(booleans = {true, false})
    void d17_aFullDiskInTheMiddleIsAnsweredOnce(boolean sessionEnds) throws Exception {
        byte[] delta = delta(OLD, NEW);
        target.fetch(wanted);
        DeltaAsk ask = next(DeltaAsk.class);
        target.disk.fail(any(Operation.WRITE_BYTES), DiskException.Fault.DISK_FULL);
        byte[] half = Arrays.copyOf(delta, delta.length / 2);

        peer.sendBulk(new ContentPart(ask.transfer(), 0, 0, half, false));
        assertThat(target.outcome("f")).isInstanceOf(FetchOutcome.Failed.class);
        assertThat(next(ContentCancel.class).transfer()).isEqualTo(ask.transfer());
        if (sessionEnds) {
            peer.close(Message.Reason.STOPPING, "");
        } else {
            peer.sendBulk(new ContentMissing(ask.transfer(), 0));
        }
        target.transfers.close();

        assertThat(target.outcome("f")).isInstanceOf(FetchOutcome.Failed.class);
        assertThat(heard).isEmpty();
        assertThat(target.stagedNames()).isEmpty();
    }

    /** One way of breaking the rules in answer to a question for a delta. */
    enum Attack {
        NOT_AT_THE_BEGINNING(0, 1, 10),
        OF_ANOTHER_WANT(1, 0, 10),
        EMPTY(0, 0, 0);

        final int want;
        final long offset;
        final int length;

        Attack(int want, long offset, int length) {
            this.want = want;
            this.offset = offset;
            this.length = length;
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSessionOfAPeerThatBreaksTheRules(Attack attack) throws Exception {
        target.fetch(wanted);
        long transfer = next(DeltaAsk.class).transfer();

        peer.sendBulk(
                new ContentPart(
                        transfer, attack.want, attack.offset, new byte[attack.length], false));

        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo(Message.Reason.PROTOCOL_VIOLATION);
        assertThat(target.outcome("f")).isInstanceOf(FetchOutcome.Cut.class);
    }

    @Test
    void refusesADeltaThatIsLongerThanItsContent() throws Exception {
        target.fetch(wanted);
        long transfer = next(DeltaAsk.class).transfer();
        byte[] literal = written(sink -> sink.take(new Instruction.Literal(ByteBuffer.wrap(NEW))));
        byte[] endless = Arrays.copyOf(literal, 2 * literal.length);

        for (int at = 0; ends.isEmpty() && at < endless.length; at += 10_000) {
            byte[] part = Arrays.copyOfRange(endless, at, Math.min(at + 10_000, endless.length));
            try {
                peer.sendBulk(new ContentPart(transfer, 0, at, part, false));
            } catch (IOException closed) {
                break;
            }
        }

        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo(Message.Reason.PROTOCOL_VIOLATION);
    }

    @Test
    void refusesAPeerThatAsksWithMoreSignaturesThanAnybodyNeeds() throws Exception {
        byte[] signature = new byte[Message.SIGNATURE_BYTES_MAX];
        CompletableFuture<Void> asked = new CompletableFuture<>();
        FakeLink[] links = FakeLink.pair();
        FakeLink deaf = links[1]; // It takes no answer, so that all its questions stay open.
        deaf.to(_ -> asked.join(), ends::add);
        target.open(links[0]);

        for (int i = 0; i < 100; i++) {
            deaf.send(
                    new DeltaAsk(
                            i, RelativePath.of("f"), hash(OLD), OLD.length, hash(NEW), signature));
        }
        asked.complete(null);

        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo(Message.Reason.LIMIT);
    }

    @Test
    void answersASignatureThatIsNoneWithMissing() throws Exception {
        peer.send(
                new DeltaAsk(
                        7, RelativePath.of("f"), hash(OLD), OLD.length, hash(NEW), random(100, 1)));

        assertThat(next(ContentMissing.class)).isEqualTo(new ContentMissing(7, 0));
        assertThat(ends).isEmpty();
    }

    // ---------------------------------------------------------------- two sides

    private Side[] two(byte[] held) throws IOException {
        Side source = side("source");
        Side receiver = side("receiver");
        source.hold("f", NEW);
        receiver.hold("f", held);
        return new Side[] {source, receiver};
    }

    @Test
    void theAuthorSendsWhatItFoundAlready() throws Exception {
        Side[] two = two(OLD);
        byte[] found = delta(OLD, NEW);
        two[0].transfers.found(new Delta(hash(OLD), hash(NEW), found));
        FakeLink[] links = Side.connect(two[1], two[0]);

        two[0].transfers.ahead(List.of(wanted)).forEach(links[1]::send);
        two[1].fetch(wanted);

        assertThat(two[1].staged("f")).isEqualTo(NEW);
        // Nothing, or just that: whoever asks before it has heard what came ahead is given it.
        assertThat(links[1].contentBytesSent.get()).isIn(0L, (long) found.length);
    }

    @Test
    void whoRemembersTheBasisNeedsNoSignature() throws Exception {
        Side[] two = two(OLD);
        two[0].signed.put(hash(OLD), signed(OLD));
        FakeLink[] links = Side.connect(two[1], two[0]);

        two[1].fetch(wanted);

        assertThat(two[1].staged("f")).isEqualTo(NEW);
        assertThat(links[1].contentBytesSent.get()).isBetween(1_000L, 50_000L);
    }

    @Test
    void anotherBasisIsToldByItsSignature() throws Exception {
        byte[] third = OLD.clone();
        System.arraycopy(random(2_000, 4), 0, third, 2 * MIB, 2_000);
        Side[] two = two(third);
        FakeLink[] links = Side.connect(two[1], two[0]);

        two[1].fetch(wanted);

        assertThat(two[1].staged("f")).isEqualTo(NEW);
        assertThat(links[1].contentBytesSent.get()).isBetween(3_000L, 100_000L);
        assertThat(two[1].notes.get(RelativePath.of("f"))).contains("against the signature");
    }

    @Test
    void theSignatureOfAPeerIsNotKept() throws Exception {
        byte[] third = OLD.clone();
        System.arraycopy(random(2_000, 4), 0, third, 2 * MIB, 2_000);
        byte[] theirs = new byte[Signature.SEED_BYTES];
        Arrays.fill(theirs, (byte) 7);
        Side[] two = two(third);
        two[1].signed.put(hash(third), signed(third, theirs));
        FakeLink[] links = Side.connect(two[1], two[0]);

        two[1].fetch(wanted);

        assertThat(two[1].staged("f")).isEqualTo(NEW);
        assertThat(links[1].contentBytesSent.get()).isBetween(3_000L, 100_000L);
        assertThat(two[1].notes.get(RelativePath.of("f"))).contains("against the signature");
        // What is kept may give its seed to what is signed here later.
        assertThat(two[0].signed).doesNotContainKey(hash(third));
        assertThat(two[0].signed.values())
                .noneMatch(kept -> Arrays.equals(kept.signature().seed(), theirs));
    }

    @Test
    @DisplayName("D43: a signature whose sums are another content's costs the whole content")
    void d43_aSignatureThatLiesCostsTheWholeContent() throws Exception {
        Side[] two = two(OLD);
        Signed right = signed(OLD);
        Signature collides = signed(NEW).signature();
        two[1].signed.put(hash(OLD), new Signed(hash(OLD), collides, right.chunkHashes()));
        FakeLink[] links = Side.connect(two[1], two[0]);

        two[1].fetch(wanted);

        assertThat(two[1].staged("f")).isEqualTo(NEW);
        assertThat(links[1].contentBytesSent.get()).isGreaterThanOrEqualTo(NEW.length);
        assertThat(two[1].stagedNames()).hasSize(1);
    }

    @Test
    void aDeltaLongerThanMemoryIsSentWhileItIsFound() throws Exception {
        byte[] old = random(40 * MIB, 1);
        byte[] made = old.clone();
        System.arraycopy(random(12 * MIB, 2), 0, made, 9 * MIB, 12 * MIB);
        Side source = side("source");
        Side receiver = side("receiver");
        Entry.File file = source.hold("f", made);
        source.signed.put(hash(old), signed(old));
        receiver.hold("f", old);
        FakeLink[] links = Side.connect(receiver, source);

        receiver.fetch(file);

        assertThat(receiver.staged("f")).isEqualTo(made);
        assertThat(links[1].contentBytesSent.get()).isBetween(12L * MIB, 13L * MIB);
        assertThat(links[1].contentBytesReleased.get()).isZero();
        assertThat(links[0].contentBytesReleased.get()).isEqualTo(links[1].contentBytesSent.get());
    }

    @Test
    void whatIsAllNewComesWholeAfterLittleOfItWasSent() throws Exception {
        byte[] old = random(20 * MIB, 1);
        byte[] unrelated = random(20 * MIB, 2);
        Side source = side("source");
        Side receiver = side("receiver");
        Entry.File file = source.hold("f", unrelated);
        receiver.hold("f", old);
        FakeLink[] links = Side.connect(receiver, source);

        receiver.fetch(file);

        assertThat(receiver.staged("f")).isEqualTo(unrelated);
        assertThat(receiver.notes.get(RelativePath.of("f"))).isEqualTo("whole");
        assertThat(links[1].contentBytesSent.get()).isLessThan(2L * 20 * MIB);
    }
}
