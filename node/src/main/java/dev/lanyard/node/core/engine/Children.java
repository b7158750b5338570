package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The rows directly in a directory, without walking what is below them: a chain of directories
 * costs a few rows for each.
 */
final class Children implements Iterator<Row> {
    private static final int PAGE_FIRST = 8;
    private static final int PAGE_MAX = 512;

    private final IndexReader index;
    private final @Nullable RelativePath directory;
    private final Deque<Row> page = new ArrayDeque<>();
    private int limit = PAGE_FIRST;

    /** The child that was given last. */
    private @Nullable RelativePath child;

    /** The row that was read last, and whether it was below a child. */
    private @Nullable RelativePath read;

    private boolean readBelow;
    private boolean atEnd;

    /** In {@code directory}, or in the root for null. */
    Children(IndexReader index, @Nullable RelativePath directory) {
        this.index = index;
        this.directory = directory;
        fill(directory, false);
    }

    private void fill(@Nullable RelativePath from, boolean inclusive) {
        page.addAll(index.page(from, inclusive, limit));
        atEnd = page.size() < limit;
        limit = Math.min(2 * limit, PAGE_MAX);
    }

    @Override
    public boolean hasNext() {
        while (true) {
            while (child != null && !page.isEmpty() && page.getFirst().path().isBelow(child)) {
                read = page.removeFirst().path();
                readBelow = true;
            }
            if (!page.isEmpty()) {
                return directory == null || page.getFirst().path().isBelow(directory);
            }
            if (atEnd || read == null) {
                return false;
            }
            goOn(read);
        }
    }

    private void goOn(RelativePath from) {
        RelativePath behind = readBelow && child != null ? behind(child) : null;
        if (behind == null) {
            fill(from, false);
        } else {
            limit = PAGE_FIRST;
            fill(behind, true);
        }
    }

    /**
     * The least path that is neither {@code child} nor below it nor before it: no name holds a
     * lower byte than 1. Null if it is too long.
     */
    private static @Nullable RelativePath behind(RelativePath child) {
        byte[] name = child.name();
        if (name.length == RelativePath.COMPONENT_BYTES_MAX
                || child.lengthBytes() == RelativePath.PATH_BYTES_MAX) {
            return null;
        }
        byte[] bytes = Arrays.copyOf(child.bytes(), child.lengthBytes() + 1);
        bytes[bytes.length - 1] = 1;
        return RelativePath.of(bytes);
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException(String.valueOf(directory));
        }
        Row row = page.removeFirst();
        child = row.path();
        read = child;
        readBelow = false;
        return row;
    }
}
