package dev.lanyard.node.core.ignore;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern with wildcards over bytes: {@code *} and {@code ?} and {@code [...]} match no slash,
 * {@code **} between slashes matches any directories, {@code \} takes the next byte to the letter.
 */
final class Glob {
    /*
     * An automaton whose states are the parts of the pattern, after git's wildmatch.c, which decides what each construct means. All states
     * that the text can have reached are followed at once, so the time is at most parts times bytes, whatever the pattern: wildmatch tries
     * one way after the other, and a few `**` make that exponential.
     */
    private static final byte SLASH = '/';

    private final List<Part> parts;

    /** One part of a pattern. */
    private sealed interface Part {
        /** One byte out of a set. */
        record One(BitSet bytes) implements Part {}

        /** Any bytes but slashes. */
        record Star() implements Part {}

        /** Any bytes. */
        record Deep() implements Part {}

        /** Nothing, or else what follows: {@code **} and its slash may be there or not. */
        record MaySkip() implements Part {}
    }

    private Glob(List<Part> parts) {
        this.parts = parts;
    }

    /** The pattern in {@code bytes[from..to)}, or null if it is malformed and matches nothing. */
    static @Nullable Glob compile(byte[] bytes, int from, int to) {
        List<Part> parts = new ArrayList<>();
        int at = from;
        while (at < to) {
            switch (bytes[at]) {
                case '\\' -> {
                    if (at + 1 == to) {
                        return null;
                    }
                    parts.add(literal(bytes[at + 1]));
                    at += 2;
                }
                case '?' -> {
                    parts.add(new Part.One(allButSlash()));
                    at++;
                }
                case '*' -> at = stars(bytes, from, to, at, parts);
                case '[' -> {
                    ByteClass set = ByteClass.parse(bytes, at, to);
                    if (set == null) {
                        return null;
                    }
                    parts.add(new Part.One(set.bytes()));
                    at = set.end();
                }
                default -> {
                    parts.add(literal(bytes[at]));
                    at++;
                }
            }
        }
        return new Glob(List.copyOf(parts));
    }

    private static Part literal(byte b) {
        BitSet one = new BitSet(256);
        one.set(Byte.toUnsignedInt(b));
        return new Part.One(one);
    }

    private static BitSet allButSlash() {
        BitSet all = new BitSet(256);
        all.set(0, 256);
        all.clear(SLASH);
        return all;
    }

    /** Takes a run of asterisks; where it ends. */
    private static int stars(byte[] bytes, int from, int to, int at, List<Part> parts) {
        int end = at;
        while (end < to && bytes[end] == '*') {
            end++;
        }
        boolean begins = at == from || bytes[at - 1] == SLASH;
        boolean ends =
                end == to
                        || bytes[end] == SLASH
                        || (bytes[end] == '\\' && end + 1 < to && bytes[end + 1] == SLASH);
        if (end - at == 1 || !begins || !ends) {
            parts.add(new Part.Star());
        } else {
            if (end < to && bytes[end] == SLASH) {
                parts.add(new Part.MaySkip());
            }
            parts.add(new Part.Deep());
        }
        return end;
    }

    /** Whether it matches all of {@code text[from..to)}. */
    boolean matches(byte[] text, int from, int to) {
        if (from < to
                && (!takes(parts.getFirst(), text[from])
                        || !takes(parts.getLast(), text[to - 1]))) {
            return false; // Most names end here, of millions.
        }
        BitSet states = new BitSet(parts.size() + 1);
        reach(states, 0);
        for (int at = from; at < to && !states.isEmpty(); at++) {
            states = after(states, text[at]);
        }
        return states.get(parts.size());
    }

    /**
     * Where the parts of {@code text[from..to)} end that it matches: before a slash, or at {@code
     * to}.
     */
    BitSet ends(byte[] text, int from, int to) {
        BitSet ends = new BitSet();
        if (!mayEnd(text, from, to)) {
            return ends;
        }
        BitSet states = new BitSet(parts.size() + 1);
        reach(states, 0);
        for (int at = from; at < to && !states.isEmpty(); at++) {
            ends.set(at, text[at] == SLASH && states.get(parts.size()));
            states = after(states, text[at]);
        }
        ends.set(to, states.get(parts.size()));
        return ends;
    }

    /**
     * Whether it is {@code **}, a slash, and what matches a name: that says nothing of the path.
     */
    boolean isOfNames() {
        return parts.getFirst() instanceof Part.MaySkip
                && parts.stream().skip(3).noneMatch(Glob::mayTakeSlash);
    }

    private static boolean mayTakeSlash(Part part) {
        return part instanceof Part.Deep || (!(part instanceof Part.Star) && takes(part, SLASH));
    }

    /** Whether it may match some text that begins with {@code text[from..to)}. */
    boolean mayBegin(byte[] text, int from, int to) {
        BitSet states = new BitSet(parts.size() + 1);
        reach(states, 0);
        for (int at = from; at < to && !states.isEmpty(); at++) {
            states = after(states, text[at]);
        }
        return !states.isEmpty();
    }

    /** Whether any part of a text ends with a byte that the last part of the pattern takes. */
    private boolean mayEnd(byte[] text, int from, int to) {
        boolean may = from == to || takes(parts.getLast(), text[to - 1]);
        for (int at = from; at < to && !may; at++) {
            may = text[at] == SLASH && (at == from || takes(parts.getLast(), text[at - 1]));
        }
        return may;
    }

    /** Whether {@code b} can be what {@code part} matches first or last. */
    private static boolean takes(Part part, byte b) {
        return !(part instanceof Part.One one) || one.bytes().get(Byte.toUnsignedInt(b));
    }

    private BitSet after(BitSet states, byte b) {
        BitSet next = new BitSet(parts.size() + 1);
        int state = states.nextSetBit(0);
        while (state >= 0 && state < parts.size()) {
            switch (parts.get(state)) {
                case Part.One one -> {
                    if (one.bytes().get(Byte.toUnsignedInt(b))) {
                        reach(next, state + 1);
                    }
                }
                case Part.Star _ -> {
                    if (b != SLASH) {
                        reach(next, state);
                    }
                }
                case Part.Deep _ -> reach(next, state);
                case Part.MaySkip _ -> {} // It takes no byte.
            }
            state = states.nextSetBit(state + 1);
        }
        return next;
    }

    /** Adds a state, and those that are reached from it without a byte. */
    private void reach(BitSet states, int first) {
        int state = first;
        while (!states.get(state)) {
            states.set(state);
            if (state == parts.size()) {
                return;
            }
            switch (parts.get(state)) {
                case Part.One _ -> {
                    return;
                }
                case Part.Star _, Part.Deep _ -> {}
                case Part.MaySkip _ -> reach(states, state + 3); // Behind the stars and the slash.
            }
            state++;
        }
    }

    /** A bracket expression: a set of bytes, and where the pattern goes on. */
    private record ByteClass(BitSet bytes, int end) {

        /** The one that begins at {@code start}, or null if it is malformed. */
        static @Nullable ByteClass parse(byte[] pattern, int start, int to) {
            int at = start + 1;
            boolean negated = at < to && (pattern[at] == '!' || pattern[at] == '^');
            if (negated) {
                at++;
            }
            BitSet set = new BitSet(256);
            int previous = 0; // What a range may begin with; 0 for nothing.
            boolean first = true;
            while (first || at >= to || pattern[at] != ']') {
                first = false;
                if (at >= to) {
                    return null;
                }
                int b = Byte.toUnsignedInt(pattern[at]);
                if (b == '\\') {
                    at++;
                    if (at == to) {
                        return null;
                    }
                    previous = Byte.toUnsignedInt(pattern[at]);
                    set.set(previous);
                } else if (b == '-' && previous != 0 && at + 1 < to && pattern[at + 1] != ']') {
                    at += pattern[at + 1] == '\\' ? 2 : 1;
                    if (at >= to) {
                        return null;
                    }
                    int last = Byte.toUnsignedInt(pattern[at]);
                    if (last >= previous) {
                        set.set(previous, last + 1);
                    }
                    previous = 0;
                } else if (b == '[' && at + 1 < to && pattern[at + 1] == ':') {
                    int close = at + 2;
                    while (close < to && pattern[close] != ']') {
                        close++;
                    }
                    if (close == to) {
                        return null;
                    }
                    if (close - at < 3 || pattern[close - 1] != ':') {
                        set.set('['); // No name of a class: like any other bytes.
                        previous = '[';
                    } else {
                        BitSet named = named(pattern, at + 2, close - 1);
                        if (named == null) {
                            return null;
                        }
                        set.or(named);
                        previous = 0;
                        at = close;
                    }
                } else {
                    set.set(b);
                    previous = b;
                }
                at++;
            }
            if (negated) {
                set.flip(0, 256);
            }
            set.clear(SLASH);
            return new ByteClass(set, at + 1);
        }

        private static @Nullable BitSet named(byte[] pattern, int from, int to) {
            String name = new String(pattern, from, to - from, StandardCharsets.ISO_8859_1);
            BitSet set = new BitSet(256);
            for (int b = 0; b < 128; b++) {
                Boolean is = isIn(name, b);
                if (is == null) {
                    return null;
                }
                set.set(b, is);
            }
            return set;
        }

        private static @Nullable Boolean isIn(String name, int b) {
            boolean digit = b >= '0' && b <= '9';
            boolean lower = b >= 'a' && b <= 'z';
            boolean upper = b >= 'A' && b <= 'Z';
            boolean graph = b > ' ' && b < 127;
            return switch (name) {
                case "alnum" -> digit || lower || upper;
                case "alpha" -> lower || upper;
                case "blank" -> b == ' ' || b == '\t';
                case "cntrl" -> b < ' ' || b == 127;
                case "digit" -> digit;
                case "graph" -> graph;
                case "lower" -> lower;
                case "print" -> graph || b == ' ';
                case "punct" -> graph && !digit && !lower && !upper;
                case "space" -> b == ' ' || b == '\t' || b == '\n' || b == '\r';
                case "upper" -> upper;
                case "xdigit" -> digit || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
                default -> null;
            };
        }
    }
}
