package dev.lanyard.node.app.config;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * How far files were read again, in a file of the state directory. Without it nothing is lost: it
 * begins with the first one.
 */
public final class ScrubMemory {
    private static final Logger log = LoggerFactory.getLogger(ScrubMemory.class);

    /* One line: when the pass began, when it went on, and one of these, the last with a path. */
    private static final String OVER = "over";
    private static final String BEGUN = "begun";
    private static final String AFTER = "after:";
    private static final int FIELDS = 3;

    private final Path file;

    /** What {@code file} remembers. */
    public ScrubMemory(Path file) {
        this.file = file;
    }

    /**
     * Where a pass over all files is.
     *
     * @param began when it began
     * @param wentOn when files were read the last time
     * @param isOver whether all were read
     * @param after the last file that was read; null if none was, or all were
     */
    public record Pass(
            Instant began, Instant wentOn, boolean isOver, @Nullable RelativePath after) {}

    /** What was written last. */
    public Optional<Pass> read() {
        try {
            String[] fields = Files.readString(file).replaceFirst("\\n$", "").split(" ", FIELDS);
            String where = fields[FIELDS - 1];
            return Optional.of(
                    new Pass(
                            Instant.parse(fields[0]),
                            Instant.parse(fields[1]),
                            where.equals(OVER),
                            where.startsWith(AFTER)
                                    ? RelativePath.parse(where.substring(AFTER.length()))
                                    : null));
        } catch (IOException
                | DateTimeException
                | IllegalArgumentException
                | ArrayIndexOutOfBoundsException e) {
            // The first start, or a file that was damaged.
            log.atDebug().addKeyValue("file", file).setCause(e).log("no scrub is remembered");
            return Optional.empty();
        }
    }

    /** Remembers {@code pass}. */
    public void write(Pass pass) {
        String where = pass.isOver() ? OVER : pass.after() == null ? BEGUN : AFTER + pass.after();
        try {
            String line = "%s %s %s\n".formatted(pass.began(), pass.wentOn(), where);
            OwnerOnlyFiles.write(file, line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.atWarn().addKeyValue("file", file).setCause(e).log("the scrub was not noted");
        }
    }
}
