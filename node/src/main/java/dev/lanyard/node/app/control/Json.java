package dev.lanyard.node.app.control;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * How the records of {@link NodeControl} look in JSON: components in the order in which they are
 * declared, instants as ISO 8601 in UTC, durations as seconds, paths escaped as {@link
 * RelativePath#toString} does. What is unknown is passed over, so that an older program can read a
 * newer node.
 */
final class Json {
    /** Thread-safe. */
    static final JsonMapper MAPPER =
            JsonMapper.builder(JsonFactory.builder().characterEscapes(new NoControls()).build())
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(new PathWriter())
                                    .addDeserializer(RelativePath.class, new PathReader()))
                    .build();

    private Json() {}

    /**
     * What these bytes say, as a {@code type}.
     *
     * @throws tools.jackson.core.JacksonException if they are something else
     * @throws IllegalArgumentException if they are {@code null}, which is no error in JSON
     */
    static <T> T read(byte[] json, Class<T> type) {
        @Nullable T read = MAPPER.readValue(json, type);
        if (read == null) {
            throw new IllegalArgumentException("null (expected an object)");
        }
        return read;
    }

    /**
     * Writes DEL and the controls from U+0080 to U+009F as escapes, which JSON does not ask for:
     * answers are shown on terminals, and some of those obey them.
     */
    private static final class NoControls extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7f;
        private static final int LAST = 0x9f;
        private final int[] ascii = standardAsciiEscapesForJSON();

        NoControls() {
            ascii[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return character >= DELETE && character <= LAST
                    ? new SerializedString("\\u%04x".formatted(character))
                    : null;
        }
    }

    private static final class PathWriter extends StdSerializer<RelativePath> {
        PathWriter() {
            super(RelativePath.class);
        }

        @Override
        public void serialize(RelativePath path, JsonGenerator json, SerializationContext context) {
            json.writeString(path.toString());
        }
    }

    private static final class PathReader extends StdDeserializer<RelativePath> {
        PathReader() {
            super(RelativePath.class);
        }

        @Override
        public RelativePath deserialize(JsonParser json, DeserializationContext context) {
            String text = json.getString();
            try {
                return RelativePath.parse(text);
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException(text, RelativePath.class, e.getMessage());
            }
        }
    }
}
