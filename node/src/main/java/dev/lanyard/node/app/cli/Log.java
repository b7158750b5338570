package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.ControlClient;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Decision;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;

/** {@code lanyard log}. Watched, it shows each decision once. */
@Command(description = "List what was decided about paths, the oldest first.")
final class Log extends WatchedQuestion<List<Decision>> {
    private static final int COUNT_MAX = 100_000;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "100",
            description = "The last N, 100 unless said, 100000 at most.")
    private int count;

    Log(Nodes nodes) {
        super(nodes);
    }

    @Override
    List<Decision> ask(NodeControl node) throws IOException, InterruptedException {
        return node.log(count, 0);
    }

    @Override
    List<String> lines(List<Decision> decisions) {
        return DecisionLines.log(decisions, ZoneId.systemDefault());
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        if (count < 1 || count > COUNT_MAX) {
            throw new CommandFailure(
                    ExitCode.USAGE, "-n %d (expected 1-%d)".formatted(count, COUNT_MAX));
        }
        return super.call();
    }

    @Override
    int run(NodeControl node) throws CommandFailure, IOException, InterruptedException {
        if (!watch) {
            return super.run(node);
        }
        refuseInConsole();
        long shown = follow(ask(node), 0);
        while (pause()) {
            shown = follow(node.log(COUNT_MAX, shown), shown);
        }
        return ExitCode.DONE;
    }

    private long follow(List<Decision> decisions, long shown) {
        PrintWriter out = spec.commandLine().getOut();
        for (Decision each : decisions) {
            out.println(
                    json
                            ? ControlClient.json(each)
                            : DecisionLines.line(each, ZoneId.systemDefault()));
        }
        return decisions.isEmpty() ? shown : decisions.getLast().number();
    }
}
