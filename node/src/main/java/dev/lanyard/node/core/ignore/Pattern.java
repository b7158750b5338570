package dev.lanyard.node.core.ignore;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;

/** One line of the rules, taken apart. */
final class Pattern {
    /** How what a pattern says is compared. */
    enum Kind {
        /** The name is exactly {@link #text}. */
        NAME,
        /** The path is exactly {@link #text}. */
        PATH,
        /** The name ends with {@link #text}. */
        SUFFIX,
        /** The name matches {@link #glob}. */
        NAME_GLOB,
        /** The path begins with {@link #text}, and its rest matches {@link #glob}. */
        PATH_GLOB
    }

    final Kind kind;
    final boolean negated;
    final boolean directoriesOnly;
    final byte[] text;
    private final @Nullable Glob glob;

    private Pattern(
            Kind kind, boolean negated, boolean directoriesOnly, byte[] text, @Nullable Glob glob) {
        this.kind = kind;
        this.negated = negated;
        this.directoriesOnly = directoriesOnly;
        this.text = text;
        this.glob = glob;
    }

    /** The pattern in a line that is neither empty nor a comment; null if it matches nothing. */
    static @Nullable Pattern parse(byte[] line) {
        int from = line[0] == '!' ? 1 : 0;
        boolean negated = from == 1;
        int to = line.length;
        boolean directoriesOnly = to > from && line[to - 1] == '/';
        if (directoriesOnly) {
            to--;
        }
        if (from == to) {
            return null;
        }
        boolean isPath = indexOfSlash(line, from, to) < to;
        if (isPath && line[from] == '/') {
            from++;
        }
        int plain = plainUntil(line, from, to);
        byte[] start = Arrays.copyOfRange(line, from, plain);
        if (plain == to) {
            Kind kind = isPath ? Kind.PATH : Kind.NAME;
            return new Pattern(kind, negated, directoriesOnly, start, null);
        }
        if (!isPath && line[from] == '*' && plainUntil(line, from + 1, to) == to) {
            byte[] suffix = Arrays.copyOfRange(line, from + 1, to);
            return new Pattern(Kind.SUFFIX, negated, directoriesOnly, suffix, null);
        }
        // Git cuts the plain beginning off before it looks at the rest, so that `a**/b` is not what
        // its manual says.
        Glob glob = Glob.compile(line, isPath ? plain : from, to);
        if (glob == null) {
            return null;
        }
        return isPath
                ? new Pattern(Kind.PATH_GLOB, negated, directoriesOnly, start, glob)
                : new Pattern(Kind.NAME_GLOB, negated, directoriesOnly, new byte[0], glob);
    }

    /**
     * Where the parts of {@code path} end that it matches: each that ends before a slash or with
     * the path. For what is matched with the path and not with a name alone.
     */
    BitSet ends(byte[] path) {
        return glob != null
                        && kind == Kind.PATH_GLOB
                        && path.length >= text.length
                        && Arrays.equals(path, 0, text.length, text, 0, text.length)
                ? glob.ends(path, text.length, path.length)
                : new BitSet();
    }

    /**
     * Whether it may match something below the directory whose path, with a slash at its end, is
     * {@code directory}, and not for its name alone.
     */
    boolean tellsApartBelow(byte[] directory) {
        boolean isOfNames = text.length == 0 && glob != null && glob.isOfNames();
        if (isOfNames || (kind != Kind.PATH && kind != Kind.PATH_GLOB)) {
            return false;
        }
        int same = Math.min(text.length, directory.length);
        return Arrays.equals(text, 0, same, directory, 0, same)
                && (text.length > directory.length
                        || (glob != null && glob.mayBegin(directory, same, directory.length)));
    }

    private static int indexOfSlash(byte[] line, int from, int to) {
        int at = from;
        while (at < to && line[at] != '/') {
            at++;
        }
        return at;
    }

    /** Where the first wildcard or escape is. */
    private static int plainUntil(byte[] line, int from, int to) {
        int at = from;
        while (at < to
                && line[at] != '*'
                && line[at] != '?'
                && line[at] != '['
                && line[at] != '\\') {
            at++;
        }
        return at;
    }

    /** Whether it has to be tried, since no table finds it. */
    boolean isGlob() {
        return glob != null;
    }

    /** Whether it matches {@code path[0..end)}, whose name begins at {@code name}. */
    boolean matches(byte[] path, int name, int end) {
        return switch (kind) {
            case NAME -> Arrays.equals(path, name, end, text, 0, text.length);
            case PATH -> Arrays.equals(path, 0, end, text, 0, text.length);
            case SUFFIX ->
                    end - name >= text.length
                            && Arrays.equals(path, end - text.length, end, text, 0, text.length);
            case NAME_GLOB -> glob != null && glob.matches(path, name, end);
            case PATH_GLOB ->
                    glob != null
                            && end >= text.length
                            && Arrays.equals(path, 0, text.length, text, 0, text.length)
                            && glob.matches(path, text.length, end);
        };
    }
}
