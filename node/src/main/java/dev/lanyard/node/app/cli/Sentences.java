package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Elsewhere;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.message.Message;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a node says, as people read it: lines of text, everything that others named escaped. */
final class Sentences {
    private static final int NODE_CHARS = 8;

    /** A rate is told once this part of all has come: the first bytes say little about the rest. */
    private static final int RATE_SHARE = 50;

    private static final Pattern EVERYWHERE = Pattern.compile("^(?:0\\.0\\.0\\.0|\\[[0:]*\\]):");

    private Sentences() {}

    static List<String> status(Status status) {
        List<String> lines = new ArrayList<>();
        lines.add("folder    " + escaped(status.folder()));
        lines.add(
                "node      %s (%s), listening on %s"
                        .formatted(
                                escaped(status.name()),
                                node(status.node()),
                                listening(status.listen())));
        lines.add("state     " + phase(status));
        lines.add(
                "holds     %s, %s"
                        .formatted(
                                Units.count(status.files(), "file", "files"),
                                Units.bytes(status.bytes())));
        if (status.mode() != Message.Mode.TWO_WAY) {
            lines.add("mode      " + mode(status));
        }
        if (status.ignored() > 0) {
            lines.add(
                    "ignores   %s, by .lanyardignore and the built-in rules"
                            .formatted(
                                    Units.count(
                                            status.ignored(),
                                            "file or folder",
                                            "files and folders")));
        }
        lines.add(
                "peers     %d connected, %d of them in sync"
                        .formatted(status.peersConnected(), status.peersInSync()));
        if (status.bytesSent() + status.bytesReceived() > 0) {
            lines.add(
                    "moved     %s sent, %s received"
                            .formatted(
                                    Units.bytes(status.bytesSent()),
                                    Units.bytes(status.bytesReceived())));
        }
        if (saved(status) > 0) {
            lines.add(
                    "saved     %s by deltas, %s by renames and copies, %s by compression"
                            .formatted(
                                    Units.bytes(status.bytesSavedByDelta()),
                                    Units.bytes(status.bytesSavedByCopy()),
                                    Units.bytes(status.bytesSavedByCompression())));
        }
        lines.add(
                "problems  "
                        + (status.problemCount() == 0
                                ? "none"
                                : status.problemCount() + " (see: lanyard problems)"));
        return lines;
    }

    private static long saved(Status status) {
        return status.bytesSavedByDelta()
                + status.bytesSavedByCopy()
                + status.bytesSavedByCompression();
    }

    private static String mode(Status status) {
        String differing =
                status.differing() == 0
                        ? ""
                        : "; %s otherwise elsewhere (see: lanyard problems)"
                                .formatted(
                                        Units.count(status.differing(), "entry is", "entries are"));
        return switch (status.mode()) {
            case TWO_WAY -> "two-way";
            case SEND_ONLY -> "send-only" + differing;
            case RECEIVE_ONLY -> "receive-only" + differing;
        };
    }

    /** Where a node listens that listens everywhere is only a port. */
    static String listening(String listen) {
        return EVERYWHERE.matcher(listen).replaceFirst("port ");
    }

    static boolean isEverywhere(String listen) {
        return EVERYWHERE.matcher(listen).lookingAt();
    }

    static String phase(Status status) {
        return switch (status.phase()) {
            case SCANNING -> "looking at the folder for the first time";
            case SYNCING -> catchingUp(status);
            case IDLE -> "holds all that it knows of";
            case PAUSED -> "paused: nothing is announced, fetched or applied; see: lanyard resume";
            case ROOT_LOST -> "the folder is not there; nothing is concluded from that";
        };
    }

    /** What is left to do, how fast it goes, and how long it may take. */
    static String catchingUp(Status status) {
        StringBuilder text = new StringBuilder("catching up: ");
        text.append(Units.bytes(status.fetchedBytes()))
                .append(" of ")
                .append(Units.bytes(status.fetchedBytes() + status.toFetchBytes()))
                .append(", ")
                .append(Units.count(status.toFetchFiles(), "file", "files"))
                .append(" to go");
        if (status.toDelete() > 0) {
            text.append(", ").append(status.toDelete()).append(" to delete");
        }
        long total = status.fetchedBytes() + status.toFetchBytes();
        double seconds = status.busy().toNanos() / 1e9;
        if (status.fetchedBytes() > total / RATE_SHARE && seconds > 0) {
            double rate = status.fetchedBytes() / seconds;
            text.append(", ").append(Units.bytes((long) rate)).append("/s, about ");
            text.append(
                    Units.duration(
                            Duration.ofSeconds((long) Math.ceil(status.toFetchBytes() / rate))));
            text.append(" left");
        }
        return text.toString();
    }

    static List<String> peers(List<Peer> peers, Instant now) {
        if (peers.isEmpty()) {
            return List.of("no other node has been heard of; why: lanyard doctor");
        }
        List<String> lines = new ArrayList<>();
        for (Peer peer : peers) {
            if (peer.connected()) {
                lines.add(named(peer) + (peer.inSync() ? ", in sync" : ", exchanging"));
            } else {
                lines.add(named(peer) + ", not connected: " + Absence.reason(peer, now));
                lines.add("    " + Absence.remedy(peer));
            }
        }
        return lines;
    }

    /** Who a peer is and where. */
    static String named(Peer peer) {
        String name = peer.name().isEmpty() ? "(unknown)" : escaped(peer.name());
        String node = peer.node().isEmpty() ? "" : " (" + node(peer.node()) + ")";
        return "%s%s at %s".formatted(name, node, peer.address());
    }

    static List<String> problems(List<Problem> problems, Instant now) {
        if (problems.isEmpty()) {
            return List.of("no problems");
        }
        List<String> lines = new ArrayList<>();
        for (Problem problem : problems) {
            String subject =
                    problem.subject().isEmpty() ? "this node" : printable(problem.subject());
            lines.add(
                    "%s: %s: %s (for %s)"
                            .formatted(
                                    name(problem.kind()),
                                    subject,
                                    printable(problem.detail()),
                                    Units.duration(age(problem.since(), now))));
            lines.add("    " + Remedies.of(problem.kind()));
        }
        return lines;
    }

    private static Duration age(Instant since, Instant now) {
        return since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
    }

    /** What reading all files again has found. */
    static List<String> scrubbed(NodeControl.Scrubbed it) {
        List<String> lines = new ArrayList<>();
        it.paths().forEach(path -> lines.add("decayed: " + path));
        if (it.decayed() > it.paths().size()) {
            lines.add("decayed: %d more".formatted(it.decayed() - it.paths().size()));
        }
        String skipped =
                it.skipped() == 0
                        ? ""
                        : "; %d left out, changed just now or in use".formatted(it.skipped());
        String result =
                it.decayed() == 0
                        ? "; all are what was written"
                        : "; %d not what was written (see: lanyard problems)"
                                .formatted(it.decayed());
        lines.add(
                "%s, %s read%s%s"
                        .formatted(
                                Units.count(it.files(), "file", "files"),
                                Units.bytes(it.bytes()),
                                skipped,
                                result));
        return lines;
    }

    /** {@code DISK_FULL} is said "disk full". */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static List<String> conflicts(List<Version> conflicts, ZoneId zone) {
        if (conflicts.isEmpty()) {
            return List.of("no conflicts");
        }
        return conflicts.stream().map(v -> v.path() + "\n    " + version(v, zone)).toList();
    }

    static List<String> versions(List<Version> versions, ZoneId zone) {
        if (versions.isEmpty()) {
            return List.of("no earlier versions are kept");
        }
        boolean ofOnePath =
                versions.stream().allMatch(each -> each.path().equals(versions.getFirst().path()));
        return versions.stream()
                .map(each -> (ofOnePath ? "" : each.path() + "\n    ") + version(each, zone))
                .toList();
    }

    /** What a list of versions lacks, and why; nothing if it is complete. */
    static List<String> untold(Elsewhere elsewhere) {
        List<String> lines = new ArrayList<>();
        for (String peer : elsewhere.silent()) {
            lines.add(
                    "%s did not answer; what it keeps is not listed (try again)"
                            .formatted(escaped(peer)));
        }
        for (String peer : elsewhere.more()) {
            lines.add(
                    "%s keeps more than is listed; lanyard versions on that machine shows all"
                            .formatted(escaped(peer)));
        }
        return lines;
    }

    private static String version(Version version, ZoneId zone) {
        return "%s  %s, modified %s, %s %s%s"
                .formatted(
                        version.id(),
                        Units.bytes(version.sizeBytes()),
                        time(version.mtime(), zone),
                        why(version.why()),
                        time(version.kept(), zone),
                        version.machine().isEmpty() ? "" : ", on " + escaped(version.machine()));
    }

    private static String why(Keep why) {
        return switch (why) {
            case REPLACED -> "replaced";
            case DELETED -> "deleted";
            case CONFLICT -> "lost against a concurrent edit";
            case UNCLEAN -> "found after an unclean stop";
        };
    }

    static String time(Instant instant, ZoneId zone) {
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME
                .format(instant.truncatedTo(ChronoUnit.SECONDS).atZone(zone))
                .replace('T', ' ');
    }

    /** As much of a node id as people compare. */
    static String node(String node) {
        return node.substring(0, Math.min(node.length(), NODE_CHARS));
    }
}
