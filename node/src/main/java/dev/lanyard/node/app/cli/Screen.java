package dev.lanyard.node.app.cli;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What {@code start} shows: lines and, on a terminal, one below them that is written over.
 * Thread-safe.
 */
final class Screen {
    /** To the first column; erase the line. */
    private static final String ERASE = "\r\033[K";

    /** A long line is cut off: of one that went on below only the last part could be erased. */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    private final ReentrantLock turn = new ReentrantLock();
    private final PrintWriter out;
    private final boolean terminal;
    private final @Nullable LineEditor editor;
    private boolean overwritable;

    /**
     * @param terminal whether a line can be written over
     * @param editor what lines are typed in on the same terminal, or null
     */
    Screen(PrintWriter out, boolean terminal, @Nullable LineEditor editor) {
        this.out = out;
        this.terminal = terminal;
        this.editor = editor;
    }

    /** Whether a line can be written over: not where one is being typed. */
    boolean isTerminal() {
        return terminal && editor == null;
    }

    /** Prints a line that stays. */
    void line(String line) {
        lines(List.of(line));
    }

    /** Prints lines that stay. */
    void lines(List<String> lines) {
        turn.lock();
        try {
            if (editor != null) {
                editor.print(lines);
                return;
            }
            erase();
            lines.forEach(out::println);
        } finally {
            turn.unlock();
        }
    }

    /** Shows a line until the next one; does nothing where that cannot be. */
    void passing(String line) {
        if (!isTerminal()) {
            return;
        }
        turn.lock();
        try {
            out.print(ERASE + NO_WRAP + line + WRAP);
            out.flush();
            overwritable = true;
        } finally {
            turn.unlock();
        }
    }

    /** Nothing passes any more. */
    void clear() {
        turn.lock();
        try {
            erase();
            out.flush();
        } finally {
            turn.unlock();
        }
    }

    private void erase() {
        if (overwritable) {
            out.print(ERASE);
            overwritable = false;
        }
    }
}
