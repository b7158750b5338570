package dev.lanyard.node.core.names;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a file system tells names apart.
 *
 * @param rules which names it refuses, whatever else is there
 * @param foldsCase {@code Readme} and {@code README} are one name
 * @param foldsForms an accented letter is one name with the letter and the accent behind it
 * @param decomposes of these two forms it gives back the latter, whichever it was given; implies
 *     {@code foldsForms}
 */
public record Naming(NameRules rules, boolean foldsCase, boolean foldsForms, boolean decomposes) {
    /** Every byte counts, as on Linux. */
    public static final Naming EXACT = new Naming(false, false, false);

    /** Checks that what is changed is folded. */
    public Naming {
        if (decomposes && !foldsForms) {
            throw new IllegalArgumentException("a file system that changes forms tells them apart");
        }
    }

    /** One that refuses nothing. */
    public Naming(boolean foldsCase, boolean foldsForms, boolean decomposes) {
        this(NameRules.LINUX, foldsCase, foldsForms, decomposes);
    }

    /** Whether it can have all names, and no two are one. */
    public boolean isExact() {
        return equals(EXACT);
    }

    /**
     * The same text for all names that are one here, and for no others as far as that is known: the
     * tables of file systems are of different years, so the file system has the last word.
     */
    public String key(byte[] name) {
        String text = text(name);
        if (text == null) {
            return "\uffff" + new String(name, StandardCharsets.ISO_8859_1);
        }
        String folded = foldsForms ? Normalizer.normalize(text, Normalizer.Form.NFD) : text;
        return foldsCase ? lower(folded) : folded;
    }

    /** Letter by letter, by way of the upper case, where some meet that differ in lower case. */
    private static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints()
                .map(Character::toUpperCase)
                .map(Character::toLowerCase)
                .forEach(lower::appendCodePoint);
        return lower.toString();
    }

    /** Whether two different names are one here. */
    public boolean clash(byte[] name, byte[] other) {
        return !Arrays.equals(name, other) && key(name).equals(key(other));
    }

    /**
     * The name by which the share knows what the file system calls {@code stored}. Most systems
     * write names composed, so one that takes them apart is taken to have been given that.
     */
    public byte[] shown(byte[] stored) {
        String text = decomposes ? text(stored) : null;
        return text == null
                ? stored
                : Normalizer.normalize(text, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8);
    }

    /** Why the file system refuses this name, or cannot give it back as it was given, if so. */
    public Optional<String> fault(RelativePath path) {
        byte[] name = path.name();
        Optional<String> refused = rules.fault(path);
        if (refused.isPresent()) {
            return refused;
        }
        return Arrays.equals(shown(name), name)
                ? Optional.empty()
                : Optional.of("this file system would give it another form");
    }

    private static @Nullable String text(byte[] name) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }
}
