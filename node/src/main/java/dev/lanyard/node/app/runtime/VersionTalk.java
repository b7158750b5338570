package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.apply.Kept;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.VersionsAsk;
import dev.lanyard.protocol.message.Message.VersionsTell;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Speaks with peers about what each keeps, for users: asks them, and answers them. Thread-safe;
 * only {@link #ask} blocks.
 */
final class VersionTalk {
    /*
     * Both sides count the questions of a session that are not answered. The asker counts from
     * before it sends one until it has the answer, the answerer from when it has one until before
     * it sends the answer: so an asker that stays within the bound is never found beyond it.
     */

    private static final Logger log = LoggerFactory.getLogger(VersionTalk.class);

    /** So many questions in one session may be without an answer. */
    static final int OPEN_MAX = 8;

    /** All sidecars may have to be read for an answer: not by all peers at once. */
    private static final int READERS = 2;

    private final Keeper keeper;
    private final Semaphore readers = new Semaphore(READERS);
    private final AtomicLong lastQuestion = new AtomicLong();
    private final Map<SessionId, Talk> talks = new ConcurrentHashMap<>();

    /** Says what is kept here of a path, latest first; blocks. */
    @FunctionalInterface
    interface Keeper {
        List<Kept> kept(RelativePath path) throws IOException;
    }

    /** Answers with what {@code keeper} says. */
    VersionTalk(Keeper keeper) {
        this.keeper = keeper;
    }

    /** Somebody who can be asked; the name is not escaped. */
    record Peer(SessionId session, String node, String name) {}

    /** What a peer said; null if it did not answer. */
    record Answer(Peer peer, @Nullable VersionsTell tell) {}

    private record Question(RelativePath path, CompletableFuture<VersionsTell> answer) {}

    /** With one peer. */
    private static final class Talk {
        final Peer peer;
        final Link link;
        final Map<Long, Question> asked = new ConcurrentHashMap<>();
        final AtomicInteger toAnswer = new AtomicInteger();
        volatile boolean ended;

        Talk(Peer peer, Link link) {
            this.peer = peer;
            this.link = link;
        }

        void end() {
            ended = true;
            asked.values().forEach(question -> question.answer().cancel(false));
        }
    }

    /** A session began. */
    void opened(SessionId session, Link link) {
        String node = link.peer().toString();
        talks.put(session, new Talk(new Peer(session, node, link.greeting().name()), link));
    }

    /** A session ended. */
    void closed(SessionId session) {
        Talk talk = talks.remove(session);
        if (talk != null) {
            talk.end();
        }
    }

    /** A peer said something. */
    void received(SessionId session, Message.ForVersions message) {
        Talk talk = talks.get(session);
        if (talk == null) {
            return;
        }
        switch (message) {
            case VersionsAsk ask -> answer(talk, ask);
            case VersionsTell tell -> take(talk, tell);
        }
    }

    /** Who can be asked, in order of their names. */
    List<Peer> peers() {
        return talks.values().stream()
                .map(talk -> talk.peer)
                .sorted(Comparator.comparing(Peer::name).thenComparing(Peer::node))
                .toList();
    }

    /** Asks {@code whom} what they keep of {@code path}; an answer for each, in their order. */
    List<Answer> ask(List<Peer> whom, RelativePath path, Duration atMost)
            throws InterruptedException {
        List<CompletableFuture<VersionsTell>> answers = new ArrayList<>();
        for (Peer peer : whom) {
            answers.add(ask(talks.get(peer.session()), path));
        }
        long deadline = System.nanoTime() + atMost.toNanos();
        List<Answer> told = new ArrayList<>();
        for (int i = 0; i < whom.size(); i++) {
            told.add(new Answer(whom.get(i), await(answers.get(i), deadline)));
        }
        return told;
    }

    /** Does not wait. A question that is not answered stays open: the peer may still answer it. */
    private CompletableFuture<VersionsTell> ask(@Nullable Talk talk, RelativePath path) {
        CompletableFuture<VersionsTell> answer = new CompletableFuture<>();
        long number = lastQuestion.incrementAndGet();
        boolean mayAsk;
        if (talk == null) {
            answer.cancel(false);
            return answer;
        }
        synchronized (talk) {
            mayAsk = talk.asked.size() < OPEN_MAX;
            if (mayAsk) {
                talk.asked.put(number, new Question(path, answer));
            }
        }
        // 1. The session ends, and nobody is told. 2. The question is put. 3. Seen here.
        if (!mayAsk || talk.ended) {
            answer.cancel(false);
        } else {
            talk.link.send(new VersionsAsk(number, path));
        }
        return answer;
    }

    private static @Nullable VersionsTell await(
            CompletableFuture<VersionsTell> answer, long deadline) throws InterruptedException {
        if (answer.isCancelled()) {
            return null;
        }
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException unanswered) {
            return null;
        }
    }

    private static void take(Talk talk, VersionsTell tell) {
        Question question = talk.asked.remove(tell.question());
        if (question == null) {
            log.atDebug().addKeyValue("peer", talk.link.peer()).log("answer to no question");
            return;
        }
        RelativePath path = question.path();
        boolean isAnswer =
                tell.versions().stream()
                        .map(version -> version.entry().path())
                        .allMatch(it -> it.equals(path) || it.isBelow(path));
        if (isAnswer) {
            question.answer().complete(tell);
            return;
        }
        question.answer().cancel(false);
        log.atDebug().addKeyValue("peer", talk.link.peer()).log("peer tells of another path");
        talk.link.close(
                Message.Reason.PROTOCOL_VIOLATION, "versions of another path than was asked for");
    }

    private void answer(Talk talk, VersionsAsk ask) {
        if (talk.toAnswer.incrementAndGet() > OPEN_MAX) {
            talk.link.close(Message.Reason.LIMIT, "too many questions for versions");
            return;
        }
        Thread.ofVirtual()
                .name("versions for session " + talk.peer.session().number())
                .start(
                        () -> {
                            VersionsTell tell = answerTo(ask);
                            talk.toAnswer.decrementAndGet();
                            talk.link.send(tell);
                        });
    }

    private VersionsTell answerTo(VersionsAsk ask) {
        readers.acquireUninterruptibly();
        try {
            return Telling.tell(ask.question(), keeper.kept(ask.path()));
        } catch (IOException e) {
            log.atWarn().addKeyValue("path", ask.path()).setCause(e).log("versions not readable");
            return new VersionsTell(ask.question(), List.of(), true);
        } finally {
            readers.release();
        }
    }
}
