package dev.lanyard.it.simulation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Contents of files as texts of one character for each byte. */
final class Contents {
    private Contents() {}

    static byte[] bytes(String content) {
        return content.getBytes(ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    /** The beginning of it, for people. */
    static String brief(String content) {
        String line = content.replace('\n', ' ').replace('\0', '0');
        return line.length() < 24 ? line : line.substring(0, 20) + "... " + content.length();
    }
}
