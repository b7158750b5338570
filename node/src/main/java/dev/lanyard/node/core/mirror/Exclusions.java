package dev.lanyard.node.core.mirror;

import dev.lanyard.node.core.ignore.IgnoreRules;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Which paths a mirror leaves alone, on both sides. */
public final class Exclusions {
    /** What a file system, or the trash of a desktop, has at the top of a medium. */
    private static final String OF_THE_MEDIUM =
            """
            /lost+found/
            /.Trash-[0-9]*/
            /$RECYCLE.BIN/
            /System Volume Information/
            """;

    /** Only what belongs to the medium itself. */
    public static final IgnoreRules NONE = of(List.of());

    private Exclusions() {}

    /** The rules of these patterns, in the syntax of gitignore; the last that matches decides. */
    public static IgnoreRules of(List<String> patterns) {
        StringBuilder source = new StringBuilder(OF_THE_MEDIUM);
        for (String pattern : patterns) {
            byte[] bytes = pattern.getBytes(StandardCharsets.UTF_8);
            source.append(new String(bytes, StandardCharsets.ISO_8859_1)).append('\n');
        }
        return IgnoreRules.ofSource(source.toString());
    }
}
