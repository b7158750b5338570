package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/** Walks rows with pending work of one kind; begins again only when that was asked for. */
final class Cursor {
    private static final int PAGE = 512;

    private final Index index;
    private final Pending kind;
    private final boolean descending;
    private final Deque<Row> page = new ArrayDeque<>();
    private @Nullable RelativePath last;
    private boolean atEnd;
    private boolean again = true;

    /** A cursor before the first row, or before the last one if it is {@code descending}. */
    Cursor(Index index, Pending kind, boolean descending) {
        this.index = index;
        this.kind = kind;
        this.descending = descending;
    }

    /** Something may have changed for a row that was passed: the walk begins again when it ends. */
    void rewind() {
        again = true;
    }

    /** Whether there is nothing left, and nobody has asked to begin again. */
    boolean isExhausted() {
        return atEnd && !again && page.isEmpty();
    }

    /** The next row as it was when its page was read, or null if there is none. */
    @Nullable Row next() {
        if (page.isEmpty()) {
            if (atEnd && !again) {
                return null;
            }
            if (atEnd) {
                last = null;
            }
            if (last == null) {
                again = false;
            }
            page.addAll(index.pending(kind, last, descending, PAGE));
            atEnd = page.size() < PAGE;
            last = atEnd ? null : page.getLast().path();
        }
        return page.poll();
    }
}
