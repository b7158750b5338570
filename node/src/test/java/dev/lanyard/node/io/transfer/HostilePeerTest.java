package dev.lanyard.node.io.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentAsk;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentMissing;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.ContentWant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a peer may send that it was not asked for so. */
@Timeout(60)
class HostilePeerTest {
    private static final int PART = 256 << 10;
    private static final int LARGE = 3 * PART + 100;
    private static final long LARGE_TRANSFER = 1;
    private static final long SMALL_TRANSFER = 2;

    @TempDir Path temp;
    private Side victim;
    private FakeLink peer;
    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Message.Reason> ends = new LinkedBlockingQueue<>();

    @BeforeEach
    void connect() throws IOException {
        victim = Side.in(temp, "victim");
        FakeLink[] links = FakeLink.pair();
        peer = links[1];
        peer.to(heard::add, ends::add);
        victim.open(links[0]);
    }

    @AfterEach
    void close() {
        victim.close();
    }

    /** One way of breaking the rules; the large content was asked for as 1, two small as 2. */
    @SuppressWarnings(
            "ImmutableEnumChecker") // The lists are immutable, and nobody writes to the arrays.
    enum Attack {
        PARTS_OUT_OF_ORDER(part(0, PART, PART, false)),
        PART_TWICE(part(0, 0, PART, false), part(0, 0, PART, false)),
        PART_TOO_LONG(part(0, 0, PART + 1, false)),
        EMPTY_PART(part(0, 0, 0, false)),
        BEYOND_THE_SIZE(
                part(0, 0, PART, false),
                part(0, PART, PART, false),
                part(0, 2L * PART, PART, false),
                part(0, 3L * PART, 101, true)),
        ENDS_TOO_EARLY(part(0, 0, PART, true)),
        DOES_NOT_END(
                part(0, 0, PART, false),
                part(0, PART, PART, false),
                part(0, 2L * PART, PART, false),
                part(0, 3L * PART, 100, false)),
        AFTER_THE_END(
                part(0, 0, PART, false),
                part(0, PART, PART, false),
                part(0, 2L * PART, PART, false),
                part(0, 3L * PART, 100, true),
                part(0, 0, PART, false)),
        WRONG_WANT(part(1, 0, PART, false)),
        NEGATIVE_WANT(part(-1, 0, PART, false)),
        NEGATIVE_OFFSET(part(0, -PART, PART, false)),
        OFFSET_THAT_OVERFLOWS(part(0, Long.MAX_VALUE, PART, false)),
        UNKNOWN_TRANSFER(new ContentPart(99, 0, 0, new byte[10], false)),
        UNKNOWN_TRANSFER_MISSING(new ContentMissing(99, 0)),
        UNKNOWN_TRANSFER_BUNDLE(bundle(99, new int[] {0}, new byte[10])),
        SMALL_IN_PARTS(new ContentPart(SMALL_TRANSFER, 0, 0, new byte[5], false)),
        SMALL_TOO_LONG(bundle(SMALL_TRANSFER, new int[] {0}, new byte[11])),
        SMALL_TOO_SHORT(bundle(SMALL_TRANSFER, new int[] {0}, new byte[9])),
        SMALL_TWICE(bundle(SMALL_TRANSFER, new int[] {0, 0}, new byte[10], new byte[10])),
        SMALL_MISSING_TWICE(
                new ContentMissing(SMALL_TRANSFER, 0), new ContentMissing(SMALL_TRANSFER, 0)),
        SMALL_UNKNOWN_WANT(bundle(SMALL_TRANSFER, new int[] {2}, new byte[10])),
        SMALL_NEGATIVE_WANT(bundle(SMALL_TRANSFER, new int[] {-1}, new byte[10])),
        MORE_WANTS_THAN_CONTENTS(bundle(SMALL_TRANSFER, new int[] {0, 1}, new byte[10])),
        MORE_CONTENTS_THAN_WANTS(bundle(SMALL_TRANSFER, new int[] {0}, new byte[10], new byte[10])),
        BUNDLE_FOR_A_LARGE_ONE(bundle(LARGE_TRANSFER, new int[] {0}, new byte[10])),
        ASKS_FOR_NOTHING(new ContentAsk(1, List.of())),
        ASKS_BEYOND_THE_END(new ContentAsk(1, List.of(want("a", 500_000, 500_000)))),
        ASKS_FROM_BEFORE_THE_BEGINNING(new ContentAsk(1, List.of(want("a", 500_000, -1)))),
        ASKS_FOR_HALF_A_SMALL_ONE(new ContentAsk(1, List.of(want("a", 10, 5)))),
        ASKS_FOR_A_NEGATIVE_SIZE(new ContentAsk(1, List.of(want("a", -1, 0))));

        final List<Message.ForTransfer> messages;

        Attack(Message.ForTransfer... messages) {
            this.messages = List.of(messages);
        }

        private static ContentPart part(int want, long offset, int length, boolean last) {
            return new ContentPart(LARGE_TRANSFER, want, offset, new byte[length], last);
        }

        private static ContentBundle bundle(long transfer, int[] wants, byte[]... contents) {
            return new ContentBundle(transfer, wants, List.of(contents));
        }

        private static ContentWant want(String path, long size, long offset) {
            return new ContentWant(
                    RelativePath.of(path), new ContentHash(1, 2, 3, 4), size, offset);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSessionOfAPeerThatBreaksTheRules(Attack attack) throws Exception {
        // given
        List<String> before = victim.tree();
        victim.fetch(entry("large", LARGE));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(ContentAsk.class);
        victim.fetch(entry("small0", 10), entry("small1", 10));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(ContentAsk.class);

        // when
        for (Message.ForTransfer message : attack.messages) {
            if (FakeLink.contentBytes(message) > 0 || message instanceof ContentMissing) {
                peer.sendBulk(message);
            } else {
                peer.send(message);
            }
        }

        // then
        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo(Message.Reason.PROTOCOL_VIOLATION);
        for (String path : List.of("large", "small0", "small1")) {
            assertThat(victim.outcome(path))
                    .isInstanceOfAny(FetchOutcome.Missing.class, FetchOutcome.Cut.class);
        }
        await().untilAsserted(() -> assertThat(victim.stagedNames()).isEmpty());
        assertThat(victim.tree()).isEqualTo(before);
    }

    @Test
    void closesTheSessionOfAPeerThatAsksTwiceUnderOneNumber() throws Exception {
        // given: an answer that waits for a peer that takes no more than it has credit for
        Entry.File held = victim.hold("held", new byte[FakeLink.CREDIT_BYTES + PART]);
        ContentWant want = new ContentWant(held.path(), held.content(), held.sizeBytes(), 0);
        peer.send(new ContentAsk(1, List.of(want)));

        // when
        peer.send(new ContentAsk(1, List.of(Attack.want("b", 10, 0))));

        // then
        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo(Message.Reason.PROTOCOL_VIOLATION);
    }

    /** An entry whose content is nothing but zeros has another hash than this. */
    private static Entry.File entry(String path, long size) {
        return Side.entry(path, size, new ContentHash(1, 2, 3, path.hashCode()));
    }

    @Test
    void asksOnceMoreForAWrongContentAndThenGivesItUp() throws Exception {
        // given
        victim.fetch(entry("small", 10));
        ContentAsk first = (ContentAsk) heard.poll(10, TimeUnit.SECONDS);

        // when
        peer.sendBulk(new ContentBundle(first.transfer(), new int[] {0}, List.of(new byte[10])));
        ContentAsk second = (ContentAsk) heard.poll(10, TimeUnit.SECONDS);
        peer.sendBulk(new ContentBundle(second.transfer(), new int[] {0}, List.of(new byte[10])));

        // then
        assertThat(second.wants()).isEqualTo(first.wants());
        assertThat(victim.outcome("small")).isInstanceOf(FetchOutcome.Missing.class);
        assertThat(victim.stagedNames()).isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void refusesAPeerThatAsksForMoreThanAnybodyNeeds() throws Exception {
        // given: it takes no answer, so that all its questions stay open
        CompletableFuture<Void> asked = new CompletableFuture<>();
        peer.to(_ -> asked.join(), ends::add);

        // when
        for (int i = 0; i < 20; i++) {
            peer.send(
                    new ContentAsk(i, Collections.nCopies(1_000, Attack.want("a", 50_000_000, 0))));
        }
        asked.complete(null);

        // then
        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo(Message.Reason.LIMIT);
    }
}
