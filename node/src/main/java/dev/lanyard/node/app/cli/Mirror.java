package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.app.config.MirrorLog;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.mirror.Ending;
import dev.lanyard.node.app.mirror.MirrorSettings;
import dev.lanyard.node.app.mirror.Mirroring;
import dev.lanyard.node.core.mirror.Deleting;
import dev.lanyard.node.core.mirror.Exclusions;
import dev.lanyard.node.core.mirror.Interval;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code lanyard mirror}: makes folders copies of another one, once or for as long as it runs. */
@Command(
        description =
                "Make folders exact copies of another one, without any network: once, every so"
                        + " often, or at once whenever something changes.")
final class Mirror implements Callable<Integer> {
    private static final int THREADS_MAX = 4;

    private final Surroundings surroundings;

    @Mixin Standard standard;

    @Parameters(index = "0", paramLabel = "SRC", description = "The folder to copy.")
    private Path source;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "DST",
            description = "Where its copies are; made if they are not there.")
    private List<Path> destinations = List.of();

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description = "Go on, with a pass so often: 90s, 10m, 1h30m, 1d2h.")
    private @Nullable String every;

    @Option(names = "--watch", description = "Go on, and copy at once what changes.")
    private boolean watch;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Where each thing that is done is written too, with the time.")
    private @Nullable Path logFile;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
            names = "--delete",
            paramLabel = "WHAT",
            description =
                    "What becomes of what SRC does not have: keep moves it to .lanyard/versions of"
                            + " DST (unless said), yes deletes it, no leaves it.")
    private @Nullable String delete;

    @Option(
            names = "--exclude",
            paramLabel = "PATTERN",
            description =
                    "What is left alone in SRC and DST, as in .gitignore. Can be repeated; the last"
                            + " that matches decides.")
    private List<String> excluded = List.of();

    @Option(
            names = "--verify",
            description = "Compare all contents, also of files that look untouched.")
    private boolean verify;

    @Option(
            names = "--confirm-deletes",
            description = "Delete also when SRC has suddenly lost more than half of its files.")
    private boolean confirmed;

    @Option(
            names = "--anew",
            description = "DST may be another folder, or drive, than it was the last time.")
    private boolean anew;

    @Option(names = "--quiet", description = "Print only summaries and what went wrong.")
    private boolean quiet;

    Mirror(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, StartFailure, IOException, InterruptedException {
        Path from = Places.folder(surroundings.at(source));
        List<Path> to = realDestinations();
        checkApart(from, to);
        checkLogApart(from, to);
        List<MirrorFolder> folders = new ArrayList<>();
        try (@Nullable MirrorLog log = log()) {
            for (Path each : to) {
                folders.add(MirrorFolder.claim(each, surroundings.environment()));
            }
            return run(settings(from, folders), log);
        } finally {
            folders.forEach(MirrorFolder::close);
        }
    }

    /** The source and the destinations, after all was checked; touches nothing. */
    List<Path> folders() throws CommandFailure, StartFailure, IOException {
        List<Path> all = new ArrayList<>(List.of(Places.folder(surroundings.at(source))));
        List<Path> to = realDestinations();
        checkApart(all.getFirst(), to);
        checkLogApart(all.getFirst(), to);
        settings(all.getFirst(), List.of()); // It reads what is left.
        all.addAll(to);
        return all;
    }

    private MirrorSettings settings(Path from, List<MirrorFolder> folders) throws CommandFailure {
        int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
        return new MirrorSettings(
                from,
                folders,
                interval(),
                watch,
                Exclusions.of(excluded),
                deleting(),
                confirmed,
                anew,
                dryRun,
                verify,
                threads);
    }

    private int run(MirrorSettings settings, @Nullable MirrorLog log)
            throws IOException, InterruptedException {
        MirrorLines lines =
                new MirrorLines(
                        surroundings.out(),
                        surroundings.err(),
                        log,
                        settings.destinations().size() > 1,
                        quiet,
                        dryRun);
        Mirroring mirroring = new Mirroring(settings, lines);
        surroundings.signals().accept(mirroring::stop);
        if (surroundings.inIsTerminal()) {
            Thread.ofPlatform().daemon().name("console").start(() -> listen(mirroring));
        }
        Ending ending;
        try {
            ending = mirroring.run();
        } finally {
            lines.pause();
        }
        return switch (ending) {
            case DONE -> lines.isLogLost() ? ExitCode.NOT_SO : ExitCode.DONE;
            case NOT_ALL -> ExitCode.NOT_SO;
            case REFUSED -> ExitCode.REFUSED;
        };
    }

    /** The one word that a mirror knows. */
    private void listen(Mirroring mirroring) {
        try {
            for (String line = surroundings.in().readLine();
                    line != null;
                    line = surroundings.in().readLine()) {
                if (line.strip().equals("quit")) {
                    mirroring.stop();
                    return;
                }
                surroundings.out().println("'quit' finishes the file in hand and ends");
            }
        } catch (IOException e) {
            surroundings.err().println("lanyard mirror: the console is gone; end it by Ctrl-C");
        }
    }

    // ---------------------------------------------------------------- arguments

    private @Nullable Duration interval() throws CommandFailure {
        if (every == null) {
            return null;
        }
        try {
            return Interval.parse(every);
        } catch (IllegalArgumentException e) {
            throw misused("--every " + Places.escaped(String.valueOf(e.getMessage())));
        }
    }

    private @Nullable Deleting deleting() throws CommandFailure {
        if (delete == null) {
            return null;
        }
        return switch (delete.toLowerCase(Locale.ROOT)) {
            case "keep" -> Deleting.KEEP;
            case "yes" -> Deleting.YES;
            case "no" -> Deleting.NO;
            default ->
                    throw misused(
                            "--delete '%s' (expected keep, yes or no)"
                                    .formatted(Places.escaped(delete)));
        };
    }

    private static CommandFailure misused(String sentence) {
        return new CommandFailure(ExitCode.USAGE, sentence);
    }

    private List<Path> realDestinations() throws CommandFailure {
        List<Path> real = new ArrayList<>();
        for (Path each : destinations) {
            try {
                real.add(MirrorFolder.real(surroundings.at(each)));
            } catch (IOException e) {
                throw misused(
                        "%s cannot be reached (%s); look at its permissions"
                                .formatted(shown(each), Places.reason(e)));
            }
        }
        return real;
    }

    /** A copy of a folder inside itself would have no end. */
    private static void checkApart(Path from, List<Path> to) throws CommandFailure {
        List<Path> all = new ArrayList<>(List.of(from));
        for (Path each : to) {
            for (Path other : all) {
                if (each.startsWith(other) || other.startsWith(each)) {
                    throw new CommandFailure(
                            ExitCode.REFUSED,
                            "%s and %s are one inside the other; name folders that are apart"
                                    .formatted(shown(other), shown(each)));
                }
            }
            all.add(each);
        }
    }

    /** A log that is copied grows with each line about its copy; one in a copy is put away. */
    private void checkLogApart(Path from, List<Path> to) throws CommandFailure, IOException {
        if (logFile == null) {
            return;
        }
        Path log = MirrorFolder.real(surroundings.at(logFile));
        List<Path> all = new ArrayList<>(to);
        all.add(from);
        for (Path each : all) {
            if (log.startsWith(each)) {
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        "the log file %s is inside %s; name one elsewhere with --log-file"
                                .formatted(shown(log), shown(each)));
            }
        }
    }

    private @Nullable MirrorLog log() throws CommandFailure {
        if (logFile == null) {
            return null;
        }
        try {
            return MirrorLog.open(surroundings.at(logFile), InstantSource.system());
        } catch (IOException e) {
            throw misused(
                    "the log file %s cannot be written (%s); name another one with --log-file"
                            .formatted(shown(logFile), Places.reason(e)));
        }
    }
}
