package dev.lanyard.node.app.cli;

import java.util.List;

/**
 * Something that {@code lanyard doctor} looked at.
 *
 * @param subject what it is about: one of a fixed set of words, for scripts too
 * @param ok whether nothing is wrong with it
 * @param finding what was found, in words
 * @param remedy what to do; empty if it is ok
 */
record Check(String subject, boolean ok, String finding, String remedy) {
    static Check ok(String subject, String finding) {
        return new Check(subject, true, finding, "");
    }

    static Check bad(String subject, String finding, String remedy) {
        return new Check(subject, false, finding, remedy);
    }

    /** As people read it: a line, and one more with what to do. */
    List<String> lines() {
        String line = "%-13s %s: %s".formatted(ok ? "ok" : "look at this", subject, finding);
        return ok ? List.of(line) : List.of(line, "%-13s -> %s".formatted("", remedy));
    }
}
