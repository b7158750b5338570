package dev.lanyard.node.app.runtime;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.control.NodeControl.Elsewhere;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.app.runtime.VersionTalk.Answer;
import dev.lanyard.node.app.runtime.VersionTalk.Peer;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.apply.Kept;
import dev.lanyard.node.io.apply.Versions;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.KeptVersion;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What users do with versions that only peers keep: list them, and put them back here. A version is
 * named {@code ID@PEER}, where PEER is the name of the machine if that is plain and no other has
 * it, and else the beginning of its node id.
 */
final class PeerVersions {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final char AT = '@';
    private static final int NODE_CHARS = 8;
    private static final Pattern PLAIN = Pattern.compile("[\\p{Alnum}._-]+");

    /** The times that can be shown in any zone: a peer may tell others. */
    private static final Instant TIME_MIN = Instant.parse("0000-01-02T00:00:00Z");

    private static final Instant TIME_MAX = Instant.parse("9999-12-30T00:00:00Z");

    private final Versions versions;
    private final VersionTalk talk;
    private final Bringer bringer;
    private final PutBack putBack;

    /** Brings a content into staging from a peer; blocks. */
    @FunctionalInterface
    interface Bringer {
        FetchOutcome bring(SessionId from, Entry.File file) throws InterruptedException;
    }

    PeerVersions(Versions versions, VersionTalk talk, Bringer bringer, PutBack.ToEngine engine) {
        this.versions = versions;
        this.talk = talk;
        this.bringer = bringer;
        this.putBack = new PutBack(engine);
    }

    /** A version and who keeps it. */
    private record Offer(Peer peer, KeptVersion version) {}

    /** What a version holds, wherever it is kept: content or link target. */
    private record Holding(RelativePath path, Object content) {}

    /** What peers keep of {@code path}, or below it, and what is not kept here too. */
    Elsewhere list(RelativePath path) throws IOException, InterruptedException {
        Set<Holding> listed = new HashSet<>();
        for (Kept kept : versions.listOrBelow(path)) {
            Object content = kept.target() != null ? kept.target() : kept.content();
            if (kept.path() != null && content != null) {
                listed.add(new Holding(kept.path(), content));
            }
        }
        List<Peer> peers = talk.peers();
        List<Answer> answers = talk.ask(peers, path, ANSWER_MAX);
        List<Version> told = new ArrayList<>();
        for (Offer offer : offers(answers)) {
            if (listed.add(holding(offer.version().entry()))) {
                told.add(version(offer, peers));
            }
        }
        return new Elsewhere(
                told,
                answers.stream()
                        .filter(it -> it.tell() != null && it.tell().more())
                        .map(it -> it.peer().name())
                        .toList(),
                silent(answers));
    }

    private static Holding holding(Entry entry) {
        return switch (entry) {
            case Entry.File file -> new Holding(file.path(), file.content());
            case Entry.Symlink link -> new Holding(link.path(), link.target());
            case Entry.Directory _, Entry.Tombstone _ ->
                    throw new IllegalStateException("only files and links are kept");
        };
    }

    private static List<String> silent(List<Answer> answers) {
        return answers.stream()
                .filter(it -> it.tell() == null)
                .map(it -> it.peer().name())
                .toList();
    }

    /** All that is offered, latest kept first. */
    private static List<Offer> offers(List<Answer> answers) {
        List<Offer> offers = new ArrayList<>();
        for (Answer answer : answers) {
            if (answer.tell() != null) {
                answer.tell().versions().forEach(it -> offers.add(new Offer(answer.peer(), it)));
            }
        }
        offers.sort(Comparator.comparing((Offer it) -> it.version().kept()).reversed());
        return offers;
    }

    private static Version version(Offer offer, List<Peer> peers) {
        Kept kept = Telling.heard(offer.version());
        return new Version(
                offer.version().entry().path(),
                kept.name() + AT + label(offer.peer(), peers),
                kept.sizeBytes(),
                shown(kept.mtime()),
                shown(kept.when()),
                kept.reason(),
                offer.peer().name());
    }

    private static Instant shown(Instant time) {
        return time.isBefore(TIME_MIN) ? TIME_MIN : time.isAfter(TIME_MAX) ? TIME_MAX : time;
    }

    private static String label(Peer peer, List<Peer> peers) {
        boolean isAlone = peers.stream().filter(other -> isCalled(other, peer.name())).count() == 1;
        return isAlone && PLAIN.matcher(peer.name()).matches()
                ? peer.name()
                : peer.node().substring(0, NODE_CHARS);
    }

    private static boolean isCalled(Peer peer, String name) {
        return peer.name().equals(name)
                || (name.length() >= NODE_CHARS
                        && peer.node().startsWith(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * Whether {@code id}, or without one what is kept of {@code path}, is to be had of peers only.
     */
    boolean isMeantBy(RelativePath path, @Nullable String id) throws IOException {
        return id == null ? versions.list(path).isEmpty() : id.indexOf(AT) >= 0;
    }

    /**
     * Puts a version of a peer back in place here.
     *
     * @param id as {@link #list} names it, or null for the most recent of all peers
     */
    Result restore(RelativePath path, @Nullable String id)
            throws IOException, InterruptedException {
        List<Peer> peers = talk.peers();
        String name = null;
        if (id != null) {
            name = id.substring(0, id.indexOf(AT));
            String called = id.substring(id.indexOf(AT) + 1);
            peers = peers.stream().filter(peer -> isCalled(peer, called)).toList();
            if (peers.size() != 1) {
                String who = peers.isEmpty() ? "no peer" : "more than one peer";
                return failed(
                        path, "%s that is connected is called %s".formatted(who, escaped(called)));
            }
        }
        List<Answer> answers = talk.ask(peers, path, ANSWER_MAX);
        for (Offer offer : offers(answers)) {
            if (offer.version().entry().path().equals(path)
                    && (name == null || name.equals(offer.version().name()))) {
                return restore(path, offer);
            }
        }
        List<String> silent = silent(answers);
        if (!silent.isEmpty()) {
            String who = escaped(String.join(", ", silent));
            return failed(path, "%s did not answer; try again".formatted(who));
        }
        return id == null
                ? failed(path, "no version is kept here, nor on a machine that is connected")
                : failed(path, "no such version; lanyard versions lists those that there are");
    }

    private Result restore(RelativePath path, Offer offer)
            throws IOException, InterruptedException {
        Kept kept = Telling.heard(offer.version());
        try {
            switch (offer.version().entry()) {
                case Entry.File file -> {
                    FetchOutcome outcome = bringer.bring(offer.peer().session(), file);
                    if (!(outcome instanceof FetchOutcome.Ready ready)) {
                        return notBrought(offer.peer(), outcome);
                    }
                    String staged = ready.staged().name();
                    putBack.at(path, Kept::asVersion, () -> versions.restore(path, kept, staged));
                }
                case Entry.Symlink _ ->
                        putBack.at(path, Kept::asVersion, () -> versions.restore(path, kept));
                case Entry.Directory _, Entry.Tombstone _ ->
                        throw new IllegalStateException("only files and links are kept");
            }
        } catch (DiskException failure) {
            return failed(path, failure.fault().text());
        }
        return new Result(true, path.toString());
    }

    private static Result notBrought(Peer peer, FetchOutcome outcome) {
        String name = escaped(peer.name());
        return switch (outcome) {
            case FetchOutcome.Missing(var path) ->
                    failed(
                            path,
                            "%s does not have it any more; see lanyard versions".formatted(name));
            case FetchOutcome.Cut(var path) ->
                    failed(path, "the connection to %s broke off; try again".formatted(name));
            case FetchOutcome.Failed(var path, var _, String detail) ->
                    failed(path, "not fetched from %s: %s".formatted(name, detail));
            case FetchOutcome.Ready _ -> throw new IllegalStateException("it was brought");
        };
    }

    private static Result failed(RelativePath path, String why) {
        return new Result(false, path + ": " + why);
    }
}
