package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;

/**
 * The small JSON file beside each kept content: for people who look into versions without the
 * program, and for the program itself. Everything is text that a person can read; a reader ignores
 * fields that it does not know.
 */
record Sidecar(
        @Nullable String path,
        @Nullable String kind,
        @Nullable String target,
        long size,
        @Nullable String mtime,
        @Nullable String mode,
        @Nullable String content,
        @Nullable String version,
        @Nullable String stamp,
        @Nullable String author,
        @Nullable String replacedBy,
        @Nullable String reason,
        @Nullable String when,
        @Nullable String listed,
        boolean seen) {
    private static final String FILE = "file";
    private static final String LINK = "symlink";
    private static final int OCTAL = 8;

    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    static ByteBuffer encode(Kept kept) {
        Sidecar sidecar =
                new Sidecar(
                        text(kept.path()),
                        kept.target() == null ? FILE : LINK,
                        text(kept.target()),
                        kept.sizeBytes(),
                        kept.mtime().toString(),
                        Integer.toString(kept.mode(), OCTAL),
                        text(kept.content()),
                        text(kept.version()),
                        text(kept.stamp()),
                        text(kept.author()),
                        text(kept.replacedBy()),
                        kept.reason().name(),
                        kept.when().toString(),
                        text(kept.listed()),
                        kept.seen());
        return ByteBuffer.wrap(JSON.writeValueAsBytes(sidecar));
    }

    /** Reads what {@link #encode} wrote; empty if these bytes are something else. */
    static Optional<Kept> decode(String name, byte[] json) {
        try {
            Sidecar sidecar = JSON.readValue(json, Sidecar.class);
            return Optional.of(
                    new Kept(
                            name,
                            read(sidecar.path, RelativePath::parse),
                            read(sidecar.target, Sidecar::target),
                            sidecar.size,
                            Instant.parse(required(sidecar.mtime)),
                            Integer.parseInt(required(sidecar.mode), OCTAL),
                            read(sidecar.content, ContentHash::parse),
                            read(sidecar.version, Sidecar::vector),
                            read(sidecar.stamp, text -> new Stamp(Instant.parse(text))),
                            read(sidecar.author, ReplicaId::parse),
                            read(sidecar.replacedBy, ReplicaId::parse),
                            Keep.valueOf(required(sidecar.reason)),
                            Instant.parse(required(sidecar.when)),
                            read(sidecar.listed, Instant::parse),
                            sidecar.seen));
        } catch (JacksonException
                | DateTimeException
                | IllegalArgumentException
                | IndexOutOfBoundsException notASidecar) {
            return Optional.empty(); // Somebody edited it: its name still tells the most of it.
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static <T> @Nullable T read(@Nullable String text, Function<String, T> reader) {
        return text == null ? null : reader.apply(text);
    }

    /** Hexadecimal digits, as {@link LinkTarget#toString} writes them: a target may be no text. */
    private static LinkTarget target(String hex) {
        return new LinkTarget(HexFormat.of().parseHex(hex));
    }

    private static String required(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("a field is absent");
        }
        return text;
    }

    /** Reads what {@link VersionVector#toString} wrote. */
    private static VersionVector vector(String text) {
        VersionVector vector = VersionVector.empty();
        for (String pair : text.substring(1, text.length() - 1).split(", ", -1)) {
            int equals = pair.indexOf('=');
            vector =
                    vector.with(
                            ReplicaId.parse(pair.substring(0, equals)),
                            Long.parseLong(pair.substring(equals + 1)));
        }
        return vector;
    }
}
