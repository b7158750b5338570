package dev.lanyard.it.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Locale.ROOT;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.MemoryDisk;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Does to a tree what people and their programs do to one. */
final class User {
    /** What changed so long ago is not looked at again after an unclean stop. */
    private static final Duration OLD = Duration.ofSeconds(30);

    private static final List<String> PATHS =
            List.of("a", "b", "d", "d/x", "d/y", "d/s", "d/s/t", "e", "e/x", "e/s");

    /** The same to a disk that folds names, and not to others. */
    private static final List<String> SAME_TO_SOME =
            List.of("A", "D/x", "d/X", "D", "d/\u00e9", "d/e\u0301");

    /** What Windows does not have. */
    private static final List<String> RESERVED = List.of("nul", "d/a:b", "e.");

    private static final List<String> PATTERNS = List.of("x", "/e", "s", "/d/x", "!x", "t");
    private static final String TEMPORARY = "~new";
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant FAR_AHEAD = Instant.parse("2099-01-01T00:00:00Z");
    private static final int PADDING_MAX = 300;

    private final Simulation world;
    private final Machine machine;
    private final MemoryDisk disk;
    private final Ledger ledger;
    private final Random random;

    /** All that the user does follows from {@code number}. */
    User(Simulation world, Machine machine, int number) {
        this.world = world;
        this.machine = machine;
        this.disk = machine.disk();
        this.ledger = world.ledger();
        this.random = new Random(number);
    }

    /** Does one thing. */
    void act() {
        RelativePath path = anyPath();
        try {
            act(path);
        } catch (DiskException refused) {
            world.tell("%s: its user fails: %s", machine, refused.getMessage());
        }
    }

    /** Puts something new at {@code path}. */
    void replace(RelativePath path) {
        RelativePath stored = disk.spelled(machine.stored(path));
        try {
            if (!Arrays.equals(stored.name(), machine.stored(path).name())) {
                clear(stored); // Another spelling stays as it is when it is written to.
                stored = disk.spelled(machine.stored(path));
            }
            write(stored);
            disk.setMtime(stored, machine.wallClock());
        } catch (DiskException refused) {
            world.tell("%s: its user fails: %s", machine, refused.getMessage());
        }
    }

    /** Deletes what is at {@code path}. */
    void remove(RelativePath path) {
        try {
            clear(machine.stored(path));
        } catch (DiskException refused) {
            world.tell("%s: its user fails: %s", machine, refused.getMessage());
        }
    }

    /** Changes what is ignored. */
    void ignore() {
        String rules = "#%s\n%s\n%s\n".formatted(world.nextContent(), anyPattern(), anyPattern());
        try {
            if (random.nextInt(4) == 0) {
                clear(IgnoreRules.FILE);
            } else {
                tell("ignores " + Contents.brief(rules), IgnoreRules.FILE);
                put(IgnoreRules.FILE, rules, "rules of " + machine);
            }
        } catch (DiskException refused) {
            world.tell("%s: its user fails: %s", machine, refused.getMessage());
        }
    }

    private String anyPattern() {
        return PATTERNS.get(random.nextInt(PATTERNS.size()));
    }

    private void act(RelativePath path) throws DiskException {
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> write(path);
            case 3, 4, 5 -> save(path);
            case 6 -> append(path);
            case 7, 8 -> delete(path);
            case 9, 10, 11 -> rename(path);
            case 12 -> makeDirectory(path);
            case 13 -> chmod(path);
            case 14 -> link(path);
            default -> touch(path);
        }
    }

    private RelativePath anyPath() {
        if (world.isFolding() && random.nextInt(3) == 0) {
            String path = SAME_TO_SOME.get(random.nextInt(SAME_TO_SOME.size()));
            return disk.spelled(RelativePath.of(path));
        }
        if (world.isReserving() && random.nextInt(6) == 0) {
            return disk.spelled(RelativePath.of(RESERVED.get(random.nextInt(RESERVED.size()))));
        }
        return disk.spelled(RelativePath.of(PATHS.get(random.nextInt(PATHS.size()))));
    }

    private @Nullable Kind kindAt(RelativePath path) {
        Found found = disk.everything().get(path);
        return found == null ? null : found.kind();
    }

    private String newContent() {
        StringBuilder content = new StringBuilder(world.nextContent());
        int padding = random.nextInt(3) == 0 ? random.nextInt(PADDING_MAX) : 0;
        for (int i = 0; i < padding; i++) {
            content.append((char) ('a' + i % 26));
        }
        return content.toString();
    }

    /** Makes sure that {@code path} can be written, as somebody would who wants it so. */
    private void makeRoom(RelativePath path) throws DiskException {
        if (path.parent().isPresent()) {
            RelativePath parent = path.parent().get();
            if (kindAt(parent) != Kind.DIRECTORY) {
                makeRoom(parent);
                clear(parent);
                disk.makeDirectory(parent);
            }
        }
    }

    private void clear(RelativePath path) throws DiskException {
        if (kindAt(path) != null) {
            ledger.discards(machine, path);
            tell("removes", path);
            disk.deleteTree(path);
        }
    }

    private void write(RelativePath path) throws DiskException {
        makeRoom(path);
        if (kindAt(path) != Kind.FILE) {
            clear(path);
        }
        String content = newContent();
        tell("writes " + Contents.brief(content), path);
        put(path, content, "written to %s on %s".formatted(path, machine));
        date(path);
    }

    /** As editors do: what is there is replaced by a new file in one step. */
    private void save(RelativePath path) throws DiskException {
        makeRoom(path);
        if (kindAt(path) != null && kindAt(path) != Kind.FILE) {
            clear(path);
        }
        RelativePath parent = path.parent().orElse(null);
        byte[] name = (new String(path.name(), UTF_8) + TEMPORARY).getBytes(UTF_8);
        RelativePath temporary =
                disk.spelled(parent == null ? RelativePath.of(name) : parent.child(name));
        String content = newContent();
        tell("saves " + Contents.brief(content), path);
        put(temporary, content, "saved to %s on %s".formatted(path, machine));
        date(temporary);
        if (random.nextBoolean()) {
            disk.sync();
            ledger.keepsAll(machine);
        }
        ledger.discards(machine, path);
        disk.rename(temporary, path);
    }

    private void put(RelativePath path, String content, String where) throws DiskException {
        Found before = disk.everything().get(path);
        if (before != null) {
            ledger.showed(machine, before.stat());
        }
        ledger.discards(machine, path);
        ledger.begins(content);
        disk.write(path, Contents.bytes(content));
        ledger.writes(content, where);
        Found after = disk.everything().get(path);
        if (after != null) {
            ledger.shows(machine, after.stat(), content);
        }
        if (before != null && isOld(before)) {
            // What the power left of it under such times only reading all again would find.
            disk.sync();
            ledger.keepsAll(machine);
        }
    }

    private boolean isOld(Found found) {
        Duration age = Duration.between(found.stat().ctime(), machine.wallClock()).abs();
        return age.compareTo(OLD) > 0;
    }

    private void append(RelativePath path) throws DiskException {
        Found before = disk.everything().get(path);
        if (before == null || before.kind() != Kind.FILE) {
            return;
        }
        String more = newContent();
        ledger.showed(machine, before.stat());
        ledger.discards(machine, path);
        String whole = machine.contentOf(path) + more;
        tell("appends " + Contents.brief(more), path);
        ledger.begins(whole);
        disk.append(path, Contents.bytes(more));
        ledger.writes(whole, "appended to %s on %s".formatted(path, machine));
    }

    private void delete(RelativePath path) throws DiskException {
        clear(path);
    }

    private void rename(RelativePath path) throws DiskException {
        RelativePath to = world.isFolding() && random.nextInt(4) == 0 ? respelled(path) : anyPath();
        if (kindAt(path) == null || to.equals(path) || to.isBelow(path) || path.isBelow(to)) {
            return;
        }
        makeRoom(to);
        if (kindAt(path) == null) {
            return; // It was in the way of a parent.
        }
        if (disk.spelled(to).equals(path)) {
            tell("respells as " + to, path);
            disk.rename(path, to);
            return;
        }
        boolean replaces = kindAt(path) != Kind.DIRECTORY && kindAt(to) == Kind.FILE;
        if (replaces) {
            ledger.discards(machine, to);
        } else {
            clear(to);
        }
        tell("renames to " + to, path);
        disk.rename(path, to);
    }

    /** With its last name in the other case. */
    private static RelativePath respelled(RelativePath path) {
        String name = new String(path.name(), UTF_8);
        String upper = name.toUpperCase(ROOT);
        byte[] other = (name.equals(upper) ? name.toLowerCase(ROOT) : upper).getBytes(UTF_8);
        return path.parent().map(in -> in.child(other)).orElseGet(() -> RelativePath.of(other));
    }

    private void makeDirectory(RelativePath path) throws DiskException {
        if (kindAt(path) == null) {
            makeRoom(path);
            tell("makes a directory", path);
            disk.makeDirectory(path);
        }
    }

    private void chmod(RelativePath path) throws DiskException {
        if (kindAt(path) == Kind.FILE || kindAt(path) == Kind.DIRECTORY) {
            tell("chmod", path);
            disk.setMode(path, random.nextBoolean() ? 0700 : 0755);
        }
    }

    private void link(RelativePath path) throws DiskException {
        makeRoom(path);
        clear(path);
        tell("links", path);
        byte[] target = ("target" + random.nextInt(3)).getBytes(UTF_8);
        disk.makeLink(path, new LinkTarget(target));
    }

    private void touch(RelativePath path) throws DiskException {
        if (kindAt(path) == Kind.FILE) {
            tell("dates", path);
            disk.setMtime(path, machine.wallClock().minusSeconds(random.nextInt(100_000)));
        }
    }

    /**
     * Some files come with a date of their own, which no other has: what is put in place and
     * written once more in the same tick, with the same length and date, looks untouched.
     */
    private void date(RelativePath path) throws DiskException {
        switch (random.nextInt(6)) {
            case 0 -> disk.setMtime(path, LONG_AGO.plusSeconds(world.contents()));
            case 1 -> disk.setMtime(path, FAR_AHEAD.plusSeconds(world.contents()));
            default -> {}
        }
    }

    private void tell(String what, RelativePath path) {
        world.tell("%s: its user %s: %s", machine, what, path);
    }
}
