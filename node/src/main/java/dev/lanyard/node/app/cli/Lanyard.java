package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.NotRunningException;

import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The program's commands, and how a failure of any of them is told. */
@Command(
        name = "lanyard",
        description = "Keeps one folder identical on every machine of a local network.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 0 done, 1 not (yet) so, 2 wrong usage, 3 refused for safety.",
            "Begin with: lanyard start DIR"
        })
final class Lanyard implements Runnable {
    @Spec private CommandSpec spec;
    @Mixin Standard standard;

    /** Runs one command and returns its exit code. */
    static int run(Surroundings surroundings, String... arguments) {
        try {
            return commandLine(surroundings, arguments).execute(arguments);
        } catch (Error e) { // Thrown by what we stand on: memory, stack, a class that is missing.
            surroundings.err().println("lanyard: " + internal(e).getMessage());
            return ExitCode.NOT_SO;
        }
    }

    /**
     * A tree of commands takes longer to make than many a command to run: who names one that exists
     * gets no other.
     */
    private static CommandLine commandLine(Surroundings surroundings, String... arguments) {
        Map<String, Supplier<Object>> all = all(surroundings);
        CommandLine commands = new CommandLine(new Lanyard());
        String named = arguments.length == 0 ? "" : arguments[0];
        boolean isKnown = all.containsKey(named);
        all.forEach(
                (name, command) -> {
                    if (!isKnown || name.equals(named)) {
                        commands.addSubcommand(name, command.get());
                    }
                });
        return configured(commands, surroundings.out(), surroundings.err());
    }

    private static Map<String, Supplier<Object>> all(Surroundings surroundings) {
        Nodes nodes = new RunningNodes(surroundings.environment(), surroundings.workingDirectory());
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("start", () -> new Start(surroundings));
        all.put("key", () -> new Key(surroundings));
        all.putAll(questions(nodes));
        all.put("stop", () -> new Stop(nodes));
        all.put("mirror", () -> new Mirror(surroundings));
        all.put("service", () -> Services.commands(surroundings));
        all.put("delta", () -> Delta.commands(surroundings));
        return all;
    }

    /** Adds the commands that are the same on the command line and in a console. */
    static void addQuestions(CommandLine commands, Nodes nodes) {
        questions(nodes).forEach((name, command) -> commands.addSubcommand(name, command.get()));
    }

    private static Map<String, Supplier<Object>> questions(Nodes nodes) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("status", () -> new Questions.StatusQuestion(nodes));
        all.put("peers", () -> new Questions.PeersQuestion(nodes));
        all.put("problems", () -> new Questions.ProblemsQuestion(nodes));
        all.put("doctor", () -> new Doctor(nodes));
        all.put("conflicts", () -> new Questions.ConflictsQuestion(nodes));
        all.put("log", () -> new Log(nodes));
        all.put("why", () -> new WhyQuestion(nodes));
        all.put("versions", () -> new Versions(nodes));
        all.put("restore", () -> new Restore(nodes));
        all.put("resolve", () -> new Resolve(nodes));
        all.put("rescan", () -> new Rescan(nodes));
        all.put("scrub", () -> new Scrub(nodes));
        all.put("confirm-deletes", () -> new ConfirmDeletes(nodes));
        all.put("revert", () -> new Levelling.Revert(nodes));
        all.put("override", () -> new Levelling.Overrule(nodes));
        all.put("forget", () -> new Forget(nodes));
        all.put("pause", () -> new Pausing.Pause(nodes));
        all.put("resume", () -> new Pausing.Resume(nodes));
        all.put("wait", () -> new Wait(nodes));
        return all;
    }

    /**
     * Every command is uncoloured, takes its arguments to the letter, and fails in one sentence.
     */
    static CommandLine configured(CommandLine commands, PrintWriter out, PrintWriter err) {
        commands.addSubcommand("help", new HelpCommand());
        commands.getSubcommands()
                .values()
                .forEach(each -> each.getCommandSpec().versionProvider(new Version()));
        commands.getCommandSpec().versionProvider(new Version());
        return commands.setOut(out)
                .setErr(err)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExpandAtFiles(false) // A path may begin with @.
                .setParameterExceptionHandler((e, _) -> misused(e))
                .setExecutionExceptionHandler((e, command, _) -> failed(e, command));
    }

    private static int misused(ParameterException e) {
        String name = name(e.getCommandLine());
        String hint =
                e instanceof UnmatchedArgumentException unmatched
                                && !unmatched.getSuggestions().isEmpty()
                        ? "did you mean %s?".formatted(unmatched.getSuggestions().getFirst())
                        : "see: %s".formatted((name + " --help").strip());
        say(e.getCommandLine(), "%s; %s".formatted(escaped(String.valueOf(e.getMessage())), hint));
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command) {
        CommandFailure failure = asFailure(e);
        say(command, String.valueOf(failure.getMessage()));
        return failure.exitCode();
    }

    private static void say(CommandLine command, String sentence) {
        String name = name(command);
        command.getErr().println(name.isEmpty() ? sentence : name + ": " + sentence);
    }

    /** In a console commands have no program before them. */
    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName().strip();
    }

    private static CommandFailure asFailure(Exception e) {
        return switch (e) {
            case CommandFailure failure -> failure;
            case StartFailure failure -> new CommandFailure(failure);
            case NotRunningException _ ->
                    new CommandFailure(
                            ExitCode.NOT_SO,
                            "no node is running there any more; start it again with: lanyard start DIR");
            case IOException failure ->
                    new CommandFailure(
                            ExitCode.NOT_SO, "the node did not answer: " + Places.reason(failure));
            default -> internal(e);
        };
    }

    /**
     * Our own fault, and told in one sentence all the same; where it happened goes with it, since
     * few commands have a log.
     */
    private static CommandFailure internal(Throwable e) {
        LoggerFactory.getLogger(Lanyard.class).atError().setCause(e).log("internal failure");
        String where =
                Arrays.stream(e.getStackTrace())
                        .filter(frame -> frame.getClassName().startsWith("dev.lanyard."))
                        .findFirst()
                        .map(
                                frame ->
                                        " in %s:%d"
                                                .formatted(
                                                        frame.getFileName(), frame.getLineNumber()))
                        .orElse("");
        return new CommandFailure(
                ExitCode.NOT_SO,
                "internal failure (%s%s); please report it"
                        .formatted(escaped(e.toString()), where));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        /** The bare version; empty if it is not known. */
        static String bare() {
            String version = Lanyard.class.getPackage().getImplementationVersion();
            return version == null ? "" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"lanyard " + (bare().isEmpty() ? "(not packaged)" : bare())};
        }
    }
}
