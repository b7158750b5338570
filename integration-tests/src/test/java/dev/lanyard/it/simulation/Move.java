package dev.lanyard.it.simulation;

import java.util.Locale;

/**
 * One thing that happens.
 *
 * @param machine to which machine, counted from 0; those that are too great count from 0 again
 * @param number what else there is to choose follows from it
 */
record Move(Kind kind, int machine, int number) {

    /** What happens, and how often beside the others. */
    enum Kind {
        /** The engine takes some events, and a step. */
        STEP(120),
        /** A message arrives. */
        DELIVER(110),
        /** A scan looks. */
        SCAN(50),
        /** What a scan has seen is told. */
        REPORT(50),
        /** What a watch has seen is told. */
        WATCH(50),
        /** A transfer goes on. */
        TRANSFER(70),
        /** A batch is carried out. */
        APPLY(40),
        /** What was carried out is made durable. */
        FLUSH(30),
        /** All that waits on a machine is done, and what is on its way to it arrives. */
        RUN(60),
        /** Time passes. */
        WAIT(40),
        /** A user does something. */
        USE(110),
        /** A user does something in the middle of the next thing that the node does. */
        USE_AMID(15),
        /** Connections are made. */
        CONNECT(20),
        /** A connection breaks. */
        CUT(12),
        /** The process is killed. */
        KILL(3),
        /** The process is killed in the middle of the next thing that it does. */
        KILL_AMID(4),
        /** The machine is shut down, and the node with it in good order. */
        SHUTDOWN(2),
        /** The power is cut. */
        POWER_CUT(3),
        /** The power is cut in the middle of the next thing that the node does. */
        POWER_CUT_AMID(4),
        /** A process that is gone is started. */
        START(25),
        /** All that was written is on the disk. */
        SYNC(8),
        /** The disk begins to fail now and then. */
        FAULTS(3),
        /** The disk is full. */
        FULL(2),
        /** The disk works as it should. */
        HEAL(8),
        /** The folder is not there. */
        UNMOUNT(2),
        /** The clock is set. */
        CLOCK(3),
        /** The watch loses what it has seen. */
        OVERFLOW(2),
        /** The user pauses the node, or has it go on. */
        PAUSE(3),
        /** A user changes what is ignored. */
        IGNORE(2),
        /** From the beginning the disk takes names for one that differ in case. */
        FOLD(0),
        /** From the beginning the disk refuses some names, and case makes no difference to it. */
        RESERVE(0),
        /** From the beginning the disk stores accents apart from their letters. */
        DECOMPOSE(0),
        /** From the beginning inode numbers are given again. */
        REUSE(0),
        /** From the beginning only those machines can connect that are next to each other. */
        LINE(0);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        int weight() {
            return weight;
        }
    }

    /** Whether it is so before anything else happens. */
    boolean isFromTheBeginning() {
        return switch (kind) {
            case FOLD, RESERVE, DECOMPOSE, REUSE, LINE -> true;
            default -> false;
        };
    }

    /** Whether it makes more trouble than users, networks and time do. */
    boolean isFault() {
        return switch (kind) {
            case KILL, KILL_AMID, SHUTDOWN, POWER_CUT, POWER_CUT_AMID, FAULTS, FULL, UNMOUNT ->
                    true;
            default -> false;
        };
    }

    /** As a test says it. */
    String asSource() {
        return "move(%s, %d, %d)".formatted(kind, machine, number);
    }

    @Override
    public String toString() {
        return "%s of %d (%d)"
                .formatted(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), machine, number);
    }
}
