package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.config.Flags;
import dev.lanyard.node.app.config.LogFile;
import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.SettingsReader;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.RunningNode;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code lanyard start}: one node, from here to its end. */
@Command(description = "Run a node on a folder until quit, Ctrl-C or lanyard stop.")
final class Start implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin Standard standard;

    @Parameters(paramLabel = "DIR", description = "The folder to keep identical.")
    private Path folder;

    @Option(
            names = "--name",
            paramLabel = "N",
            description = "What people call this machine; its host name unless said.")
    private @Nullable String name;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "The share key that lanyard key prints on another machine; kept from then on.")
    private @Nullable String key;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "A file with the share key in it.")
    private @Nullable Path keyFile;

    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            description = "Where other nodes connect to; any free port unless said.")
    private @Nullable String listen;

    @Option(
            names = "--peer",
            paramLabel = "HOST:PORT",
            description = "Another node, where discovery does not reach it. Can be repeated.")
    private List<String> peers = List.of();

    @Option(
            names = "--no-discovery",
            description = "Neither look for other nodes on the network nor be found.")
    private boolean noDiscovery;

    @Option(
            names = "--discovery-port",
            paramLabel = "P",
            description =
                    "The UDP port on which nodes find each other; the same for all, 27480 unless said.")
    private @Nullable String discoveryPort;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where identity, key, index and log are kept; below ~/.local/state unless said.")
    private @Nullable Path stateDirectory;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "two-way unless said; send-only takes no change of others, receive-only gives"
                            + " none of its own.")
    private @Nullable String mode;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Where the log goes; the state directory unless said.")
    private @Nullable Path logFile;

    @Option(
            names = "--keep-versions",
            paramLabel = "AGE,COUNT,SPACE",
            description =
                    "How much of what was replaced or deleted is kept: for how long, how many of"
                            + " each path, and in how much space; 30d,32,20%% unless said, where"
                            + " 20%% is of what is free or used for it. all keeps everything.")
    private @Nullable String keepVersions;

    @Option(
            names = "--keep-deletions",
            paramLabel = "DAYS",
            description =
                    "For how many days it is remembered what was deleted; the same for all, 400"
                            + " unless said. Who was away for longer is asked about what others do not"
                            + " have any more.")
    private @Nullable String keepDeletions;

    @Option(names = "--no-ui", description = "Without a status page, which is not there yet.")
    boolean noUi;

    @Option(names = "--ui", paramLabel = "[HOST:]PORT", hidden = true)
    private @Nullable String ui;

    @Option(names = "--max-rate", paramLabel = "RATE", hidden = true)
    private @Nullable String rateMax;

    Start(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, StartFailure, InterruptedException {
        Settings settings = settings();
        Ending ending = new Ending();
        surroundings.signals().accept(ending::ask);
        try (RunningNode node = launch(settings)) {
            ending.of(node);
            return accompany(node, settings, ending);
        }
    }

    /** What the command line and the file say, checked; touches nothing. */
    Settings settings() throws CommandFailure, StartFailure {
        refuse("--ui", ui, "there is no status page yet");
        refuse("--max-rate", rateMax, "the rate cannot be limited yet");
        return new SettingsReader(surroundings.environment()).read(flags());
    }

    private static void refuse(String option, @Nullable String value, String why)
            throws CommandFailure {
        if (value != null) {
            throw new CommandFailure(ExitCode.USAGE, "%s; start without %s".formatted(why, option));
        }
    }

    private Flags flags() {
        return new Flags(
                surroundings.at(folder),
                stateDirectory == null ? null : surroundings.at(stateDirectory),
                name,
                key,
                keyFile == null ? null : surroundings.at(keyFile),
                listen,
                peers,
                noDiscovery ? Boolean.FALSE : null,
                discoveryPort,
                mode,
                logFile == null ? null : surroundings.at(logFile),
                keepVersions,
                keepDeletions);
    }

    private RunningNode launch(Settings settings) throws StartFailure {
        LogFile log = LogFile.hold();
        try {
            RunningNode node = surroundings.launcher().launch(settings);
            write(log, settings);
            return node;
        } catch (StartFailure failure) {
            LoggerFactory.getLogger(Start.class).atError().setCause(failure).log("not started");
            switch (failure.kind()) {
                case FAILED -> write(log, settings); // The sentence may say to look there.
                case USAGE, REFUSED -> {} // Nothing ran, and the log may be another node's.
            }
            throw failure;
        }
    }

    /** A node can do without a log, and its user without knowing why it has none but from here. */
    private void write(LogFile log, Settings settings) {
        try {
            log.write(settings.logFile());
        } catch (IOException e) {
            surroundings
                    .err()
                    .println(
                            "lanyard start: nothing is logged, since %s cannot be written (%s)"
                                    .formatted(
                                            shown(settings.logFile()),
                                            escaped(String.valueOf(e.getMessage()))));
        }
    }

    /** Says what the node does and passes on what is typed, until it ends. */
    private int accompany(RunningNode node, Settings settings, Ending ending)
            throws CommandFailure, InterruptedException {
        @Nullable LineEditor editor = editor(node, settings, ending);
        Screen screen = new Screen(surroundings.out(), surroundings.outIsTerminal(), editor);
        @Nullable Throwable failure;
        try {
            failure = accompany(node, screen, editor);
            node.close();
        } finally {
            if (editor != null) {
                editor.close();
            }
        }
        if (failure != null) {
            throw new CommandFailure(
                    ExitCode.NOT_SO,
                    "the node cannot go on (%s); look at %s, then start it again"
                            .formatted(
                                    escaped(String.valueOf(failure.getMessage())),
                                    shown(settings.logFile())));
        }
        surroundings.out().println("stopped");
        return ExitCode.DONE;
    }

    private @Nullable LineEditor editor(RunningNode node, Settings settings, Ending ending) {
        if (!surroundings.inIsTerminal() || !surroundings.outIsTerminal()) {
            return null;
        }
        return surroundings
                .editors()
                .open(
                        settings.stateDirectory().resolve("typed"),
                        Console.words(node),
                        () -> {
                            ending.ask();
                            surroundings.signals().accept(ending::ask);
                        })
                .orElse(null);
    }

    private @Nullable Throwable accompany(
            RunningNode node, Screen screen, @Nullable LineEditor editor)
            throws InterruptedException {
        Progress progress = Progress.start(node, screen);
        try {
            if (surroundings.inIsTerminal()) {
                Console.start(
                        editor != null ? editor::line : surroundings.in()::readLine, screen, node);
            }
            return node.awaitEnd();
        } finally {
            progress.end();
        }
    }

    /** A signal can come before there is a node to stop. */
    private static final class Ending {
        private @Nullable RunningNode node;
        private boolean asked;

        synchronized void ask() {
            asked = true;
            if (node != null) {
                node.stop();
            }
        }

        synchronized void of(RunningNode started) {
            node = started;
            if (asked) {
                started.stop();
            }
        }
    }
}
