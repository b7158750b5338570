package dev.lanyard.node.app.cli;

import dev.lanyard.node.core.engine.Problem;

/** What a user can do about a problem. */
final class Remedies {
    private Remedies() {}

    static String of(Problem.Kind kind) {
        return switch (kind) {
            case UNREADABLE ->
                    "give the user that runs lanyard the permission to read it; it is not synced, and"
                            + " nothing is deleted elsewhere, until then";
            case UNSUPPORTED ->
                    "pipes, sockets and devices are not synced; nothing needs to be done";
            case NAME_IMPOSSIBLE ->
                    "rename it on the machine that has it, to a name that this system can have";
            case DISK_FULL -> "free some space; it goes on by itself";
            case NOT_PERMITTED ->
                    "give the user that runs lanyard the permission to write there; it goes on by"
                            + " itself";
            case IN_USE -> "close it in the program that has it open; it goes on by itself";
            case NOT_EMPTY ->
                    "it was deleted elsewhere; move away what is not synced in it, and it goes";
            case NO_PARENT -> "something that is no folder is in its place here; move that away";
            case ROOT_LOST ->
                    "mount the medium, or put the folder back in place; nothing is deleted elsewhere"
                            + " meanwhile";
            case DELETIONS_HELD ->
                    "if it was meant: lanyard confirm-deletes; if it was not: lanyard confirm-deletes"
                            + " --restore brings it all back";
            case HELD_BACK ->
                    "to delete all of these here too: lanyard confirm-deletes; to give them to all"
                            + " machines again: lanyard confirm-deletes --restore; or edit one to keep"
                            + " that one";
            case WATCH_LIMIT ->
                    "changes are found more slowly; raise fs.inotify.max_user_watches with sysctl";
            case CONTENT_MISSING -> "start the machine that has it; it goes on by itself";
            case DUPLICATE_IDENTITY ->
                    "a state directory was copied, or put back from a backup; both machines go on under"
                            + " numbers of their own, and what lost is listed by: lanyard conflicts";
            case PEER_AT_FAULT ->
                    "look at its log, and whether it runs the same version; what broke the rule was not"
                            + " accepted";
            case CLOCK_OFF ->
                    "set the clock of that machine, or of this one, right (on most systems: timedatectl"
                            + " set-ntp true); until then, of edits made at the same time on both,"
                            + " an older one may win";
            case CONFLICT ->
                    "look at it with: lanyard conflicts; then choose with: lanyard resolve PATH --keep"
                            + " mine, theirs or both";
            case DECAYED ->
                    "look at the disk; lanyard scrub --repair PATH brings the content back from a"
                            + " machine that is connected; to keep the bytes as they are, touch"
                            + " the file: that is an edit, which all machines get";
            case ONE_WAY ->
                    "nothing needs to be done; on a receive-only machine lanyard revert gives all of"
                            + " these back, on a send-only one lanyard override gives them to all";
            case IGNORE_RULES ->
                    "make .lanyardignore shorter; what is said there is not ignored until then";
            case IO_ERROR -> "look at the disk and at the log; it is tried again";
            case NOT_DURABLE ->
                    "look at the disk, and start lanyard again when it is well: all of it is looked at"
                            + " then; until then no machine is told that this one has it";
        };
    }
}
