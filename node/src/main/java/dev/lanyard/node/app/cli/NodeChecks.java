package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.printable;
import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.cli.Examined.Absent;
import dev.lanyard.node.app.cli.Examined.Answering;
import dev.lanyard.node.app.cli.Examined.Silent;
import dev.lanyard.node.app.cli.Examined.Stuck;
import dev.lanyard.node.app.control.NodeControl.Diagnosis;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.core.engine.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Judges the node itself: what runs, as whom, and what it says is wrong. Does no IO. */
final class NodeChecks {
    private static final int PROBLEMS_MAX = 10;

    private NodeChecks() {}

    static List<Check> of(Examined it) {
        return switch (it.node()) {
            case Absent _ -> List.of(absent(it.folder()));
            case Silent node -> List.of(silent(node.reason()));
            case Stuck node ->
                    List.of(
                            program(node.diagnosis(), it.version()),
                            user(node.diagnosis()),
                            silent(node.reason()));
            case Answering node -> all(node, it.version());
        };
    }

    private static List<Check> all(Answering node, String version) {
        List<Check> checks = new ArrayList<>();
        checks.add(program(node.diagnosis(), version));
        checks.add(user(node.diagnosis()));
        checks.add(phase(node.diagnosis(), node.status()));
        checks.addAll(problems(node.problems()));
        checks.addAll(clocks(node));
        return checks;
    }

    private static Check absent(@Nullable Path folder) {
        return folder == null
                ? Check.bad(
                        "node",
                        "there is no folder here that lanyard keeps",
                        "name the folder: lanyard doctor DIR")
                : Check.bad(
                        "node",
                        "none runs on " + shown(folder),
                        "start one with: lanyard start " + shown(folder));
    }

    private static Check silent(String silence) {
        return Check.bad(
                "node",
                "it runs and does not answer (%s)".formatted(silence),
                "look at its log; if it stays so, end it and start it again");
    }

    private static Check program(Diagnosis node, String version) {
        String runs =
                "lanyard %s on Java %s, protocol %d"
                        .formatted(
                                node.version().isEmpty()
                                        ? "(not packaged)"
                                        : escaped(node.version()),
                                escaped(node.java()),
                                node.protocolVersion());
        return node.version().equals(version)
                ? Check.ok("program", runs)
                : Check.bad(
                        "program",
                        "the node runs %s, and this command is %s".formatted(runs, version),
                        "end the node and start it again: then it runs the new one");
    }

    private static Check user(Diagnosis node) {
        return Check.ok(
                "user",
                node.user().equals("root")
                        ? "root, who may more than a node needs: files of the folder that belong to"
                                + " others are read and replaced"
                        : escaped(node.user()));
    }

    private static Check phase(Diagnosis node, Status status) {
        String said =
                "%s keeps '%s' as process %d, %s"
                        .formatted(
                                escaped(status.name()),
                                escaped(status.folder()),
                                node.process(),
                                Sentences.phase(status));
        return switch (status.phase()) {
            case SCANNING, SYNCING, IDLE -> Check.ok("node", said);
            case PAUSED -> Check.bad("node", said, "go on with: lanyard resume");
            case ROOT_LOST -> Check.bad("node", said, Remedies.of(Problem.Kind.ROOT_LOST));
        };
    }

    private static List<Check> problems(List<Problem> all) {
        List<Problem> problems =
                all.stream().filter(each -> each.kind() != Problem.Kind.CLOCK_OFF).toList();
        if (problems.isEmpty()) {
            return List.of(Check.ok("problems", "none"));
        }
        List<Check> checks = new ArrayList<>();
        for (Problem each : problems.stream().limit(PROBLEMS_MAX).toList()) {
            checks.add(problem("problems", each));
        }
        if (problems.size() > PROBLEMS_MAX) {
            checks.add(
                    Check.bad(
                            "problems",
                            "%d more".formatted(problems.size() - PROBLEMS_MAX),
                            "list all with: lanyard problems"));
        }
        return checks;
    }

    private static Check problem(String subject, Problem it) {
        String where = it.subject().isEmpty() ? "" : printable(it.subject()) + ": ";
        return Check.bad(
                subject,
                "%s: %s%s".formatted(Sentences.name(it.kind()), where, printable(it.detail())),
                Remedies.of(it.kind()));
    }

    private static List<Check> clocks(Answering node) {
        List<Check> off =
                node.problems().stream()
                        .filter(each -> each.kind() == Problem.Kind.CLOCK_OFF)
                        .map(each -> problem("clocks", each))
                        .toList();
        boolean none = node.peers().stream().noneMatch(Peer::connected);
        return !off.isEmpty()
                ? off
                : List.of(
                        Check.ok(
                                "clocks",
                                none
                                        ? "nobody is connected to compare with"
                                        : "those of all who are connected are right, or wrong alike"));
    }
}
