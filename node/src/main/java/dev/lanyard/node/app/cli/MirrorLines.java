package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;
import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.config.MirrorLog;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.mirror.Teller;
import dev.lanyard.node.core.mirror.Guard;
import dev.lanyard.node.io.mirror.Report.Verb;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says what a mirror does: a line for each thing, on the terminal and in its log. */
final class MirrorLines implements Teller {
    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable MirrorLog log;
    private boolean logLost;
    private final boolean several;
    private final boolean quiet;
    private final boolean dry;
    private final StringBuilder held = new StringBuilder();

    private static final int HELD_CHARS_MAX = 1 << 14;

    MirrorLines(
            PrintWriter out,
            PrintWriter err,
            @Nullable MirrorLog log,
            boolean several,
            boolean quiet,
            boolean dry) {
        this.out = out;
        this.err = err;
        this.log = log;
        this.several = several;
        this.quiet = quiet;
        this.dry = dry;
    }

    @Override
    public void did(Path destination, Verb verb, RelativePath path, @Nullable RelativePath from) {
        say(
                destination,
                switch (verb) {
                    case CREATED -> "created " + path;
                    case UPDATED -> "updated " + path;
                    case ADJUSTED -> "updated " + path + " (mode or time)";
                    case RENAMED -> "renamed " + from + " to " + path;
                    case DELETED -> "deleted " + path;
                    case KEPT -> "kept in versions what was changed at the copy of " + path;
                },
                quiet);
    }

    @Override
    public void skipped(Path destination, @Nullable RelativePath path, String why) {
        say(
                destination,
                "skipped %s: %s".formatted(path == null ? "all" : path, printable(why)),
                false);
    }

    @Override
    public void passed(Path destination, Summary summary) {
        if (!summary.whole() && (quiet || summary.isIdle())) {
            return;
        }
        List<String> parts = new ArrayList<>();
        add(parts, summary.count(Verb.CREATED), "created");
        add(parts, summary.count(Verb.UPDATED), "updated");
        add(parts, summary.count(Verb.ADJUSTED), "with another mode or time");
        add(parts, summary.count(Verb.RENAMED), "renamed");
        add(parts, summary.count(Verb.DELETED), "deleted");
        add(parts, summary.count(Verb.KEPT), "put back");
        add(parts, summary.skipped(), "skipped");
        String what = parts.isEmpty() ? "nothing to do" : String.join(", ", parts);
        say(
                destination,
                "%s%s%s; %s in %s"
                        .formatted(
                                several ? "" : shown(destination) + ": ",
                                dry ? "would be " : "",
                                what,
                                Units.bytes(summary.bytes()),
                                seconds(summary.took())),
                false);
        pause();
    }

    private static String seconds(Duration took) {
        return "%.2f s".formatted(took.toMillis() / 1000.0);
    }

    private static void add(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(count + " " + what);
        }
    }

    @Override
    public void modesUnstored(Path destination, long count) {
        complain(
                destination,
                "%s cannot store the mode of %d files or folders; all else of them is there"
                        .formatted(shown(destination), count));
    }

    @Override
    public void heldBack(Path destination, Guard.Verdict verdict, long count) {
        String why =
                switch (verdict) {
                    case FREE -> "";
                    case SOURCE_EMPTY -> "the source is empty; is its drive mounted?";
                    case OTHER_SOURCE ->
                            "the source is another folder than it was and lacks most of what it had;"
                                    + " is its drive mounted?";
                    case TOO_MANY -> "the source has lost more than half of its files";
                };
        complain(
                destination,
                "%d deletions are held back: %s If they are meant, add --confirm-deletes"
                        .formatted(count, why.endsWith("?") ? why : why + "."));
    }

    @Override
    public void waiting(Path destination, String why) {
        complain(
                destination,
                "waiting for %s: %s; plug in or mount its drive, or say --anew if it is a new one"
                        .formatted(shown(destination), printable(why)));
    }

    @Override
    public void found(Path destination) {
        say(destination, shown(destination) + " is there again", false);
    }

    @Override
    public void refused(Path destination, Refusal why) {
        complain(destination, sentence(destination, why));
    }

    /** Why a destination is not mirrored to, and what to do. */
    static String sentence(Path destination, Refusal why) {
        String folder = shown(destination);
        return switch (why) {
            case SHARE ->
                    folder
                            + " is kept identical with other machines by lanyard start; a"
                            + " mirror would overwrite what they write; name another folder";
            case FOREIGN ->
                    folder
                            + " has things in it that the source does not have; say what"
                            + " becomes of them: --delete=keep moves them to"
                            + " .lanyard/versions there, no leaves them";
            case BUSY ->
                    folder
                            + " is being written by another mirror; wait for its end, or"
                            + " stop it";
            case NO_FOLDER -> folder + " is no folder; name another one";
            case NOWHERE ->
                    "the folder that %s would be in does not exist; make it, or mount its drive"
                            .formatted(folder);
        };
    }

    @Override
    public void failed(Path destination, String why) {
        complain(
                destination,
                "cannot go on with %s: %s".formatted(shown(destination), printable(why)));
    }

    @Override
    public void sourceLost(String why) {
        complain(null, "the source is gone: %s; nothing is deleted".formatted(printable(why)));
    }

    @Override
    public void watching(int directoryCount) {
        say(null, "watching %d folders".formatted(directoryCount), false);
        pause();
    }

    private synchronized void complain(@Nullable Path destination, String sentence) {
        pause();
        err.println("lanyard mirror: " + sentence);
        log(prefix(destination) + sentence);
        flushLog();
    }

    private void log(String line) {
        try {
            if (log != null) {
                log.line(line);
            }
        } catch (IOException e) {
            loseLog(e);
        }
    }

    private void flushLog() {
        try {
            if (log != null) {
                log.flush();
            }
        } catch (IOException e) {
            loseLog(e);
        }
    }

    /** A copy is worth more than its record: the mirror goes on, and its end is not a clean one. */
    private void loseLog(IOException why) {
        log = null;
        logLost = true;
        err.println(
                "lanyard mirror: the log file cannot be written (%s); it ends here, the mirror does not;"
                                .formatted(Places.reason(why))
                        + " name another one with --log-file");
    }

    /** Whether the log lacks something. */
    synchronized boolean isLogLost() {
        return logLost;
    }

    /** Lines of a pass are many, and each write is a call of the system. */
    private synchronized void say(@Nullable Path destination, String line, boolean logOnly) {
        log(prefix(destination) + line);
        if (!logOnly) {
            held.append(prefix(destination)).append(line).append('\n');
            if (held.length() > HELD_CHARS_MAX) {
                write();
            }
        }
    }

    private String prefix(@Nullable Path destination) {
        return several && destination != null ? shown(destination) + ": " : "";
    }

    @Override
    public synchronized void pause() {
        write();
        flushLog();
    }

    private void write() {
        if (!held.isEmpty()) {
            out.print(held);
            out.flush();
            held.setLength(0);
        }
    }
}
