package dev.lanyard.node.core.ignore;

import dev.lanyard.protocol.RelativePath;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes, taken for rules that say what to ignore, and for paths: nothing is refused; rules that
 * are read again from their source are the same; whether a path is ignored does not depend on which
 * was asked about before, and follows from the directories that it is in; and no rules cost more
 * time than their length and that of the path allow. What is before the first zero are the rules,
 * what is between zeros are paths.
 */
public final class IgnoreFuzz {
    /**
     * Of the processor, for one input. Much more than the slowest rules take, also where a fuzzer
     * counts branches, and much less than a search that goes back.
     */
    static final Duration TIME_MAX = Duration.ofSeconds(5);

    private static final int FAULTS_MAX = 4;

    private IgnoreFuzz() {}

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        int end = endOfPart(bytes, 0);
        IgnoreRules rules = IgnoreRules.parse(Arrays.copyOf(bytes, end));
        IgnoreRules again = IgnoreRules.ofSource(rules.source());
        check(again.equals(rules), "other rules of the same source");
        check(rules.faults().size() <= FAULTS_MAX, "many faults");
        while (end < bytes.length) {
            int from = end + 1;
            end = endOfPart(bytes, from);
            byte[] path = Arrays.copyOfRange(bytes, from, end);
            if (RelativePath.fault(path).isEmpty()) {
                ask(RelativePath.of(path), rules, again);
            }
            again = IgnoreRules.ofSource(rules.source()); // It remembers nothing.
        }
        long tookNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
        check(tookNanos < TIME_MAX.toNanos(), "it took " + Duration.ofNanos(tookNanos));
    }

    private static int endOfPart(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return at;
    }

    private static void ask(RelativePath path, IgnoreRules rules, IgnoreRules fresh) {
        for (boolean isDirectory : List.of(true, false)) {
            boolean ignores = rules.ignores(path, isDirectory);
            check(ignores == fresh.ignores(path, isDirectory), "it depends on what was asked");
            boolean isInside =
                    path.parent().map(parent -> rules.ignores(parent, true)).orElse(false);
            check(ignores || !isInside, path + " is in what is ignored");
            check(
                    isInside || ignores == rules.ignoresInside(path, isDirectory),
                    path + " is decided in another way from its directory");
        }
        check(!rules.ignores(IgnoreRules.FILE, false), "the rules themselves are ignored");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
