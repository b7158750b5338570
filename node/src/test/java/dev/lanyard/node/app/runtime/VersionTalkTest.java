package dev.lanyard.node.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.runtime.VersionTalk.Answer;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.apply.Kept;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.KeptVersion;
import dev.lanyard.protocol.message.Message.VersionsAsk;
import dev.lanyard.protocol.message.Message.VersionsTell;
import dev.lanyard.protocol.transport.Transport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Peers that answer too much, too little or something else. */
class VersionTalkTest {
    private static final SessionId SESSION = new SessionId(1);
    private static final RelativePath PATH = RelativePath.of("a/b");
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final FakeLink link = new FakeLink();

    /** Done when reading what is kept here may go on. */
    private final CompletableFuture<List<Kept>> kept = new CompletableFuture<>();

    private final VersionTalk talk = new VersionTalk(_ -> kept.join());

    @BeforeEach
    void open() {
        talk.opened(SESSION, link);
    }

    private static VersionsTell tell(long question, RelativePath path) {
        ReplicaId author = new ReplicaId(1);
        Entry entry =
                new Entry.Symlink(
                        path,
                        new Entry.LinkTarget(new byte[] {'c'}),
                        VersionVector.empty().with(author, 1),
                        Stamp.ZERO,
                        author);
        KeptVersion version = new KeptVersion("v", entry, Instant.EPOCH, Message.Why.DELETED);
        return new VersionsTell(question, List.of(version), false);
    }

    private CompletableFuture<List<Answer>> ask(Duration atMost) {
        int said = link.said.size();
        CompletableFuture<List<Answer>> answers =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return talk.ask(talk.peers(), PATH, atMost);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        await().until(() -> answers.isDone() || link.said.size() > said);
        return answers;
    }

    private long lastQuestion() {
        return ((VersionsAsk) link.said.getLast()).question();
    }

    @Test
    void anAnswerIsOfWhoeverWasAsked() {
        CompletableFuture<List<Answer>> answers = ask(LONG);

        VersionsTell told = tell(lastQuestion(), PATH);
        talk.received(SESSION, tell(lastQuestion() + 1, PATH));
        talk.received(SESSION, told);

        assertThat(answers.join()).containsExactly(new Answer(talk.peers().getFirst(), told));
        assertThat(link.closed).as("an answer to no question is dropped").isNull();
    }

    @Test
    @DisplayName("D47: an answer about a path that was not asked for ends the session")
    void d47_anotherPath() {
        CompletableFuture<List<Answer>> answers = ask(LONG);

        talk.received(SESSION, tell(lastQuestion(), RelativePath.of("a/bc")));

        assertThat(answers.join().getFirst().tell()).isNull();
        assertThat(link.closed).isEqualTo(Message.Reason.PROTOCOL_VIOLATION);
    }

    @Test
    void aPeerThatNeverAnswersIsAskedSoOftenAndNotMore() {
        for (int i = 0; i < VersionTalk.OPEN_MAX + 3; i++) {
            assertThat(ask(SOON).join().getFirst().tell()).isNull();
        }

        assertThat(link.said).hasSize(VersionTalk.OPEN_MAX);

        talk.received(SESSION, tell(lastQuestion(), PATH));
        ask(SOON).join();
        assertThat(link.said).as("a late answer counts").hasSize(VersionTalk.OPEN_MAX + 1);
    }

    @Test
    void theEndOfASessionIsAnAnswer() {
        CompletableFuture<List<Answer>> answers = ask(LONG);

        talk.closed(SESSION);

        assertThat(answers.join().getFirst().tell()).isNull();
        assertThat(talk.peers()).isEmpty();
    }

    @Test
    @DisplayName("D47: whoever asks without waiting for answers is sent away")
    void d47_tooManyQuestions() {
        for (int i = 0; i < VersionTalk.OPEN_MAX; i++) {
            talk.received(SESSION, new VersionsAsk(i, PATH));
        }
        assertThat(link.closed).isNull();

        talk.received(SESSION, new VersionsAsk(99, PATH));

        assertThat(link.closed).isEqualTo(Message.Reason.LIMIT);
        kept.complete(List.of());
    }

    @Test
    void whatIsNotKeptIsAnsweredToo() {
        kept.complete(List.of());
        for (int i = 0; i < 3 * VersionTalk.OPEN_MAX; i++) {
            int said = i + 1;
            talk.received(SESSION, new VersionsAsk(i, PATH));
            await().until(() -> link.said.size() == said);
        }

        assertThat(link.said).contains(new VersionsTell(7, List.of(), false));
        assertThat(link.closed).isNull();
    }

    @Test
    void whatCannotBeReadIsSaidToBeMore() {
        VersionTalk broken =
                new VersionTalk(
                        _ -> {
                            throw new IOException("no disk");
                        });
        broken.opened(SESSION, link);

        broken.received(SESSION, new VersionsAsk(7, PATH));

        await().untilAsserted(
                        () ->
                                assertThat(link.said)
                                        .containsExactly(new VersionsTell(7, List.of(), true)));
    }

    /** Remembers what is said. */
    private static final class FakeLink implements Transport.Link {
        final List<Message> said = new CopyOnWriteArrayList<>();
        volatile Message.@Nullable Reason closed;

        @Override
        public NodeId peer() {
            return new NodeId(1, 2, 3, 4);
        }

        @Override
        public Message.Greeting greeting() {
            return new Message.Greeting(
                    new ReplicaId(8), "fake", Message.Mode.TWO_WAY, VersionVector.empty());
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public boolean dialled() {
            return true;
        }

        @Override
        public boolean send(Message.ForIndex message) {
            throw new IllegalStateException("not about versions");
        }

        @Override
        public void send(Message.ForTransfer message) {
            throw new IllegalStateException("not about versions");
        }

        @Override
        public void send(Message.ForVersions message) {
            said.add(message);
        }

        @Override
        public void send(Message.ForClocks message) {
            throw new IllegalStateException("not about versions");
        }

        @Override
        public void sendBulk(Message.ForTransfer message) {
            throw new IllegalStateException("not about versions");
        }

        @Override
        public void release(long bytes) {
            throw new IllegalStateException("not about versions");
        }

        @Override
        public void close(Message.Reason reason, String text) {
            closed = reason;
        }
    }
}
