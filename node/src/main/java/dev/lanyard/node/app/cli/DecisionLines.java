package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl.Decision;
import dev.lanyard.node.app.control.NodeControl.Known;
import dev.lanyard.node.app.control.NodeControl.Why;
import dev.lanyard.node.core.engine.Decision.What;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.index.Row.Pending;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** What was decided, as people read it: everything that others named escaped. */
final class DecisionLines {
    private DecisionLines() {}

    static List<String> log(List<Decision> decisions, ZoneId zone) {
        return decisions.isEmpty()
                ? List.of("nothing was decided yet")
                : decisions.stream().map(each -> line(each, zone)).toList();
    }

    /** One decision, with its path. */
    static String line(Decision it, ZoneId zone) {
        return "%s  %-10s %s%s"
                .formatted(time(it.time(), zone), word(it.what()), it.path(), about(it));
    }

    private static String time(Instant time, ZoneId zone) {
        return Sentences.time(time, zone);
    }

    private static String word(What what) {
        return switch (what) {
            case MADE -> "made";
            case ADOPTED -> "adopted";
            case CONFLICT -> "conflict";
            case BROUGHT -> "brought";
            case APPLIED -> "applied";
            case DELETED -> "deleted";
            case RENAMED -> "renamed";
            case REFUSED -> "refused";
            case HELD_BACK -> "held back";
            case CONFIRMED -> "confirmed";
            case TAKEN_BACK -> "taken back";
            case BLOCKED -> "blocked";
        };
    }

    private static String about(Decision it) {
        StringBuilder text = new StringBuilder();
        if (it.what() == What.BROUGHT) {
            text.append(it.via().isEmpty() ? "" : ", from " + escaped(it.via()));
        } else {
            text.append(", ").append(by(it.peer()));
            if (!it.via().isEmpty() && !it.via().equals(it.peer())) {
                text.append(", heard from ").append(escaped(it.via()));
            }
        }
        if (!it.detail().isEmpty()) {
            text.append(": ").append(printable(it.detail()));
        }
        return text.toString();
    }

    private static String by(String peer) {
        return "by " + (peer.isEmpty() ? "this machine" : escaped(peer));
    }

    static List<String> why(Why why, ZoneId zone) {
        List<String> lines = new ArrayList<>();
        for (Decision each : why.history()) {
            lines.add(
                    "%s  %s%s".formatted(time(each.time(), zone), word(each.what()), about(each)));
        }
        if (why.history().isEmpty()) {
            lines.add("no decision about it is on record");
        }
        lines.add("here   " + version(why.held(), zone, "nothing, and nothing ever was"));
        lines.add("known  " + version(why.known(), zone, "nothing"));
        if (why.pending() != Pending.NOTHING || why.underWay()) {
            lines.add("to do  " + left(why.pending()) + (why.underWay() ? ", under way" : ""));
        }
        for (Problem problem : why.problems()) {
            lines.add(
                    "but    %s: %s"
                            .formatted(
                                    Sentences.name(problem.kind()), printable(problem.detail())));
            lines.add("       " + Remedies.of(problem.kind()));
        }
        return lines;
    }

    private static String version(@Nullable Known version, ZoneId zone, String none) {
        if (version == null) {
            return none;
        }
        String what =
                switch (version.kind()) {
                    case "file" -> "a file of " + Units.bytes(version.sizeBytes());
                    case "deleted" -> "deleted";
                    default -> "a " + escaped(version.kind());
                };
        return "%s, %s, stamped %s, version %s"
                .formatted(
                        what,
                        by(version.peer()),
                        time(version.stamp(), zone),
                        escaped(version.version()));
    }

    private static String left(Pending pending) {
        return switch (pending) {
            case NOTHING -> "nothing";
            case PLACE -> "bring it here";
            case REMOVE -> "delete it here";
            case NOTE -> "write down that it is deleted";
            case CHANGED -> "nothing, since it was changed here and this machine only receives";
            case ADDED -> "nothing, since this machine only receives";
            case HELD_BACK -> "a user says what becomes of it, since others deleted it";
        };
    }
}
