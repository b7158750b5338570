package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.cli.Examined.Absent;
import dev.lanyard.node.app.cli.Examined.Answering;
import dev.lanyard.node.app.cli.Examined.Reached;
import dev.lanyard.node.app.cli.Examined.Silent;
import dev.lanyard.node.app.cli.Examined.Stuck;
import dev.lanyard.node.app.config.FolderVolume;
import dev.lanyard.node.app.config.Limits;
import dev.lanyard.node.app.config.Network;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.Preflight;
import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Diagnosis;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.app.control.NotRunningException;
import dev.lanyard.node.core.engine.Problem;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code lanyard doctor}: gathers what there is to know, has it judged, and shows it. Changes
 * nothing, and sends nothing to anybody but the node.
 */
@Command(
        description = {
            "Say why nodes are not connected, or slow, and what to do about it.",
            "Exit code 1 if anything is wrong, 0 if not. Works without a running node, too."
        })
final class Doctor implements Callable<Integer> {
    /** For all questions to the node together. */
    private static final Duration ANSWERS_MAX = Duration.ofSeconds(4);

    private final Nodes nodes;

    @Spec private CommandSpec spec;
    @Mixin Standard standard;
    @Mixin private NodeChoice choice;

    @Option(names = "--json", description = "Answer in JSON, whose form stays as it is.")
    private boolean json;

    Doctor(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Nodes.Meant meant = choice.meant(nodes);
        Examined examined = examine(meant);
        Instant now = Instant.now();
        List<Check> checks = new ArrayList<>(NodeChecks.of(examined));
        if (examined.node() instanceof Absent) {
            checks.addAll(readiness(meant));
        }
        checks.addAll(NetworkChecks.of(examined, now));
        checks.addAll(SystemChecks.of(examined));
        Question.show(
                spec, json, checks, checks.stream().flatMap(it -> it.lines().stream()).toList());
        return checks.stream().allMatch(Check::ok) ? ExitCode.DONE : ExitCode.NOT_SO;
    }

    private static Examined examine(Nodes.Meant meant) throws InterruptedException {
        Examined.Node node =
                meant.node() == null ? new Absent() : new Interview(meant.node()).ask();
        @Nullable Path folder = folder(meant, node);
        return new Examined(
                folder,
                node,
                Lanyard.Version.bare(),
                Network.all(),
                folder == null ? null : volume(folder),
                Limits.of(
                        node instanceof Reached reached
                                ? reached.diagnosis().process()
                                : ProcessHandle.current().pid()));
    }

    private static @Nullable Path folder(Nodes.Meant meant, Examined.Node node) {
        return meant.folder() == null && node instanceof Answering it
                ? Path.of(it.status().folder())
                : meant.folder();
    }

    private static @Nullable FolderVolume volume(Path folder) {
        try {
            return FolderVolume.of(folder);
        } catch (IOException gone) {
            return null; // That the folder is not there is told elsewhere.
        }
    }

    /** Whether a node could be started. */
    private static List<Check> readiness(Nodes.Meant meant) {
        StartFailure misread = meant.misread();
        if (misread != null) {
            return List.of(Check.bad("settings", misread.what(), misread.remedy()));
        }
        Settings settings = meant.settings();
        if (settings == null) {
            return List.of();
        }
        int port = settings.listen().getPort();
        return List.of(
                tried(
                        "folder",
                        "it can be read and written",
                        () -> Preflight.checkFolder(settings.folder())),
                tried(
                        "state",
                        Places.shown(settings.stateDirectory()) + " can be written",
                        () -> Preflight.checkStateDirectory(settings.stateDirectory())),
                tried(
                        "listening",
                        port == 0 ? "any TCP port will do" : "TCP port %d is free".formatted(port),
                        () -> Preflight.checkPort(settings.listen())),
                tried(
                        "discovery",
                        "UDP port %d can be had".formatted(settings.discoveryPort()),
                        () -> Preflight.checkDiscoveryPort(settings.discoveryPort())));
    }

    private static Check tried(String subject, String ifOk, Attempt attempt) {
        try {
            attempt.run();
            return Check.ok(subject, ifOk);
        } catch (StartFailure failure) {
            return Check.bad(subject, failure.what(), failure.remedy());
        }
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws StartFailure;
    }

    /** Asks a node, which may be slow to answer, or stuck, or gone. */
    private static final class Interview {
        private final NodeControl node;
        private final long endNanos = System.nanoTime() + ANSWERS_MAX.toNanos();

        /** Why it did not answer something; empty if it did, or no node is there. */
        private String silence = "";

        Interview(NodeControl node) {
            this.node = node;
        }

        Examined.Node ask() throws InterruptedException {
            @Nullable Diagnosis diagnosis = answer(node::diagnosis);
            if (diagnosis == null) {
                return silence.isEmpty() ? new Absent() : new Silent(silence);
            }
            @Nullable Status status = answer(node::status);
            @Nullable List<Problem> problems = status == null ? null : answer(node::problems);
            @Nullable List<Peer> peers = problems == null ? null : answer(node::peers);
            return status == null || problems == null || peers == null
                    ? new Stuck(diagnosis, silence)
                    : new Answering(diagnosis, status, problems, peers);
        }

        private <T> @Nullable T answer(Callable<T> question) throws InterruptedException {
            FutureTask<T> task = new FutureTask<>(question);
            Thread.ofVirtual().name("doctor").start(task);
            try {
                return task.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                silence = "not within %s".formatted(Units.duration(ANSWERS_MAX));
            } catch (ExecutionException e) {
                silence =
                        switch (e.getCause()) {
                            case NotRunningException _ -> "";
                            case IOException failure -> Places.reason(failure);
                            case null, default -> throw new IllegalStateException(e.getCause());
                        };
            }
            return null;
        }
    }
}
