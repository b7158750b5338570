package dev.lanyard.node.core.ignore;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules that say which paths are not synced. Immutable. */
public final class IgnoreRules {
    /** Where the rules of a share are; never ignored itself. */
    public static final RelativePath FILE = RelativePath.of(".lanyardignore");

    /** What is behind so many bytes of the file is not in force. */
    public static final int FILE_BYTES_MAX = 1 << 20;

    /** Patterns behind so many are not in force. */
    public static final int PATTERNS_MAX = 10_000;

    /** A longer pattern is not in force. */
    public static final int PATTERN_BYTES_MAX = 1_024;

    /** Patterns with wildcards, other than {@code *.suffix}, may have so many bytes together. */
    public static final int GLOB_BYTES_MAX = 1 << 14;

    /** The rules of a share without a rules file. */
    public static final IgnoreRules DEFAULT = parse(new byte[0]);

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"; // As bytes.

    /**
     * The directory that was asked about last, which is not ignored and in none that is. Paths come
     * in order, so that most have been decided but for their own name; without it, a path would
     * cost as much as it is long for each directory in it. Any thread may write any such directory.
     */
    private volatile byte[] lastOpen = new byte[0];

    private final String source;
    private final List<String> faults = new ArrayList<>();
    private final List<Pattern> patterns = new ArrayList<>();

    /*
     * Later patterns decide, so all tables and lists have the greatest number first, and whoever finds one need not look at lesser ones.
     */
    private final Map<ByteBuffer, int[]> byName = new HashMap<>();
    private final Map<ByteBuffer, int[]> byPath = new HashMap<>();
    private final BitSet pathLengths = new BitSet();

    /** By the last byte; {@code *} alone is at 0, which no name holds. */
    private final Map<Byte, int[]> bySuffix = new HashMap<>();

    private int[] globs = new int[0];

    private IgnoreRules(String source) {
        this.source = source;
    }

    /** The rules of a share whose rules file has this content. */
    public static IgnoreRules parse(byte[] file) {
        boolean tooLong = file.length > FILE_BYTES_MAX;
        String text =
                new String(
                        file,
                        0,
                        Math.min(file.length, FILE_BYTES_MAX),
                        StandardCharsets.ISO_8859_1);
        if (tooLong) {
            text =
                    text.substring(
                            0, text.lastIndexOf('\n') + 1); // Half a line means another thing.
        }
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        IgnoreRules rules = ofSource(Defaults.TEXT + text.replaceAll("\0[^\n]*", ""));
        if (tooLong) {
            rules.faults.add(
                    "it has %d bytes; what is behind %d is not in force"
                            .formatted(file.length, FILE_BYTES_MAX));
        }
        return rules;
    }

    /** The rules whose {@link #source} this is. */
    public static IgnoreRules ofSource(String source) {
        IgnoreRules rules = new IgnoreRules(source);
        rules.read();
        return rules;
    }

    /** All lines, the built-in ones first, one character for each byte: equal for equal rules. */
    public String source() {
        return source;
    }

    /** What of the file is not in force, and why; for people. Short, however many lines that is. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    // ---------------------------------------------------------------- reading

    private void read() {
        long globBytes = 0;
        int tooLong = 0;
        int behind = 0;
        int wild = 0;
        for (String line : source.split("\n", -1)) {
            byte[] bytes = trimmed(line).getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length == 0 || bytes[0] == '#') {
                continue;
            }
            if (bytes.length > PATTERN_BYTES_MAX) {
                tooLong++;
                continue;
            }
            if (patterns.size() == PATTERNS_MAX) {
                behind++;
                continue;
            }
            Pattern pattern = Pattern.parse(bytes);
            if (pattern == null) {
                continue; // It matches nothing, and git does not complain either.
            }
            if (pattern.isGlob()) {
                if (globBytes + bytes.length > GLOB_BYTES_MAX) {
                    wild++;
                    continue;
                }
                globBytes += bytes.length;
            }
            patterns.add(pattern);
        }
        fault(tooLong, "longer than %d bytes".formatted(PATTERN_BYTES_MAX));
        fault(behind, "behind the first %d".formatted(PATTERNS_MAX));
        fault(wild, "more wildcards than %d bytes of patterns".formatted(GLOB_BYTES_MAX));
        index();
    }

    private void fault(int count, String why) {
        if (count > 0) {
            faults.add("%d patterns are not in force: %s".formatted(count, why));
        }
    }

    /** Without the end of a line, and without spaces at its end unless they are escaped. */
    private static String trimmed(String line) {
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        int end = 0;
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == '\\') {
                at += 2;
                end = Math.min(at, text.length());
            } else {
                at++;
                end = text.charAt(at - 1) == ' ' ? end : at;
            }
        }
        return text.substring(0, end);
    }

    private void index() {
        Map<ByteBuffer, List<Integer>> names = new HashMap<>();
        Map<ByteBuffer, List<Integer>> paths = new HashMap<>();
        Map<Byte, List<Integer>> suffixes = new HashMap<>();
        List<Integer> wild = new ArrayList<>();
        for (int i = patterns.size() - 1; i >= 0; i--) {
            Pattern pattern = patterns.get(i);
            List<Integer> list =
                    switch (pattern.kind) {
                        case NAME -> listAt(names, ByteBuffer.wrap(pattern.text));
                        case PATH -> listAt(paths, ByteBuffer.wrap(pattern.text));
                        case SUFFIX -> listAt(suffixes, lastByte(pattern.text));
                        case NAME_GLOB, PATH_GLOB -> wild;
                    };
            list.add(i);
        }
        names.forEach((key, list) -> byName.put(key, array(list)));
        paths.forEach((key, list) -> byPath.put(key, array(list)));
        paths.keySet().forEach(key -> pathLengths.set(key.remaining()));
        suffixes.forEach((key, list) -> bySuffix.put(key, array(list)));
        globs = array(wild);
    }

    private static <K> List<Integer> listAt(Map<K, List<Integer>> lists, K key) {
        return lists.computeIfAbsent(key, _ -> new ArrayList<>());
    }

    private static byte lastByte(byte[] text) {
        return text.length == 0 ? 0 : text[text.length - 1];
    }

    private static int[] array(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    // ---------------------------------------------------------------- asking

    /** Whether {@code path} is ignored, by itself or with a directory that it is in. */
    public boolean ignores(RelativePath path, boolean isDirectory) {
        byte[] bytes = path.bytes();
        int known = open(bytes);
        int name = known;
        @Nullable Map<Integer, BitSet> ends = null; // By pattern; found once for all directories.
        for (int end = Math.max(1, known); end < bytes.length; end++) {
            if (bytes[end] == '/') {
                ends = ends == null ? new HashMap<>() : ends;
                if (decide(bytes, name, end, true, ends)) {
                    return true;
                }
                name = end + 1;
            }
        }
        if (name > known) {
            lastOpen = Arrays.copyOf(bytes, name - 1);
        }
        return decide(bytes, name, bytes.length, isDirectory, ends) && !path.equals(FILE);
    }

    /**
     * Whether something below {@code from} may be ignored that is not ignored at the same place
     * below {@code to}, where neither of the two is itself. What is ignored for its name is so in
     * both.
     */
    public boolean mayUncover(RelativePath from, RelativePath to) {
        byte[] belowFrom = withSlash(from);
        byte[] belowTo = withSlash(to);
        return patterns.stream()
                .anyMatch(each -> each.tellsApartBelow(each.negated ? belowTo : belowFrom));
    }

    private static byte[] withSlash(RelativePath directory) {
        byte[] bytes = directory.bytes();
        byte[] all = Arrays.copyOf(bytes, bytes.length + 1);
        all[bytes.length] = '/';
        return all;
    }

    /** Where the first name of {@code path} begins that is not known to be in an open directory. */
    private int open(byte[] path) {
        byte[] open = lastOpen;
        int same = Arrays.mismatch(path, open);
        int at = same < 0 ? path.length : same;
        if (at == open.length && at < path.length && path[at] == '/') {
            return at + 1;
        }
        while (at > 0 && path[at - 1] != '/') {
            at--;
        }
        return at;
    }

    /** The same for a path in a directory that is not ignored, at less cost. */
    public boolean ignoresInside(RelativePath path, boolean isDirectory) {
        byte[] bytes = path.bytes();
        int name = bytes.length;
        while (name > 0 && bytes[name - 1] != '/') {
            name--;
        }
        return decide(bytes, name, bytes.length, isDirectory, null) && !path.equals(FILE);
    }

    /** Whether {@code path} is ignored whatever it is. */
    public boolean ignoresAnyKind(RelativePath path) {
        return ignores(path, false) && ignores(path, true);
    }

    /**
     * What the last pattern says that matches {@code path[0..end)}.
     *
     * @param ends where patterns match, of those that were asked about other parts of the path;
     *     null if this is the only part that is asked about
     */
    private boolean decide(
            byte[] path,
            int name,
            int end,
            boolean isDirectory,
            @Nullable Map<Integer, BitSet> ends) {
        int best = -1;
        best = exact(byName, ByteBuffer.wrap(path, name, end - name), isDirectory, best);
        if (pathLengths.get(end)) { // To hash all of a path for each of its directories takes long.
            best = exact(byPath, ByteBuffer.wrap(path, 0, end), isDirectory, best);
        }
        best = tried(bySuffix.get(path[end - 1]), path, name, end, isDirectory, best, null);
        best = tried(bySuffix.get((byte) 0), path, name, end, isDirectory, best, null);
        best = tried(globs, path, name, end, isDirectory, best, ends);
        return best >= 0 && !patterns.get(best).negated;
    }

    private int exact(
            Map<ByteBuffer, int[]> table, ByteBuffer key, boolean isDirectory, int bestSoFar) {
        int[] found = table.get(key);
        if (found != null) {
            for (int i : found) {
                if (i < bestSoFar) {
                    break;
                }
                if (isDirectory || !patterns.get(i).directoriesOnly) {
                    return i;
                }
            }
        }
        return bestSoFar;
    }

    private int tried(
            int @Nullable [] list,
            byte[] path,
            int name,
            int end,
            boolean isDirectory,
            int bestSoFar,
            @Nullable Map<Integer, BitSet> ends) {
        if (list != null) {
            for (int i : list) {
                if (i < bestSoFar) {
                    break;
                }
                Pattern pattern = patterns.get(i);
                if ((isDirectory || !pattern.directoriesOnly)
                        && matches(i, path, name, end, ends)) {
                    return i;
                }
            }
        }
        return bestSoFar;
    }

    private boolean matches(
            int i, byte[] path, int name, int end, @Nullable Map<Integer, BitSet> ends) {
        Pattern pattern = patterns.get(i);
        if (ends == null || pattern.kind != Pattern.Kind.PATH_GLOB) {
            return pattern.matches(path, name, end);
        }
        return ends.computeIfAbsent(i, _ -> pattern.ends(path)).get(end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IgnoreRules rules && source.equals(rules.source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    @Override
    public String toString() {
        return "%d patterns".formatted(patterns.size());
    }
}
