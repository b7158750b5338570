package dev.lanyard.it.simulation;

import static java.util.stream.Collectors.toSet;

import dev.lanyard.it.onefile.KeptName;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What users wrote and did away with, and what is promised to be there: held against the disks of
 * all machines. Every content that is written is like no other.
 */
final class Ledger {
    private final Map<String, String> written = new HashMap<>();

    /** What nobody has to find any more: somebody saw it and did away with it, or the power did. */
    private final Set<String> released = new HashSet<>();

    /** What could not be written, at least not as a whole. */
    private final Set<String> begun = new HashSet<>();

    /** What power cuts made of files. */
    private final Set<String> torn = new HashSet<>();

    /** What came in place of something else without a sign that could be looked at. */
    private final Set<String> unnoticed = new HashSet<>();

    private final Map<Machine, Set<FileStat>> shown = new HashMap<>();

    private final Map<Machine, Set<String>> durable = new HashMap<>();

    /** A user begins to write {@code content}; a part of it may be all that there will be. */
    void begins(String content) {
        begun.add(content);
    }

    /** A user has written {@code content}. */
    void writes(String content, String where) {
        begun.remove(content);
        written.put(content, where);
    }

    /** Something on {@code machine} looks like this, before a user changes it. */
    void showed(Machine machine, FileStat stat) {
        shown.computeIfAbsent(machine, _ -> new HashSet<>()).add(stat);
    }

    /**
     * What has {@code content} now looks like this. If what it came in place of did, now or before,
     * nobody may have noticed.
     */
    void shows(Machine machine, FileStat stat, String content) {
        if (!shown.computeIfAbsent(machine, _ -> new HashSet<>()).add(stat)) {
            unnoticed.add(content);
        }
    }

    /** The user of {@code machine} does away with all that is at {@code path} and below. */
    void discards(Machine machine, RelativePath path) {
        machine.disk()
                .everything()
                .forEach(
                        (at, found) -> {
                            if (found.kind() == Kind.FILE
                                    && (at.equals(path) || at.isBelow(path))) {
                                released.add(machine.contentOf(at));
                            }
                        });
    }

    /** All that {@code machine} has is on its medium; what is in staging may go again. */
    void keepsAll(Machine machine) {
        durableOn(machine).addAll(tree(machine));
        durableOn(machine).addAll(in(machine, Place.VERSIONS));
    }

    /** {@code machine} has said that {@code content} is on its medium. */
    void keeps(Machine machine, String content) {
        durableOn(machine).add(content);
    }

    private Set<String> durableOn(Machine machine) {
        return durable.computeIfAbsent(machine, _ -> new HashSet<>());
    }

    /** Has the power of {@code machine} cut, and looks what that leaves on it and on all. */
    void cut(Machine machine, Iterable<Machine> machines, Runnable cut) {
        Set<String> before = contents(machine);
        cut.run();
        Set<String> after = contents(machine);
        torn.addAll(tree(machine));
        Set<String> promised = durableOn(machine);
        for (String content : before) {
            if (!after.contains(content) && promised.contains(content) && isOwed(content)) {
                throw new Violation(
                        "%s said that it has %s, which a power cut took"
                                .formatted(machine, named(content)));
            }
        }
        promised.retainAll(after);
        for (Machine each : machines) { // What else is in staging may be of no use there.
            before.removeAll(durableOn(each));
            before.removeAll(tree(each));
            before.removeAll(in(each, Place.VERSIONS));
        }
        released.addAll(before);
    }

    private boolean isOwed(String content) {
        return written.containsKey(content) && !released.contains(content);
    }

    /** All that must be somewhere is, and nothing is that nobody wrote. */
    void check(Iterable<Machine> machines) {
        Set<String> missing = new LinkedHashSet<>(written.keySet());
        missing.removeAll(released);
        for (Machine machine : machines) {
            for (String content : tree(machine)) {
                missing.remove(content);
                if (!mayBe(content)) {
                    throw new Violation(
                            "%s has what nobody wrote: %s"
                                    .formatted(machine, Contents.brief(content)));
                }
            }
            missing.removeAll(in(machine, Place.VERSIONS));
            missing.removeAll(in(machine, Place.STAGING));
        }
        if (!missing.isEmpty()) {
            throw new Violation("nobody has " + missing.stream().map(this::named).toList());
        }
    }

    /**
     * What is in nobody's tree, though whoever wrote what is there now had not seen it, is a
     * conflict for somebody to look at.
     */
    void checkConflicts(Iterable<Machine> machines) {
        Set<String> lost = new LinkedHashSet<>(written.keySet());
        lost.removeAll(released);
        lost.removeAll(unnoticed); // It is kept as what it came in place of.
        for (Machine machine : machines) {
            lost.removeAll(tree(machine));
            machine.disk()
                    .files(Place.VERSIONS)
                    .forEach(
                            (name, bytes) -> {
                                if (KeptName.isConflict(name)) {
                                    lost.remove(Contents.text(bytes));
                                }
                            });
        }
        if (!lost.isEmpty()) {
            throw new Violation("no conflict is " + lost.stream().map(this::named).toList());
        }
    }

    private boolean mayBe(String content) {
        return content.isEmpty()
                || written.containsKey(content)
                || torn.contains(content)
                || begun.stream().anyMatch(whole -> whole.startsWith(content));
    }

    private String named(String content) {
        return "%s (%s)".formatted(Contents.brief(content), written.get(content));
    }

    private static Set<String> tree(Machine machine) {
        Set<String> contents = new HashSet<>();
        machine.disk()
                .everything()
                .forEach(
                        (path, found) -> {
                            if (found.kind() == Kind.FILE) {
                                contents.add(machine.contentOf(path));
                            }
                        });
        return contents;
    }

    private static Set<String> in(Machine machine, Place place) {
        return machine.disk().files(place).values().stream().map(Contents::text).collect(toSet());
    }

    private static Set<String> contents(Machine machine) {
        Set<String> contents = tree(machine);
        contents.addAll(in(machine, Place.VERSIONS));
        contents.addAll(in(machine, Place.STAGING));
        return contents;
    }
}
