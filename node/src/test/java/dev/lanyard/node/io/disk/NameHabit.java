package dev.lanyard.node.io.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * How a file system treats names. Two names are the same to it if they are folded to the same text;
 * a new name is stored as {@code stored} says, unless it is {@code refused}.
 */
public record NameHabit(
        UnaryOperator<String> folded, UnaryOperator<String> stored, Predicate<String> refused) {
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

    /** As {@link #IGNORING_CASE}, without some names: as on Windows. */
    public static final NameHabit RESERVING =
            new NameHabit(
                    IGNORING_CASE.folded, IGNORING_CASE.stored, NameHabit::isReservedOnWindows);

    /** Refuses nothing. */
    private NameHabit(UnaryOperator<String> folded, UnaryOperator<String> stored) {
        this(folded, stored, _ -> false);
    }

    private static boolean isReservedOnWindows(String name) {
        return name.equalsIgnoreCase("nul") || name.contains(":") || name.endsWith(".");
    }

    private static String decomposed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD);
    }

    boolean same(byte[] name, byte[] other) {
        return folded.apply(new String(name, UTF_8)).equals(folded.apply(new String(other, UTF_8)));
    }

    boolean refuses(byte[] name) {
        return refused.test(new String(name, UTF_8));
    }

    byte[] store(byte[] name) {
        return stored.apply(new String(name, UTF_8)).getBytes(UTF_8);
    }
}
