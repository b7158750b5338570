package dev.lanyard.node.io.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * How a file system treats names. Two names are the same to it if they are folded to the same text;
 * a new name is stored as {@code stored} says.
 */
public record NameHabit(UnaryOperator<String> folded, UnaryOperator<String> stored) {
    /** Every byte counts, as on Linux. */
    public static final NameHabit EXACT =
            new NameHabit(UnaryOperator.identity(), UnaryOperator.identity());

    /** {@code Readme} and {@code README} are one name, stored as it was first written. */
    public static final NameHabit IGNORING_CASE =
            new NameHabit(name -> name.toLowerCase(Locale.ROOT), UnaryOperator.identity());

    /** Accents are stored apart from their letters, and either form finds the file. */
    public static final NameHabit DECOMPOSING =
            new NameHabit(NameHabit::decomposed, NameHabit::decomposed);

    /** Neither case nor form makes two names of one, which is stored as it was first written. */
    public static final NameHabit IGNORING_CASE_AND_FORM =
            new NameHabit(
                    name -> decomposed(name).toLowerCase(Locale.ROOT), UnaryOperator.identity());

    private static String decomposed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD);
    }

    boolean same(byte[] name, byte[] other) {
        return folded.apply(new String(name, UTF_8)).equals(folded.apply(new String(other, UTF_8)));
    }

    byte[] store(byte[] name) {
        return stored.apply(new String(name, UTF_8)).getBytes(UTF_8);
    }
}
