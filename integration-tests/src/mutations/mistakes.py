"""The mistakes. Each is made at one place, which must be there exactly once."""

from dataclasses import dataclass

PROTOCOL = "protocol/src/main/java/dev/lanyard/protocol/"
CORE = "node/src/main/java/dev/lanyard/node/core/"
IO = "node/src/main/java/dev/lanyard/node/io/"


@dataclass(frozen=True)
class Mistake:
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ()
    """Test classes that should catch what no history shows."""


def core(name):
    return "dev.lanyard.node.core." + name


def io(name):
    return "dev.lanyard.node.io." + name


KEPT_HISTORIES = "dev.lanyard.it.simulation.KeptHistoriesTest"

RECONCILE = [
    Mistake(
        "delete beats edit",
        CORE + "reconcile/Reconciler.java",
        "if (Entry.ORDER.compare(heard, known) <= 0) {",
        """if (relation == Relation.CONCURRENT && heard.isLive() != known.isLive()
                ? heard.isLive()
                : Entry.ORDER.compare(heard, known) <= 0) {""",
        (core("reconcile.ReconcilerTest"),)),
    Mistake(
        "older version is adopted",
        CORE + "reconcile/Reconciler.java",
        "if (Entry.ORDER.compare(heard, known) <= 0) {",
        "if (Entry.ORDER.compare(heard, known) <= 0 && relation != Relation.BEFORE) {"),
    Mistake(
        "last heard wins",
        CORE + "reconcile/Reconciler.java",
        "if (Entry.ORDER.compare(heard, known) <= 0) {",
        "if (Entry.ORDER.compare(heard, known) <= 0 && relation != Relation.CONCURRENT) {"),
    Mistake(
        "loser is not called one that must be kept",
        CORE + "reconcile/Reconciler.java",
        "return relation == Relation.AFTER || heard.hasContentOf(known)",
        "return relation != Relation.BEFORE || heard.hasContentOf(known)",
        (core("reconcile.ReconcilerTest"),)),
    Mistake(
        "clock beats causality",
        PROTOCOL + "Stamp.java",
        "return max(new Stamp(mtime.isBefore(seen) ? mtime : seen), replaced.next());",
        "return new Stamp(mtime.isBefore(seen) ? mtime : seen);"),
    Mistake(
        "date in the future wins for ever",
        PROTOCOL + "Stamp.java",
        "return max(new Stamp(mtime.isBefore(seen) ? mtime : seen), ZERO);",
        "return max(new Stamp(mtime), ZERO);",
        ("dev.lanyard.protocol.EntryTest", core("engine.WorldTest"), "dev.lanyard.it.EditsTest")),
    Mistake(
        "order forgets content",
        PROTOCOL + "Entry.java",
        "                    .thenComparing(Entry::compareContent)\n                    .thenComparingInt(Entry::modeOrZero)\n                    .thenComparing(Entry::mtimeOrEpoch)\n                    .thenComparing(Entry::version)\n",
        "                    .thenComparingInt(Entry::modeOrZero)\n                    .thenComparing(Entry::mtimeOrEpoch)\n",
        ("dev.lanyard.protocol.EntryTest",)),
]

PLAN = [
    Mistake(
        "loser is no conflict",
        CORE + "plan/Planner.java",
        "target.version().relationTo(expected.entry().version()) != Relation.AFTER",
        "target.version().relationTo(expected.entry().version()) == Relation.BEFORE"),
    Mistake(
        "what was seen is called a conflict",
        CORE + "plan/Planner.java",
        "target.version().relationTo(expected.entry().version()) != Relation.AFTER",
        "target.version().relationTo(expected.entry().version()) != Relation.SAME",
        (core("plan.PlannerTest"),)),
    Mistake(
        "only the mode is set where content differs",
        CORE + "plan/Planner.java",
        "return held != null && file.hasContentOf(held.entry());",
        "return held != null && held.entry() instanceof File;"),
]

ENGINE = [
    Mistake(
        "tombstone forgotten by exchanges",
        CORE + "index/Row.java",
        "return known instanceof Entry.Tombstone tombstone && tombstone.isPast() ? null : known;",
        "return known instanceof Entry.Tombstone ? null : known;"),
    Mistake(
        "observation of an outdated scan",
        CORE + "engine/LocalChanges.java",
        "        if (scans.isOutdated(scan, observation.path())) {",
        "        if (scan < 0) {",
        (core("engine.WorldTest"), KEPT_HISTORIES)),
    Mistake(
        "observation of another basis",
        CORE + "engine/LocalChanges.java",
        "        if (!Objects.equals(held, observation.basis())) {",
        "        if (held == null && observation.basis() != null) {",
        (core("engine.OldNewsTest"),)),
    Mistake(
        "edit while a step is in flight is dropped",
        CORE + "engine/LocalChanges.java",
        """        if (isBusy(path)) {
            parked.merge(path, deep, Boolean::logicalOr);
        } else {""",
        "        if (!isBusy(path)) {",
        (core("engine.PutBacksTest"),)),
    Mistake(
        "observation while a step is in flight counts",
        CORE + "engine/LocalChanges.java",
        """        if (isBusy(path)) {
            parked.merge(path, false, Boolean::logicalOr);
            return;
        }
        if (observation instanceof Unreadable""",
        "        if (observation instanceof Unreadable",
        (core("engine.OldNewsTest"),)),
    Mistake(
        "losing version becomes known",
        CORE + "engine/Replica.java",
        "boolean wins = known == null || Entry.ORDER.compare(made, known) > 0;",
        "boolean wins = true;"),
    Mistake(
        "version forgets what was held",
        CORE + "engine/Replica.java",
        "VersionVector before = held == null ? VersionVector.empty() : held.entry().version();",
        "VersionVector before = VersionVector.empty();",
        (core("engine.PutBacksTest"),)),
    Mistake(
        "deletion is as late as it is seen",
        CORE + "engine/LocalChanges.java",
        """                        version,
                        held.entry().stamp().next(),
                        replica.author.replica());
        replica.mint(row, movedTo""",
        """                        version,
                        Stamp.ofDecision(replica.now, held.entry().stamp()),
                        replica.author.replica());
        replica.mint(row, movedTo"""),
    Mistake(
        "exchange leaves out a bucket",
        CORE + "engine/Exchanges.java",
        "for (int i = 0; i < Bucket.FAN_OUT; i++) {\n                    exchange",
        "for (int i = 1; i < Bucket.FAN_OUT; i += 2) {\n                    exchange",
        (core("engine.RowsTest"),)),
    Mistake(
        "exchange does not send what is wanted",
        CORE + "engine/Exchanges.java",
        "sendWanted(from, exchange, offer, answer.wanted());",
        "sendWanted(from, exchange, offer, new long[0]);"),
    Mistake(
        "brake counts but never holds",
        CORE + "engine/DeletionBrake.java",
        "&& 2 * (lost + before) > share) {",
        "&& lost + before > share) {",
        (core("engine.BrakeTest"), core("engine.WorldTest"), "dev.lanyard.it.DeletesTest")),
    Mistake(
        "node without state tells before it has heard",
        CORE + "engine/HeldBack.java",
        "        return stage == Stage.LISTENING;\n",
        "        return stage == Stage.LISTENING && replica.peers.isEmpty();\n",
        (core("engine.HeldBackTest"), "dev.lanyard.it.StatelessTest")),
    Mistake(
        "have it before it is durable",
        CORE + "engine/CatchUp.java",
        "        unflushed.put(batch, done);\n",
        "        unflushed.put(batch, done);\n        flushed(batch);\n",
        (core("engine.WorldTest"),)),
    Mistake(
        "what could not be flushed is told",
        IO + "apply/Flusher.java",
        'return List.of(new Event.FlushFailed(batches, String.valueOf(e.getMessage())));',
        "return flushed(batches);",
        (io("apply.JournalTest"), io("apply.ApplierTest"), io("apply.CrashTest"))),
    Mistake(
        "greater version is forgotten when a lesser one is in place",
        CORE + "engine/CatchUp.java",
        "        replica.index.put(new Row(path, known, held));\n        replica.movedEdits.arrived(path);",
        "        replica.index.put(new Row(path, held.entry(), held));\n        replica.movedEdits.arrived(path);",
        (core("engine.WorldTest"),)),
    Mistake(
        "unexpected file is not looked at",
        CORE + "engine/CatchUp.java",
        "                resume();\n                suspects.add(path);\n",
        "                resume();\n",
        (core("engine.RowsTest"),)),
    Mistake(
        "edit does not follow a rename",
        CORE + "engine/MovedEdits.java",
        "        if (target == null) {\n            return;\n        }\n        ReplicaId self",
        "        if (target == null || edit.sizeBytes() >= 0) {\n            return;\n        }\n        ReplicaId self",
        (core("engine.RowsTest"), "dev.lanyard.it.RenamesTest")),
]

APPLY = [
    Mistake(
        "cleared before the index has it",
        IO + "apply/Flusher.java",
        "            durable.addAll(numbers);",
        "            journal.clear(numbers);",
        (io("apply.ApplierTest"),)),
    Mistake(
        "rename before durable: journal is not flushed",
        IO + "apply/Journal.java",
        """        try {
            file.force();
        } catch (IOException e) {
            abandon(batch, before, after);
            throw e;
        }""",
        """        if (before > after) {
            abandon(batch, before, after);
        }"""),
    Mistake(
        "rename without a journal",
        IO + "apply/BatchRun.java",
        "        journal.begin(batch.batch(), journaled);\n",
        "",
        (io("apply.ApplierTest"),)),
    Mistake(
        "contents are not flushed",
        IO + "apply/Flusher.java",
        "            flushContents(root, group, settled);\n",
        ""),
    Mistake(
        "displaced content is deleted",
        IO + "apply/StepRun.java",
        """        VersionName name = intent.versionNameOrThrow();
        displaced.archive(""",
        """        VersionName name = intent.versionNameOrThrow();
        try {
            root.delete(Root.Place.STAGING, staged);
        } catch (IOException e) {
            log.atDebug().setCause(e).log("not deleted");
        }
        displaced.archive("""),
    Mistake(
        "no look before a step",
        IO + "apply/StepRun.java",
        """        if (!Looks.isUntouched(found, expected)) {
            return new Unexpected(path);
        }
        return expected.entry()""",
        "        return expected.entry()",
        (io("apply.StepTest"),)),
    Mistake(
        "no look after an exchange",
        IO + "apply/StepRun.java",
        "if (!Looks.isLike(found, expected)) {\n                return exchangeBack",
        "if (found == null) {\n                return exchangeBack",
        (io("apply.StepTest"),)),
    Mistake(
        "no look after a removal",
        IO + "apply/StepRun.java",
        "if (!Looks.isLike(found, expected)) {\n                return putBack",
        "if (found == null) {\n                return putBack",
        (io("apply.StepTest"),)),
    Mistake(
        "writes over what came meanwhile",
        IO + "apply/StepRun.java",
        """    private Outcome placeNew() throws IOException {
        try {
            root.place(""",
        """    private Outcome placeNew() throws IOException {
        try {
            root.replace("""),
    Mistake(
        "what is found afterwards is taken for what was put",
        IO + "apply/StepRun.java",
        """                                            && Looks.isAsPrepared(now, prepared)
                                            && isModeOurs""",
        "                                            && isModeOurs",
        (io("apply.StepTest"),)),
    Mistake(
        "what was not put in place counts as put there",
        IO + "apply/BatchRun.java",
        "            journal.undone(batch, index);\n",
        "            index = batch > 0 ? index : -1;\n            journal.force();\n",
        (io("apply.CrashTest"),)),
    Mistake(
        "interrupted recovery forgets what it found in staging",
        IO + "apply/Recovery.java",
        "            journal.undone(batch.batch(), index);\n",
        "",
        (io("apply.CrashTest"),)),
    Mistake(
        "what a user puts there during recovery is taken for what was examined",
        IO + "apply/PathRecovery.java",
        "        return found != null && isSame\n",
        "        return found != null && (isSame || mtime == null)\n",
        (KEPT_HISTORIES,)),
    Mistake(
        "torn content is taken for an edit",
        IO + "apply/PathRecovery.java",
        "return isTornLater && found.kind() == Kind.FILE && !isHeld(found)",
        "return isTornLater && found.kind() != Kind.FILE && !isHeld(found)",
        (io("apply.CrashTest"),)),
    Mistake(
        "recovery forgets that the index holds what was told since",
        IO + "apply/PathRecovery.java",
        "                ? order > 0 && isHeld(found)\n                : order >= 0;",
        "                ? order > 0 && found == null\n                : order > 0;",
        (io("apply.CrashTest"),)),
    Mistake(
        "an earlier step tells of what a later one may have torn",
        IO + "apply/PathRecovery.java",
        "            isTornLater |= mayLeaveTorn(attempt);\n",
        "",
        (io("apply.CrashTest"),)),
    Mistake(
        "recovery believes what only looks right",
        IO + "apply/PathRecovery.java",
        "return !attempt.mayBeTorn() && prepared != null && Looks",
        "return prepared != null && Looks"),
    Mistake(
        "recovery drops what was displaced",
        IO + "apply/PathRecovery.java",
        "                keep(attempt, name.stagedName(), taken, true);",
        "                root.delete(Place.STAGING, name.stagedName());",
        (io("apply.CrashTest"),)),
]

INDEX = [
    Mistake(
        "counters are not reserved",
        CORE + "index/OwnCounter.java",
        "            identity.write(index);\n",
        ""),
    Mistake(
        "commit forgets what was removed",
        CORE + "index/InMemoryIndex.java",
        "                committedRows.replace(path, rows.row(path));",
        "                committedRows.replace(path, rows.row(path) == null ? committedRows.row(path) : rows.row(path));",
        (core("index.InMemoryIndexTest"),)),
    Mistake(
        "deletion heard of is not pending",
        CORE + "index/Row.java",
        "return greater ? Pending.HELD_BACK : Pending.REMOVE;",
        "return greater ? Pending.HELD_BACK : Pending.NOTE;"),
    Mistake(
        "what is held back is removed",
        CORE + "index/Row.java",
        "return greater ? Pending.HELD_BACK : Pending.REMOVE;",
        "return Pending.REMOVE;",
        (core("index.InMemoryIndexTest"),)),
    Mistake(
        "old copy of the state goes on",
        CORE + "index/Continuity.java",
        "return mark.counter() > stored.reserved()",
        "return mark.counter() > Long.MAX_VALUE - stored.reserved()",
        (core("index.ContinuityTest"),)),
]

SCAN = [
    Mistake(
        "failed look is an absence",
        IO + "scan/Looks.java",
        """                    UNSUPPORTED,
                    SHRANK,
                    IO ->
                    false;""",
        """                    UNSUPPORTED,
                    SHRANK -> false;
            case IO -> true;""",
        (io("scan.ScannerFaultTest"),)),
    Mistake(
        "racy file is not hashed again",
        IO + "scan/Suspects.java",
        "if (files.isEmpty() || suspects.size() > COUNT_MAX) {",
        "if (!files.isEmpty() || suspects.size() > COUNT_MAX) {",
        (io("scan.ScannerTest"),)),
    Mistake(
        "overflow is ignored",
        CORE + "engine/LocalChanges.java",
        "                rootDirty = true;\n                continue;",
        "                continue;",
        (core("engine.WorldTest"),)),
    Mistake(
        "file that changes while it is read is taken",
        IO + "scan/Looks.java",
        "if (hash == null || !after.stat().equals(before.stat())) {",
        "if (hash == null) {",
        (io("scan.ScannerTest"),)),
]

MISTAKES = RECONCILE + PLAN + ENGINE + APPLY + INDEX + SCAN
