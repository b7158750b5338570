package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Effect.LocalCopy;
import dev.lanyard.node.core.engine.Effect.Want;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The contents that are on their way into staging, and from whom each comes. */
final class Fetches {
    private static final int WANTS_PER_FETCH = 256;
    private static final long BYTES_PER_FETCH = 8L << 20;

    private final Replica replica;
    private final Map<Long, Map<RelativePath, Job>> open = new HashMap<>();
    private long lastFetch;

    Fetches(Replica replica) {
        this.replica = replica;
    }

    /** Contents that shall begin to come together. */
    Gathering gather() {
        return new Gathering();
    }

    /** Takes the job whose content came, or did not; null if it is not waited for any more. */
    @Nullable Job take(long fetch, RelativePath path) {
        Map<RelativePath, Job> jobs = open.get(fetch);
        if (jobs == null) {
            return null;
        }
        Job job = jobs.remove(path);
        if (job != null) {
            release(job);
        }
        if (jobs.isEmpty()) {
            open.remove(fetch);
        }
        return job;
    }

    /** Ends the fetch of {@code job} if it is for nothing else; whether it was. */
    boolean cancelIfAlone(RelativePath path, Job job) {
        Map<RelativePath, Job> jobs = open.get(job.fetch);
        if (jobs == null || jobs.size() != 1 || !jobs.containsKey(path)) {
            return false;
        }
        open.remove(job.fetch);
        replica.emit(new Effect.CancelFetch(job.fetch));
        release(job);
        return true;
    }

    /** Ends all fetches, and returns the jobs that they were for. */
    Map<RelativePath, Job> cancelAll() {
        Map<RelativePath, Job> cancelled = new LinkedHashMap<>();
        open.forEach(
                (fetch, jobs) -> {
                    replica.emit(new Effect.CancelFetch(fetch));
                    jobs.values().forEach(this::release);
                    cancelled.putAll(jobs);
                });
        open.clear();
        return cancelled;
    }

    /** The session that told of it if there is one, else the one that has least to send. */
    @Nullable SessionId chooseSource(Job job, @Nullable SessionId from) {
        Peer teller = from == null ? null : replica.peers.get(from);
        if (teller != null && !teller.cut && !job.tried.contains(from)) {
            return from;
        }
        Peer best = null;
        for (Peer peer : replica.peers.values()) {
            if (!peer.cut
                    && !job.tried.contains(peer.session)
                    && (best == null || peer.fetchingBytes < best.fetchingBytes)) {
                best = peer;
            }
        }
        return best == null ? null : best.session;
    }

    /** Whether it was said that a session has ended, and will be said again, to start all. */
    boolean isSessionEnding() {
        return replica.peers.values().stream().anyMatch(peer -> peer.cut);
    }

    private void release(Job job) {
        Peer peer = job.source == null ? null : replica.peers.get(job.source);
        if (peer != null) {
            peer.fetchingBytes -= job.bytes();
            peer.fetchingWants--;
        }
    }

    /** The fetches and copies of one pump, a few large effects in place of many small ones. */
    final class Gathering {
        private final Map<SessionId, Map<RelativePath, Job>> wants = new LinkedHashMap<>();
        private final Map<RelativePath, Job> copies = new LinkedHashMap<>();
        private final List<LocalCopy> sources = new ArrayList<>();

        /** A content shall come from a peer. */
        void want(SessionId from, RelativePath path, Job job) {
            job.source = from;
            Peer peer = Objects.requireNonNull(replica.peers.get(from));
            peer.fetchingBytes += job.bytes();
            peer.fetchingWants++;
            wants.computeIfAbsent(from, _ -> new LinkedHashMap<>()).put(path, job);
        }

        /** A content shall be copied from what is here. */
        void copy(RelativePath path, Job job, LocalCopy copy) {
            copies.put(path, job);
            sources.add(copy);
        }

        /** Lets all of it begin. */
        void emit() {
            wants.forEach(this::emitFetches);
            if (!copies.isEmpty()) {
                replica.emit(new Effect.Copy(register(copies), List.copyOf(sources)));
            }
        }

        private void emitFetches(SessionId from, Map<RelativePath, Job> all) {
            Map<RelativePath, Job> part = new LinkedHashMap<>();
            long bytes = 0;
            for (Map.Entry<RelativePath, Job> each : all.entrySet()) {
                long more = each.getValue().bytes();
                if (!part.isEmpty()
                        && (part.size() >= WANTS_PER_FETCH || bytes + more > BYTES_PER_FETCH)) {
                    emitFetch(from, part);
                    part = new LinkedHashMap<>();
                    bytes = 0;
                }
                part.put(each.getKey(), each.getValue());
                bytes += more;
            }
            emitFetch(from, part);
        }

        private void emitFetch(SessionId from, Map<RelativePath, Job> part) {
            List<Want> list =
                    part.values().stream().map(job -> new Want((File) job.target)).toList();
            replica.emit(new Effect.Fetch(register(part), from, list));
        }

        private long register(Map<RelativePath, Job> part) {
            long fetch = ++lastFetch;
            open.put(fetch, new HashMap<>(part));
            part.values().forEach(job -> job.fetch = fetch);
            return fetch;
        }
    }
}
