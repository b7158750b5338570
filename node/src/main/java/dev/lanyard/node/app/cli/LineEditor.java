package dev.lanyard.node.app.cli;

import com.google.common.base.Throwables;

import dev.lanyard.node.app.config.JobControl;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.ExecHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A terminal whose lines can be edited while they are typed, with those that were typed earlier at
 * hand. One thread reads; any thread prints.
 */
final class LineEditor implements AutoCloseable {
    /*
     * Six things could go wrong on a terminal that is not only ours:
     *
     *   - A process in the background is stopped when it changes the terminal. So there is no editor there; and one that is sent to the
     *     background later may restore the terminal (TTOU ignored), but its next read fails, which ends the console.
     *   - The library takes the signal of Ctrl-C while a line is read, and leaves it with its own handler afterwards. Both lead to
     *     the action for Ctrl-C, which has to take it back.
     *   - The library asks a program, stty, for the state of the terminal. Ctrl-C ends that as well, the library takes this for a terminal
     *     that is gone, and forgets about Ctrl-C. If stty was ended, and the terminal is ours and answers just after that, it was Ctrl-C
     *     as far as can be known.
     *   - A node ends while a line is read, or is about to be: whoever reads is interrupted, and leaves the terminal as it found it,
     *     before it is closed.
     *   - What a node says comes while a line is typed: it is printed above that line.
     *   - A line with an open quote, a backslash or an exclamation mark is a line, not the beginning of something.
     */
    private static final Logger LOG = LoggerFactory.getLogger(LineEditor.class);
    private static final String PROMPT = "> ";
    private static final int HISTORY_LINES = 1_000;

    /** How long it may take to leave a line that is being read: some runs of stty. */
    private static final Duration LEAVING_MAX = Duration.ofSeconds(2);

    private static final int RESTORES_MAX = 3;

    private final Terminal terminal;
    private final Attributes asFound;
    private final LineReader reader;
    private final Runnable interrupted;
    private final ReentrantLock reading = new ReentrantLock();

    /** Who holds the lock. */
    private volatile @Nullable Thread reads;

    private volatile boolean closed;

    private LineEditor(Terminal terminal, LineReader reader, Runnable interrupted) {
        this.terminal = terminal;
        this.asFound = terminal.getAttributes();
        this.reader = reader;
        this.interrupted = interrupted;
    }

    /**
     * The terminal that this process was started from; empty if it cannot be had.
     *
     * @param history where lines are kept for the next time
     * @param words what a line can begin with
     * @param interrupted what Ctrl-C does from now on
     */
    static Optional<LineEditor> open(Path history, Set<String> words, Runnable interrupted) {
        if (!JobControl.isForeground()) {
            return Optional.empty();
        }
        Signals.ignore("TTOU");
        try {
            Terminal terminal =
                    TerminalBuilder.builder()
                            .system(true)
                            .dumb(false)
                            .provider("exec")
                            .nativeSignals(false)
                            .signalHandler(
                                    signal -> {
                                        if (signal == Terminal.Signal.INT) {
                                            interrupted.run();
                                        }
                                    })
                            .build();
            if (terminal.getWidth() <= 0) { // As on a serial line: nothing can be placed there.
                terminal.close();
                return Optional.empty();
            }
            return Optional.of(
                    new LineEditor(terminal, reader(terminal, history, words), interrupted));
        } catch (IOException | IOError | IllegalStateException e) {
            LOG.atInfo().setCause(e).log("lines cannot be edited");
            return Optional.empty();
        }
    }

    private static LineReader reader(Terminal terminal, Path history, Set<String> words) {
        DefaultParser parser = new DefaultParser();
        parser.setEofOnUnclosedQuote(false);
        parser.setEscapeChars(null);
        return LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser)
                .completer(new StringsCompleter(words))
                .variable(LineReader.HISTORY_FILE, history)
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
    }

    /** The next line; null at the end of input, after Ctrl-C, and when this is closed. */
    @Nullable String line() throws IOException {
        reading.lock();
        try {
            reads = Thread.currentThread();
            return closed ? null : read();
        } finally {
            reads = null;
            reading.unlock();
        }
    }

    private @Nullable String read() throws IOException {
        try {
            return reader.readLine(PROMPT);
        } catch (EndOfFileException end) {
            return null;
        } catch (UserInterruptException ctrlC) {
            return interrupted();
        } catch (IOError failed) {
            if (isInterrupt(failed) || isOfStty(failed)) {
                return interrupted();
            }
            throw new IOException("the terminal cannot be read", failed);
        }
    }

    /** Whether stty has ended in some unusual way, on a terminal that is ours and answers. */
    private boolean isOfStty(IOError failed) {
        boolean hasEnded =
                Throwables.getCausalChain(failed).stream().anyMatch(LineEditor::isThrownAtItsEnd);
        if (!hasEnded || !JobControl.isForeground()) {
            return false;
        }
        try {
            terminal.getAttributes();
            return true;
        } catch (IOError again) {
            return isInterrupt(again);
        }
    }

    private static boolean isThrownAtItsEnd(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().equals(ExecHelper.class.getName());
    }

    private @Nullable String interrupted() {
        if (!closed) {
            interrupted.run();
        }
        return null;
    }

    /**
     * Whether it is Ctrl-C: the library interrupts the reading thread for it, which may be asking
     * for the size of the terminal just then.
     */
    private static boolean isInterrupt(Throwable failure) {
        return Throwables.getCausalChain(failure).stream()
                .anyMatch(
                        each ->
                                each instanceof InterruptedException
                                        || each instanceof InterruptedIOException);
    }

    /** Prints lines that stay, above the one that is being typed. */
    void print(List<String> lines) {
        if (!lines.isEmpty()) {
            reader.printAbove(String.join("\n", lines));
        }
    }

    /** Leaves the terminal as it was; who reads a line gets none. */
    @Override
    public void close() {
        closed = true;
        Thread waiting = reads;
        if (waiting != null) {
            waiting.interrupt();
        }
        boolean wasInterrupted = false;
        try {
            if (reading.tryLock(LEAVING_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                reading.unlock();
            } else {
                LOG.atWarn().log("the terminal is still read");
            }
        } catch (InterruptedException e) {
            wasInterrupted = true;
        }
        restore();
        if (wasInterrupted) {
            Thread.currentThread().interrupt(); // Only now: nothing could be restored with it.
        }
    }

    private void restore() {
        for (int i = 0; i < RESTORES_MAX; i++) {
            try {
                terminal.setAttributes(asFound);
                break;
            } catch (IOError e) { // Another Ctrl-C has ended stty.
                LOG.atInfo().setCause(e).log("terminal not restored");
            }
        }
        try {
            terminal.close();
        } catch (IOException | IOError e) {
            LOG.atInfo().setCause(e).log("terminal not closed");
        }
    }

    /** How a console gets an editor. */
    @FunctionalInterface
    interface Source {
        /** See {@link LineEditor#open}. */
        Optional<LineEditor> open(Path history, Set<String> words, Runnable interrupted);
    }
}
