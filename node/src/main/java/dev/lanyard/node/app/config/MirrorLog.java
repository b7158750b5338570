package dev.lanyard.node.app.config;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The file that a mirror tells what it did, a line for each thing, with the time before it. */
public final class MirrorLog implements AutoCloseable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

    /** More than this is not held back until {@link #flush}. */
    private static final int HELD_CHARS_MAX = 1 << 13;

    private final OutputStream to;
    private final InstantSource wallClock;
    private final StringBuilder held = new StringBuilder();

    private MirrorLog(OutputStream to, InstantSource wallClock) {
        this.to = to;
        this.wallClock = wallClock;
    }

    /** Opens {@code file} to go on at its end; makes it, but not its directory. */
    public static MirrorLog open(Path file, InstantSource wallClock) throws IOException {
        OutputStream to =
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return new MirrorLog(to, wallClock);
    }

    /** Adds a line, which others may not see before {@link #flush}. */
    public void line(String line) throws IOException {
        held.append(TIME.format(wallClock.instant().atZone(ZoneId.systemDefault())));
        held.append(' ').append(line).append(System.lineSeparator());
        if (held.length() > HELD_CHARS_MAX) {
            flush();
        }
    }

    /** Makes what was added visible to others; what cannot be written is gone. */
    public void flush() throws IOException {
        byte[] bytes = held.toString().getBytes(StandardCharsets.UTF_8);
        held.setLength(0);
        if (bytes.length > 0) {
            to.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}
