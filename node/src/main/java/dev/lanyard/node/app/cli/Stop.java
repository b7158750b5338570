package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.ControlClient;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code lanyard stop}. */
@Command(description = "End a node. What it is applying is finished first.")
final class Stop implements Callable<Integer> {
    private static final Duration END_MAX = Duration.ofSeconds(60);

    private final Nodes nodes;

    @Mixin Standard standard;
    @Mixin private NodeChoice choice;
    @Spec private CommandSpec spec;

    @Option(names = "--json", description = "Answer in JSON, whose form stays as it is.")
    private boolean json;

    Stop(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        NodeControl node = choice.of(nodes);
        Optional<ProcessHandle> process =
                node instanceof ControlClient client && client.process() != ownProcess()
                        ? ProcessHandle.of(client.process())
                        : Optional.empty();
        node.stop();
        if (process.isPresent()) {
            awaitEnd(process.get());
        }
        Question.show(spec, json, new Result(true, "stopped"), List.of());
        return ExitCode.DONE;
    }

    private static long ownProcess() {
        return ProcessHandle.current().pid();
    }

    private static void awaitEnd(ProcessHandle process)
            throws CommandFailure, InterruptedException {
        try {
            process.onExit().get(END_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    ExitCode.NOT_SO,
                    "the node (process %d) has not ended within %s; it still finishes what it is applying"
                            .formatted(process.pid(), Units.duration(END_MAX)));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process cannot fail", e);
        }
    }
}
