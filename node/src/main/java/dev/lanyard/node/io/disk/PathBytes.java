package dev.lanyard.node.io.disk;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.HexFormat;

/** The bytes of a path, which is what the system knows it by. */
public final class PathBytes {
    private PathBytes() {}

    /**
     * The bytes that the path came from. Its text may have lost them, where the locale does not
     * know a character; its URI keeps them, as {@code %XX}.
     */
    public static byte[] of(Path path) {
        String escaped = path.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '%') {
                bytes.write(HexFormat.fromHexDigits(escaped, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(escaped.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
