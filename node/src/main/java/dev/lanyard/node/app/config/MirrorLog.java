package dev.lanyard.node.app.config;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
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

    private final PrintWriter to;
    private final InstantSource wallClock;

    private MirrorLog(PrintWriter to, InstantSource wallClock) {
        this.to = to;
        this.wallClock = wallClock;
    }

    /** Opens {@code file} to go on at its end; makes it, but not its directory. */
    public static MirrorLog open(Path file, InstantSource wallClock) throws IOException {
        BufferedWriter writer =
                Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
        return new MirrorLog(new PrintWriter(writer), wallClock);
    }

    /** Writes a line. */
    public void line(String line) {
        to.println(TIME.format(wallClock.instant().atZone(ZoneId.systemDefault())) + " " + line);
    }

    /** Makes what was written visible to others. */
    public void flush() {
        to.flush();
    }

    @Override
    public void close() {
        to.close();
    }
}
