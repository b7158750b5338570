package dev.lanyard.node.app.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.engine.Problem;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** The commands that show what a node is and has. */
final class Questions {
    private Questions() {}

    @Command(description = "Show what a node is, has and does.")
    static final class StatusQuestion extends WatchedQuestion<Status> {
        StatusQuestion(Nodes nodes) {
            super(nodes);
        }

        @Override
        Status ask(NodeControl node) throws IOException, InterruptedException {
            return node.status();
        }

        @Override
        List<String> lines(Status status) {
            return Sentences.status(status);
        }
    }

    @Command(description = "List the other nodes, and why one is not connected.")
    static final class PeersQuestion extends WatchedQuestion<List<Peer>> {
        PeersQuestion(Nodes nodes) {
            super(nodes);
        }

        @Override
        List<Peer> ask(NodeControl node) throws IOException, InterruptedException {
            return node.peers();
        }

        @Override
        List<String> lines(List<Peer> peers) {
            return Sentences.peers(peers, Instant.now());
        }

        /** That it was tried once more is no news. */
        @Override
        boolean isNews(List<Peer> peers, List<Peer> shown) {
            return !untimed(peers).equals(untimed(shown));
        }

        private static List<Peer> untimed(List<Peer> peers) {
            return peers.stream().map(Peer::withoutTried).toList();
        }

        @Override
        Object forJson(List<Peer> peers) {
            return peers.stream().map(it -> new ToldPeer(it, Absence.remedy(it))).toList();
        }

        /** A peer as scripts read it, with what can be done about it. */
        private record ToldPeer(@JsonUnwrapped Peer peer, String remedy) {}
    }

    @Command(
            description = {
                "List what is wrong, and what to do about it.",
                "Exit code 1 if there is anything, 0 if not."
            })
    static final class ProblemsQuestion extends WatchedQuestion<List<Problem>> {
        ProblemsQuestion(Nodes nodes) {
            super(nodes);
        }

        @Override
        List<Problem> ask(NodeControl node) throws IOException, InterruptedException {
            return node.problems();
        }

        @Override
        List<String> lines(List<Problem> problems) {
            return Sentences.problems(problems, Instant.now());
        }

        @Override
        Object forJson(List<Problem> problems) {
            return problems.stream()
                    .map(it -> new ToldProblem(it, Remedies.of(it.kind())))
                    .toList();
        }

        @Override
        int exitCode(List<Problem> problems) {
            return problems.isEmpty() ? ExitCode.DONE : ExitCode.NOT_SO;
        }

        /** A problem as scripts read it, with what can be done about it. */
        private record ToldProblem(@JsonUnwrapped Problem problem, String remedy) {}
    }

    @Command(description = "List what lost against a concurrent edit and is kept.")
    static final class ConflictsQuestion extends WatchedQuestion<List<Version>> {
        ConflictsQuestion(Nodes nodes) {
            super(nodes);
        }

        @Override
        List<Version> ask(NodeControl node) throws IOException, InterruptedException {
            return node.conflicts();
        }

        @Override
        List<String> lines(List<Version> conflicts) {
            return Sentences.conflicts(conflicts, ZoneId.systemDefault());
        }

        @Override
        void shown(NodeControl node, List<Version> conflicts)
                throws IOException, InterruptedException {
            tellShown(node, conflicts);
        }
    }
}
