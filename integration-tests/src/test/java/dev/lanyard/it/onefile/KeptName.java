package dev.lanyard.it.onefile;

import java.util.regex.Pattern;

/** The names that kept contents have in the folder of versions. */
public final class KeptName {
    /** What a letter before content and size tells why it was kept; a sidecar ends otherwise. */
    private static final Pattern CONFLICT = Pattern.compile("\\w+-\\d+-\\d+-C(-\\w+-\\d+)?");

    private KeptName() {}

    /** Whether this is the name of a content that is kept as a conflict. */
    public static boolean isConflict(String name) {
        return CONFLICT.matcher(name).matches();
    }
}
