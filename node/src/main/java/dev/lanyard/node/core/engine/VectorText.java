package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;

import java.util.StringJoiner;

/**
 * A version vector as text for the named values of the index: {@code replica=counter} pairs, joined
 * by spaces.
 */
final class VectorText {
    private VectorText() {}

    static String write(VersionVector vector) {
        StringJoiner text = new StringJoiner(" ");
        for (int i = 0; i < vector.size(); i++) {
            text.add(vector.replica(i) + "=" + vector.counterAt(i));
        }
        return text.toString();
    }

    static VersionVector parse(String text) {
        VersionVector vector = VersionVector.empty();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(' ', start);
            String pair = text.substring(start, end < 0 ? text.length() : end);
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "'%s' in a stored version vector".formatted(pair));
            }
            vector =
                    vector.with(
                            ReplicaId.parse(pair.substring(0, equals)),
                            Long.parseLong(pair.substring(equals + 1)));
            start = end < 0 ? text.length() : end + 1;
        }
        return vector;
    }
}
