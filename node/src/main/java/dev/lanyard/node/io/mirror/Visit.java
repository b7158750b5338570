package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.mirror.Decider;
import dev.lanyard.node.core.mirror.Decision;
import dev.lanyard.node.core.mirror.Deleting;
import dev.lanyard.node.core.mirror.Row;
import dev.lanyard.node.core.mirror.Sight;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Seen;
import dev.lanyard.node.io.mirror.Copier.Staged;
import dev.lanyard.node.io.mirror.MirrorRecord.Named;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Goes over one directory: what is in it on both sides, and what is remembered. One use. */
final class Visit {
    /** So many small files, or so many bytes, are copied in one piece of work. */
    private static final int FILES_MAX = 32;

    private static final long BYTES_MAX = 4 << 20;

    private static final Comparator<byte[]> BY_NAME = Arrays::compareUnsigned;

    private final Pass pass;
    private final Hands hands;
    private final @Nullable RelativePath directory;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Slot> toDo = new ArrayList<>();
    private boolean changed;
    private boolean opened;
    private long inode;

    Visit(Pass pass, Hands hands, @Nullable RelativePath directory) {
        this.pass = pass;
        this.hands = hands;
        this.directory = directory;
    }

    /** One name, and what is remembered of it when the visit is over. */
    private static final class Slot {
        private final byte[] name;
        private final @Nullable Found source;
        private final @Nullable Found copy;
        private final Decision decision;
        private volatile @Nullable Row row;

        Slot(
                byte[] name,
                @Nullable Found source,
                @Nullable Found copy,
                @Nullable Row row,
                Decision decision) {
            this.name = name;
            this.source = source;
            this.copy = copy;
            this.row = row;
            this.decision = decision;
        }
    }

    /**
     * Goes over all names.
     *
     * @param inodeInSource the inode of the directory in the source
     * @param fresh whether the copy was made just now, and has nothing
     */
    void all(long inodeInSource, boolean fresh) throws IOException {
        if (pass.isStopped()) {
            return;
        }
        inode = inodeInSource;
        List<Seen> source;
        List<Seen> copy;
        try {
            source = sorted(hands.source.survey(directory));
            copy = fresh ? List.of() : sorted(hands.copy.survey(directory));
        } catch (IOException e) {
            pass.failed(directory, e);
            return;
        }
        changed = !pass.record.has(directory);
        pass.work.saw(copy.size());
        merge(source, pass.record.rows(directory), copy);
        finish();
    }

    private static List<Seen> sorted(List<Seen> seen) {
        seen.sort(Comparator.comparing(Seen::name, BY_NAME));
        return seen;
    }

    /** A walk along three lists in the order of names. */
    private void merge(List<Seen> source, List<Named> rows, List<Seen> copy) {
        int s = 0;
        int r = 0;
        int c = 0;
        while (s < source.size() || r < rows.size() || c < copy.size()) {
            byte[] name = s < source.size() ? source.get(s).name() : null;
            name = r < rows.size() ? lesser(name, rows.get(r).name()) : name;
            name = c < copy.size() ? lesser(name, copy.get(c).name()) : name;
            Found inSource = null;
            Row row = null;
            Found inCopy = null;
            if (s < source.size() && Arrays.equals(source.get(s).name(), name)) {
                inSource = source.get(s++).found();
            }
            if (r < rows.size() && Arrays.equals(rows.get(r).name(), name)) {
                row = rows.get(r++).row();
            }
            if (c < copy.size() && Arrays.equals(copy.get(c).name(), name)) {
                inCopy = copy.get(c++).found();
            }
            if (name != null) {
                at(name, inSource, row, inCopy, true);
            }
        }
    }

    private static byte[] lesser(byte @Nullable [] one, byte[] other) {
        return one == null || BY_NAME.compare(other, one) < 0 ? other : one;
    }

    /** Goes over some names; of each whether all below it is to be looked at too. */
    void some(Map<RelativePath, Boolean> deepByPath) throws IOException {
        if (pass.isStopped()) {
            return;
        }
        inode = pass.record.inodeOf(directory);
        List<Named> rows = pass.record.rows(directory);
        for (Named each : rows) {
            RelativePath path = child(each.name());
            if (!deepByPath.containsKey(path)) {
                slots.add(new Slot(each.name(), null, null, each.row(), Decision.NOTHING));
            }
        }
        for (Map.Entry<RelativePath, Boolean> each : deepByPath.entrySet()) {
            RelativePath path = each.getKey();
            try {
                at(
                        path.name(),
                        hands.source.stat(path),
                        rowOf(rows, path.name()),
                        hands.copy.stat(path),
                        each.getValue());
            } catch (IOException e) {
                pass.failed(path, e);
                Row row = rowOf(rows, path.name());
                slots.add(new Slot(path.name(), null, null, row, Decision.NOTHING));
            }
        }
        slots.sort(Comparator.comparing(slot -> slot.name, BY_NAME));
        pass.touch(directory);
        finish();
    }

    private static @Nullable Row rowOf(List<Named> rows, byte[] name) {
        for (Named each : rows) {
            if (Arrays.equals(each.name(), name)) {
                return each.row();
            }
        }
        return null;
    }

    private RelativePath child(byte[] name) {
        return directory == null ? RelativePath.of(name) : directory.child(name);
    }

    // ---------------------------------------------------------------- one name

    private void at(
            byte[] name,
            @Nullable Found source,
            @Nullable Row row,
            @Nullable Found copy,
            boolean deep) {
        Decision decision =
                Decider.decide(
                        source == null ? null : Copier.sight(source),
                        row,
                        copy == null ? null : Copier.sight(copy),
                        pass.choice.doubting());
        if (decision == Decision.NOTHING && !isExcluded(name, source, copy)) {
            slots.add(new Slot(name, source, copy, row, decision));
            return;
        }
        if (directory == null && RelativePath.fault(name).isPresent()) {
            return; // The private directory in other letters.
        }
        if (isTooLong(name)) {
            pass.failed(directory, new IOException("a path in it is too long"));
            return;
        }
        if (isExcluded(name, source, copy)) {
            changed |= row != null;
            return;
        }
        Slot slot = new Slot(name, source, copy, row, decision);
        try {
            begin(slot, deep);
        } catch (IOException e) {
            slots.add(slot);
            pass.failed(child(name), e);
        }
    }

    private boolean isTooLong(byte[] name) {
        return directory != null
                && directory.lengthBytes() + 1 + name.length > RelativePath.PATH_BYTES_MAX;
    }

    private boolean isExcluded(byte[] name, @Nullable Found source, @Nullable Found copy) {
        if (directory != null && !pass.hasRules) {
            return false;
        }
        if (directory == null && RelativePath.fault(name).isPresent()) {
            return false;
        }
        Found either = source == null ? copy : source;
        return pass.choice
                .rules()
                .ignores(child(name), either != null && either.kind() == Kind.DIRECTORY);
    }

    private void begin(Slot slot, boolean deep) throws IOException {
        switch (slot.decision) {
            case NOTHING -> slots.add(slot);
            case FORGET -> changed = true;
            case SKIP -> {
                changed |= slot.row != null;
                pass.failed(child(slot.name), new IOException("it is no file, folder or link"));
            }
            case MAKE -> {
                openCopy();
                if (pass.hasPast && slot.source != null) {
                    // What is gone may be what is new here: that is known after the walk.
                    pass.changes.make(child(slot.name), slot.source);
                } else {
                    slots.add(slot);
                    toDo.add(slot);
                }
            }
            case REPLACE, REPLACE_AND_KEEP, ADJUST, COMPARE, CLEAR_AND_MAKE -> {
                slots.add(slot);
                toDo.add(slot);
            }
            case REMOVE -> {
                if (pass.choice.deleting() != Deleting.NO) {
                    openCopy();
                }
                slots.add(slot);
                pass.changes.remove(child(slot.name), slot.copy, slot.row);
            }
            case DESCEND -> {
                changed |= slot.row != null;
                descend(slot, deep);
            }
            case MAKE_DIRECTORY, REPLACE_BY_DIRECTORY -> {
                changed |= slot.row != null;
                openCopy();
                makeDirectory(slot);
            }
        }
    }

    /** What is in the directory is changed now. */
    private void openCopy() throws IOException {
        if (!opened && !pass.choice.dry()) {
            opened = true;
            Pass.open(hands.copy, directory);
            pass.touch(directory);
        }
    }

    private void descend(Slot slot, boolean deep) {
        RelativePath path = child(slot.name);
        Found source = slot.source;
        Found copy = slot.copy;
        if (source == null || copy == null) {
            return;
        }
        if (!Pass.isFinished(source, copy)) {
            pass.touch(path);
        }
        if (deep || !pass.record.has(path)) {
            later(path, source.stat().inode(), false);
        }
    }

    private void makeDirectory(Slot slot) throws IOException {
        RelativePath path = child(slot.name);
        Found source = slot.source;
        if (source == null) {
            return;
        }
        boolean inPlaceOfOther = slot.decision == Decision.REPLACE_BY_DIRECTORY;
        if (!inPlaceOfOther && pass.changes.renameDirectory(hands, path, source)) {
            if (!pass.choice.dry()) {
                later(path, source.stat().inode(), false);
            }
            return;
        }
        if (!inPlaceOfOther) {
            hands.checkName(path);
        }
        if (pass.choice.dry()) {
            pass.report.did(Report.Verb.CREATED, path, null, 0);
        } else {
            pass.copier.makeDirectory(hands.copy, path, source.stat().mode(), inPlaceOfOther);
            pass.touch(path);
        }
        later(path, source.stat().inode(), true);
    }

    private void later(RelativePath path, long inodeInSource, boolean fresh) {
        pass.work.add(next -> new Visit(pass, next, path).all(inodeInSource, fresh));
    }

    // ---------------------------------------------------------------- copies

    /** Copies what there is to copy, here or as pieces of work, then remembers the directory. */
    private void finish() {
        if (toDo.isEmpty()) {
            remember();
            return;
        }
        try {
            openCopy();
        } catch (IOException e) {
            pass.failed(directory, e);
            remember();
            return;
        }
        List<List<Slot>> pieces = pieces();
        AtomicInteger left = new AtomicInteger(pieces.size());
        for (List<Slot> piece : pieces.subList(1, pieces.size())) {
            pass.work.add(next -> carryOut(next, piece, left));
        }
        carryOut(hands, pieces.getFirst(), left);
    }

    private List<List<Slot>> pieces() {
        List<List<Slot>> pieces = new ArrayList<>();
        List<Slot> piece = new ArrayList<>();
        long bytes = 0;
        for (Slot slot : toDo) {
            piece.add(slot);
            bytes += slot.source == null ? 0 : slot.source.stat().sizeBytes();
            if (piece.size() >= FILES_MAX || bytes >= BYTES_MAX) {
                pieces.add(piece);
                piece = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!piece.isEmpty()) {
            pieces.add(piece);
        }
        return pieces;
    }

    private void carryOut(Hands by, List<Slot> piece, AtomicInteger left) {
        for (Slot slot : piece) {
            if (!pass.isStopped()) {
                slot.row = carryOut(by, slot);
            }
        }
        by.batch.add(
                0,
                _ -> {
                    changed = true;
                    if (left.decrementAndGet() == 0) {
                        remember();
                    }
                });
        by.batch.settleIfFull();
    }

    /** What is remembered of it then; what failed is remembered as before. */
    private @Nullable Row carryOut(Hands by, Slot slot) {
        RelativePath path = child(slot.name);
        try {
            return carryOut(by, slot, path, slot.decision);
        } catch (Copier.RestlessException e) {
            pass.later(path, e);
        } catch (IOException e) {
            pass.failed(path, e);
        }
        return slot.row;
    }

    private @Nullable Row carryOut(Hands by, Slot slot, RelativePath path, Decision decision)
            throws IOException {
        Found source = slot.source;
        if (source == null) {
            return slot.row;
        }
        if (decision == Decision.COMPARE) {
            return compare(by, slot, path, source);
        }
        if (pass.isFull() && decision != Decision.ADJUST) {
            throw new DiskException("copy", path.toString(), Fault.DISK_FULL, 0);
        }
        if (pass.choice.dry()) {
            pass.tellDry(decision, path, source);
            return slot.row;
        }
        return switch (decision) {
            case MAKE -> make(by, slot, path);
            case REPLACE -> replace(by, slot, path, slot.row);
            case REPLACE_AND_KEEP -> replace(by, slot, path, null);
            case ADJUST -> adjust(by, slot, path, source);
            case CLEAR_AND_MAKE -> {
                clear(by, path);
                yield make(by, slot, path);
            }
            case NOTHING,
                    FORGET,
                    SKIP,
                    COMPARE,
                    DESCEND,
                    MAKE_DIRECTORY,
                    REPLACE_BY_DIRECTORY,
                    REMOVE ->
                    slot.row;
        };
    }

    private @Nullable Row make(Hands by, Slot slot, RelativePath path) throws IOException {
        Staged now = pass.copier.stage(by, path, false);
        return place(by, slot, path, now, () -> pass.copier.placeNew(by, path, now));
    }

    /** What is there is kept unless it is {@code ours}. */
    private @Nullable Row replace(Hands by, Slot slot, RelativePath path, @Nullable Row ours)
            throws IOException {
        Staged now = pass.copier.stage(by, path, true);
        return place(by, slot, path, now, () -> pass.copier.placeOver(by, path, now, ours));
    }

    /** What is remembered of it until, or when, what is staged is in its place. */
    private @Nullable Row place(
            Hands by, Slot slot, RelativePath path, Staged now, Pass.Placing placing) {
        by.batch.add(
                now.writtenBytes(),
                failure -> {
                    Row row = pass.placed(by, path, now, failure, placing);
                    slot.row = row == null ? slot.row : row;
                });
        return slot.row;
    }

    private @Nullable Row adjust(Hands by, Slot slot, RelativePath path, Found source)
            throws IOException {
        Found copy = slot.copy;
        return copy == null ? slot.row : pass.copier.adjust(by, path, source, copy);
    }

    private @Nullable Row compare(Hands by, Slot slot, RelativePath path, Found source)
            throws IOException {
        Found copy = slot.copy;
        if (copy == null) {
            return slot.row;
        }
        Sight wanted = Copier.sight(source);
        boolean equal = pass.copier.isEqual(by, path, wanted.kind());
        Decision decision = Decider.compared(wanted, slot.row, Copier.sight(copy), equal);
        if (decision == Decision.NOTHING) {
            return Copier.row(by, source, copy);
        }
        return carryOut(by, slot, path, decision);
    }

    private void clear(Hands by, RelativePath path) throws IOException {
        if (pass.choice.deleting() == Deleting.NO) {
            throw new DiskException("replace", path.toString(), Fault.IS_A_DIRECTORY, 0);
        }
        pass.changes.clear(by, path);
    }

    private void remember() {
        if (!changed || pass.choice.dry()) {
            return;
        }
        List<Named> rows = new ArrayList<>(slots.size());
        for (Slot slot : slots) {
            Row row = slot.row;
            if (row != null) {
                rows.add(new Named(slot.name, row));
            }
        }
        pass.record.put(directory, inode, rows);
    }
}
