package dev.lanyard.it.onefile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Versions, numbered from 0 as they were made, and what must be true of their order. Immutable.
 *
 * <p>An order is only assumed as far as something that was seen depends on it, so few worlds stand
 * for many.
 */
final class Versions {
    /*
     * A deletion has the stamp of what it deleted and one nanosecond, and loses against a live version of the same stamp. An edit has at
     * least the stamp of its base and one nanosecond. So a deletion whose base is not greater than that of an edit is less than the edit;
     * and if it is greater, its base is greater too.
     */

    /** What a version is based on that was made where nothing had been. */
    static final int NOTHING = -1;

    private static final int COUNT_MAX = Long.SIZE;

    private final List<Version> all;

    /** For each version the set, as bits, of those that are less. */
    private final long[] lesser;

    private record Version(@Nullable String value, int base) {}

    private Versions(List<Version> all, long[] lesser) {
        this.all = all;
        this.lesser = lesser;
    }

    static Versions none() {
        return new Versions(List.of(), new long[0]);
    }

    /** Only one, whatever it was based on. */
    static Versions only(@Nullable String value) {
        return new Versions(List.of(new Version(value, NOTHING)), new long[1]);
    }

    int count() {
        return all.size();
    }

    @Nullable String value(int version) {
        return version == NOTHING ? null : all.get(version).value();
    }

    /** Those that have this value; several only if they are deletions. */
    int[] of(@Nullable String value) {
        return IntStream.range(0, all.size())
                .filter(version -> Objects.equals(value(version), value))
                .toArray();
    }

    /** One more, which has the greatest number; null if there can be none. */
    @Nullable Versions with(@Nullable String value, int base) {
        if (all.size() == COUNT_MAX) {
            throw new IllegalStateException("more than %d versions".formatted(COUNT_MAX));
        }
        List<Version> more = new ArrayList<>(all);
        more.add(new Version(value, base));
        Versions versions = new Versions(List.copyOf(more), Arrays.copyOf(lesser, more.size()));
        return versions.orderedBy(base, all.size());
    }

    /** The same if {@code lesser} is less than {@code greater}; null if that cannot be. */
    @Nullable Versions ordered(int less, int greater) {
        return less == NOTHING || isLess(less, greater)
                ? this
                : new Versions(all, lesser.clone()).orderedBy(less, greater);
    }

    /** The same if {@code greatest} is greater than all others; null if that cannot be. */
    @Nullable Versions endingIn(int greatest) {
        Versions versions = this;
        for (int other = 0; other < all.size() && versions != null; other++) {
            if (other != greatest) {
                versions = versions.ordered(other, greatest);
            }
        }
        return versions;
    }

    private @Nullable Versions orderedBy(int less, int greater) {
        if (less != NOTHING) {
            add(less, greater);
        }
        while (addImplied()) {
            // Each may imply others.
        }
        return IntStream.range(0, all.size()).anyMatch(each -> isLess(each, each)) ? null : this;
    }

    private boolean isLess(int less, int greater) {
        return (lesser[greater] & bit(less)) != 0;
    }

    private void add(int less, int greater) {
        long all = lesser[less] | bit(less);
        for (int each = 0; each < lesser.length; each++) {
            if (each == greater || isLess(greater, each)) {
                lesser[each] |= all;
            }
        }
    }

    /** Adds what follows for deletions and edits; whether that was anything. */
    private boolean addImplied() {
        boolean added = false;
        for (int deletion = 0; deletion < all.size(); deletion++) {
            int deleted = all.get(deletion).base();
            if (all.get(deletion).value() != null || deleted == NOTHING) {
                continue;
            }
            for (int edit = 0; edit < all.size(); edit++) {
                int edited = all.get(edit).base();
                if (all.get(edit).value() == null || edited == NOTHING) {
                    continue;
                }
                if ((deleted == edited || isLess(deleted, edited)) && !isLess(deletion, edit)) {
                    add(deletion, edit);
                    added = true;
                }
                if (isLess(edit, deletion) && !isLess(edited, deleted)) {
                    add(edited, deleted);
                    added = true;
                }
            }
        }
        return added;
    }

    private static long bit(int version) {
        return 1L << version;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Versions that
                && all.equals(that.all)
                && Arrays.equals(lesser, that.lesser);
    }

    @Override
    public int hashCode() {
        return 31 * all.hashCode() + Arrays.hashCode(lesser);
    }
}
