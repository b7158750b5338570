package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.config.Environment;
import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.UserUnits;
import dev.lanyard.node.app.service.Answer;
import dev.lanyard.node.app.service.Installer;
import dev.lanyard.node.app.service.Lingering;
import dev.lanyard.node.app.service.Service;
import dev.lanyard.node.app.service.State;
import dev.lanyard.node.app.service.Systemctl;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code lanyard service}: which services there are, and the end of them. */
@Command(
        description = "Have nodes and mirrors run as services, which survive a reboot.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "A service is known by the folder that it writes to: DIR of start, any DST of mirror.",
            "It belongs to the user who installs it, and is kept by the systemd of that user."
        })
final class Services implements Runnable {
    @Spec private CommandSpec spec;
    @Mixin Standard standard;

    /** The command with its own commands. */
    static CommandLine commands(Surroundings surroundings) {
        CommandLine commands = new CommandLine(new Services());
        // What follows is another command line, and parsed as such.
        commands.addSubcommand(
                "install",
                new CommandLine(new ServiceInstall(surroundings)).setStopAtPositional(true));
        commands.addSubcommand("status", new Status(surroundings));
        commands.addSubcommand("remove", new Remove(surroundings));
        commands.getSubcommands()
                .values()
                .forEach(each -> each.getCommandSpec().versionProvider(new Lanyard.Version()));
        return commands;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /**
     * What installs services on this machine.
     *
     * @throws CommandFailure if it has no systemd, or the user no home
     */
    static Installer installer(Surroundings surroundings) throws CommandFailure {
        Environment environment = surroundings.environment();
        Path systemctl =
                environment
                        .program("systemctl")
                        .orElseThrow(
                                () ->
                                        new CommandFailure(
                                                ExitCode.USAGE,
                                                "services are kept by systemd, and there is no"
                                                        + " systemctl here; for launchd, Windows"
                                                        + " and others see "
                                                        + manual(surroundings)));
        if (!environment.configHome().isAbsolute()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "the user %s has no home directory; set XDG_CONFIG_HOME"
                            .formatted(escaped(environment.user())));
        }
        return new Installer(new UserUnits(environment), Systemctl.at(systemctl, environment));
    }

    private static String manual(Surroundings surroundings) {
        return surroundings
                .program()
                .map(program -> shown(program.resolveSibling("docs").resolve("service.md")))
                .orElse("docs/service.md");
    }

    /** The services that write to {@code folder}, or all of them. */
    private static List<Service> chosen(
            Installer installer, @Nullable Path folder, Surroundings surroundings)
            throws CommandFailure, IOException {
        Installer.Installed installed = installer.all();
        warn(installed, surroundings);
        List<Service> all = installed.services();
        if (folder == null) {
            return all;
        }
        Path named = surroundings.at(folder).normalize();
        Path real = MirrorFolder.real(named); // A link may have been another one then.
        List<Service> chosen =
                all.stream()
                        .filter(
                                each ->
                                        each.folders().contains(real)
                                                || each.folders().contains(named))
                        .toList();
        if (chosen.isEmpty()) {
            throw nobody(all, real);
        }
        return chosen;
    }

    private static CommandFailure nobody(List<Service> all, Path folder) {
        String hint =
                all.stream()
                        .filter(each -> each.arguments().contains(folder.toString()))
                        .findFirst()
                        .map(
                                each ->
                                        "%s only reads it: name %s"
                                                .formatted(
                                                        each.unit(),
                                                        shown(each.folders().getFirst())))
                        .orElse("list them with: lanyard service status");
        return new CommandFailure(
                ExitCode.NOT_SO, "no service writes to %s; %s".formatted(shown(folder), hint));
    }

    /** Names the unit files that were skipped. */
    static void warn(Installer.Installed installed, Surroundings surroundings) {
        for (Path each : installed.unread()) {
            surroundings
                    .err()
                    .println(
                            "lanyard: %s cannot be read and is skipped; look at its permissions"
                                    .formatted(shown(each)));
        }
    }

    /** What is said when the directory of the units is not as it should be. */
    static CommandFailure unread(IOException e) {
        return new CommandFailure(
                ExitCode.NOT_SO,
                "the unit files of the user cannot be read or written (%s); look at their permissions"
                        .formatted(escaped(String.valueOf(e.getMessage()))));
    }

    /** {@code lanyard service status}. */
    @Command(description = "List services, and how they are doing; 0 only if all of them run.")
    static final class Status implements Callable<Integer> {
        private final Surroundings surroundings;

        @Spec private CommandSpec spec;
        @Mixin Standard standard;

        @Parameters(
                arity = "0..1",
                paramLabel = "DIR",
                description = "A folder that a service writes to; without it, all services.")
        private @Nullable Path folder;

        @Option(names = "--json", description = "Answer in JSON, whose form stays as it is.")
        private boolean json;

        Status(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        /**
         * One service, for programs.
         *
         * @param command the arguments of {@code lanyard}
         * @param folders what it writes to
         * @param state {@code running}, {@code restarting}, {@code changing}, {@code stopped},
         *     {@code failed}, {@code not-loaded} or {@code unknown}
         * @param enabled whether it starts by itself
         */
        record Answered(
                String unit,
                List<String> command,
                List<String> folders,
                String state,
                boolean enabled) {}

        @Override
        public Integer call() throws CommandFailure, InterruptedException {
            Installer installer = installer(surroundings);
            List<Answered> answers = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            boolean isRunning = true;
            try {
                for (Service each : chosen(installer, folder, surroundings)) {
                    State state = installer.state(each);
                    boolean isEnabled = installer.isEnabled(each);
                    isRunning &= state instanceof State.Running;
                    lines.add(ServiceLines.state(each, state, isEnabled));
                    answers.add(answered(each, state, isEnabled));
                }
            } catch (IOException e) {
                throw unread(e);
            }
            if (answers.isEmpty() && !json) {
                throw new CommandFailure(
                        ExitCode.NOT_SO,
                        "no service is installed; install one with: lanyard service install start DIR");
            }
            if (Lingering.of(surroundings.environment()) == Lingering.OFF) {
                lines.add(ServiceLines.lingering(Lingering.OFF, surroundings.environment()));
            }
            Question.show(spec, json, answers, lines);
            return isRunning && !answers.isEmpty() ? ExitCode.DONE : ExitCode.NOT_SO;
        }

        private static Answered answered(Service service, State state, boolean isEnabled) {
            return new Answered(
                    service.unit(),
                    service.arguments().stream().map(Places::escaped).toList(),
                    service.folders().stream().map(each -> escaped(each.toString())).toList(),
                    ServiceLines.word(state),
                    isEnabled);
        }
    }

    /** {@code lanyard service remove}. */
    @Command(
            description =
                    "End a service and take it away. Folders, and what is remembered of them, stay.")
    static final class Remove implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin Standard standard;

        @Parameters(
                arity = "0..1",
                paramLabel = "DIR",
                description = "A folder that the service writes to.")
        private @Nullable Path folder;

        @Option(names = "--all", description = "Take all services away.")
        private boolean all;

        Remove(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws CommandFailure, InterruptedException {
            if (all == (folder != null)) {
                throw new CommandFailure(ExitCode.USAGE, "name either a folder, or --all");
            }
            Installer installer = installer(surroundings);
            try {
                List<Service> chosen = chosen(installer, folder, surroundings);
                if (chosen.isEmpty()) {
                    surroundings.out().println("no service is installed");
                }
                boolean isEnded = true;
                for (Service each : chosen) {
                    isEnded &= remove(installer, each);
                }
                return isEnded ? ExitCode.DONE : ExitCode.NOT_SO;
            } catch (IOException e) {
                throw unread(e);
            }
        }

        /** False if nobody could be asked to end it; it may run on. */
        private boolean remove(Installer installer, Service service)
                throws CommandFailure, IOException, InterruptedException {
            Answer stopped = installer.stop(service);
            String ended =
                    switch (stopped) {
                        case Answer.Done _ -> "";
                        case Answer.Nobody _ ->
                                "; not ended, if it runs at all (%s)"
                                        .formatted(ServiceLines.why(stopped));
                        case Answer.Failed _, Answer.Late _ ->
                                throw new CommandFailure(
                                        ExitCode.NOT_SO,
                                        "%s could not be ended and stays (%s); look at: systemctl --user status %s"
                                                .formatted(
                                                        service.unit(),
                                                        ServiceLines.why(stopped),
                                                        service.unit()));
                    };
            installer.delete(service);
            surroundings
                    .out()
                    .println(
                            "removed %s: %s%s"
                                    .formatted(
                                            service.unit(), ServiceLines.command(service), ended));
            return stopped.isDone();
        }
    }
}
