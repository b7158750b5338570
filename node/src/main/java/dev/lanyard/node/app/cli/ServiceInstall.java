package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.ShareKeyFile;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.config.StateDirectory;
import dev.lanyard.node.app.control.ControlClient;
import dev.lanyard.node.app.mirror.Teller.Refusal;
import dev.lanyard.node.app.service.Answer;
import dev.lanyard.node.app.service.Installer;
import dev.lanyard.node.app.service.Lingering;
import dev.lanyard.node.app.service.Service;
import dev.lanyard.node.app.service.State;
import dev.lanyard.node.app.service.Unit;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code lanyard service install}: from a command line that is typed once to one that stays. */
@Command(
        description = "Have a node or a mirror run from now on, also after a reboot.",
        customSynopsis = {
            "lanyard service install start DIR [options of start]",
            "lanyard service install mirror SRC DST... [options of mirror]"
        },
        footer = {
            "",
            "Nothing is installed that could not start. For the same folder, the new one takes the place of the old one.",
            "To have it run from boot on, and not from the login: loginctl enable-linger"
        })
final class ServiceInstall implements Callable<Integer> {
    /** What the program finds in the shell and would miss in a service. */
    private static final List<String> VARIABLES =
            List.of("LANYARD_JAVA_HOME", "LANYARD_JAVA_OPTIONS", "LANYARD_CACHE", "XDG_STATE_HOME");

    private final Surroundings surroundings;

    @Spec private CommandSpec spec;
    @Mixin Standard standard;

    @Parameters(
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "start or mirror, with all that would follow it.")
    private List<String> words = List.of();

    ServiceInstall(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, StartFailure, InterruptedException {
        String command = words.getFirst();
        List<String> rest = words.subList(1, words.size());
        return switch (command) {
            case "start" -> installNode(rest);
            case "mirror" -> installMirror(rest);
            default ->
                    throw new ParameterException(
                            spec.commandLine(),
                            "'%s' cannot be a service (expected start or mirror)"
                                    .formatted(escaped(command)));
        };
    }

    // ---------------------------------------------------------------- start

    private int installNode(List<String> rest)
            throws CommandFailure, StartFailure, InterruptedException {
        Start start = new Start(surroundings);
        @Nullable ParseResult parsed = parse("start", start, rest);
        if (parsed == null) {
            return ExitCode.DONE;
        }
        Settings settings = start.settings();
        // A key is kept by the state directory: a unit file, and a list of processes, can be read.
        List<String> arguments =
                ServiceArguments.of(
                        "start",
                        parsed,
                        List.of(settings.folder()),
                        List.of("--key", "--key-file"),
                        surroundings);
        Installer installer = Services.installer(surroundings);
        Service service = new Service(arguments, List.of(settings.folder()));
        String text = text(service);
        check(installer, service);
        boolean isServed = installer.state(service) instanceof State.Running;
        boolean isByHand = !isServed && isRunning(settings);
        if (!isServed && !isByHand) {
            StateDirectory.claim(settings).close(); // As the service will; it keeps the key, too.
        } else if (settings.key() != null) {
            ShareKeyFile.keep(settings.stateDirectory(), settings.key());
        }
        Installer.Change change = write(installer, service, text);
        if (isByHand) {
            throw new CommandFailure(
                    ExitCode.NOT_SO,
                    "not started, since a node runs on %s already; end it with lanyard stop, then install again"
                            .formatted(shown(settings.folder())));
        }
        return run(installer, service, change);
    }

    private boolean isRunning(Settings settings) {
        try {
            Path state = Places.stateDirectoryInUse(settings.folder(), surroundings.environment());
            return ControlClient.find(state).isPresent();
        } catch (IOException e) {
            return false; // It would have been kind to say so before; the service will say it.
        }
    }

    // ---------------------------------------------------------------- mirror

    private int installMirror(List<String> rest)
            throws CommandFailure, StartFailure, InterruptedException {
        Mirror mirror = new Mirror(surroundings);
        @Nullable ParseResult parsed = parse("mirror", mirror, rest);
        if (parsed == null) {
            return ExitCode.DONE;
        }
        for (String once : List.of("--dry-run", "--confirm-deletes", "--anew")) {
            if (parsed.hasMatchedOption(once)) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "%s is said once and not at every start; run lanyard mirror with it, and install the service without"
                                .formatted(once));
            }
        }
        List<Path> folders = mirrored(mirror);
        List<String> arguments =
                ServiceArguments.of("mirror", parsed, folders, List.of(), surroundings);
        if (!arguments.contains("--watch") && !parsed.hasMatchedOption("--every")) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "a mirror that makes one pass and ends is no service; say --watch, --every TIME or both");
        }
        Installer installer = Services.installer(surroundings);
        Service service = new Service(arguments, folders.subList(1, folders.size()));
        String text = text(service);
        Optional<Service> before = check(installer, service);
        // A mirror that runs has looked at its destinations, and holds them.
        List<Path> held =
                before.isPresent() && installer.state(service) instanceof State.Running
                        ? before.get().folders()
                        : List.of();
        for (Path each : service.folders()) {
            if (!held.contains(each)) {
                checkDestination(folders.getFirst(), each, parsed.hasMatchedOption("--delete"));
            }
        }
        return run(installer, service, write(installer, service, text));
    }

    /** What would end the mirror at once; a drive that is not there is waited for. */
    private void checkDestination(Path source, Path destination, boolean isDeletingSaid)
            throws CommandFailure, StartFailure {
        try (MirrorFolder folder = MirrorFolder.claim(destination, surroundings.environment())) {
            @Nullable Refusal refusal =
                    switch (folder.look()) {
                        case SHARE -> Refusal.SHARE;
                        case NO_FOLDER -> Refusal.NO_FOLDER;
                        case FOREIGN ->
                                isDeletingSaid
                                                || folder.recalled().isPresent()
                                                || !folder.hasMoreThan(source)
                                        ? null
                                        : Refusal.FOREIGN;
                        case ABSENT, NOWHERE, EMPTY, MIRROR -> null;
                    };
            if (refusal != null) {
                throw new CommandFailure(
                        ExitCode.REFUSED, MirrorLines.sentence(destination, refusal));
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** The source, then the destinations. */
    private List<Path> mirrored(Mirror mirror) throws CommandFailure, StartFailure {
        try {
            return mirror.folders();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private static CommandFailure unreachable(IOException e) {
        return new CommandFailure(
                ExitCode.USAGE,
                "a folder cannot be reached (%s); look at its permissions"
                        .formatted(escaped(String.valueOf(e.getMessage()))));
    }

    // ---------------------------------------------------------------- both

    /** Parses as the command itself would; null if it was asked for its help, which is shown. */
    private @Nullable ParseResult parse(String name, Object command, List<String> arguments) {
        CommandLine line =
                Lanyard.configured(
                        new CommandLine(command).setCommandName("lanyard " + name),
                        surroundings.out(),
                        surroundings.err());
        ParseResult parsed = line.parseArgs(arguments.toArray(String[]::new));
        return CommandLine.printHelpIfRequested(parsed) ? null : parsed;
    }

    private String text(Service service) throws CommandFailure {
        return Unit.text(service, program(), environment());
    }

    /** What is refused is refused before a key is stored, or a state directory is made. */
    private Optional<Service> check(Installer installer, Service service)
            throws CommandFailure, StartFailure {
        try {
            Services.warn(installer.all(), surroundings);
            return installer.check(service);
        } catch (IOException e) {
            throw Services.unread(e);
        }
    }

    private Installer.Change write(Installer installer, Service service, String text)
            throws CommandFailure, StartFailure {
        try {
            Installer.Change change = installer.write(service, text);
            surroundings.out().println(ServiceLines.changed(service, change));
            return change;
        } catch (IOException e) {
            throw Services.unread(e);
        }
    }

    private int run(Installer installer, Service service, Installer.Change change)
            throws CommandFailure, InterruptedException {
        Answer answer = installer.run(service, change);
        if (!answer.isDone()) {
            throw new CommandFailure(
                    ExitCode.NOT_SO,
                    ServiceLines.notStarted(service, answer, surroundings.environment()));
        }
        surroundings.out().println(ServiceLines.started(service));
        surroundings
                .out()
                .println(
                        ServiceLines.lingering(
                                Lingering.of(surroundings.environment()),
                                surroundings.environment()));
        return ExitCode.DONE;
    }

    private Path program() throws CommandFailure {
        Path program =
                surroundings
                        .program()
                        .orElseThrow(
                                () ->
                                        new CommandFailure(
                                                ExitCode.USAGE,
                                                "it is not known where this program is; start it by its launcher, lanyard"));
        ServiceArguments.checkFits(program.toString());
        if (!Unit.mayRun(program)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "systemd runs no program with a quote or backslash in its path; move %s"
                            .formatted(shown(program)));
        }
        return program;
    }

    /**
     * The variables of the service. The JDK of this process is tried first there; where it is gone,
     * after an update, the launcher looks for another one.
     */
    private Map<String, String> environment() throws CommandFailure {
        Map<String, String> told = surroundings.environment().variables();
        Map<String, String> variables = new HashMap<>();
        for (String each : VARIABLES) {
            @Nullable String value = told.get(each);
            if (value != null) {
                variables.put(each, value);
            }
        }
        if (!variables.containsKey("LANYARD_JAVA_HOME")) {
            variables.put("JAVA_HOME", System.getProperty("java.home"));
        }
        for (String each : variables.values()) {
            ServiceArguments.checkFits(each);
        }
        return variables;
    }
}
