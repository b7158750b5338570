package dev.lanyard.node.core.ignore;

/**
 * What is ignored before any rule of a user: files that are of use on one machine only, and for a
 * short time. {@code !pattern} in the rules file syncs them all the same.
 */
final class Defaults {
    /*
     * Only names that nobody gives to something of his own. Not here: `*~` and `*.bak` (backups that people go back to), `*.tmp` and
     * `*.part` (also parts of archives), vim's `4913` (a name that a user may well take; it is gone before it is looked at), `._*`
     * (resource forks have content).
     */
    static final String TEXT =
            """
            # vim: swap files
            .*.sw[l-p]
            .sw[l-p]
            # emacs: lock links and auto-save files
            .#*
            \\#*#
            # kate, LibreOffice, Microsoft Office: swap and lock files
            .*.kate-swp
            .~lock.*#
            ~$*
            # glib and gvfs: what is about to be renamed
            .goutputstream-??????
            # deleted files that somebody has open, on NFS and FUSE
            .nfs[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*
            .fuse_hidden[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*
            # Chrome: downloads that are not complete
            *.crdownload
            # what desktops keep about a folder
            .DS_Store
            .directory.lock
            Thumbs.db
            Thumbs.db:encryptable
            ehthumbs.db
            desktop.ini
            Desktop.ini
            # of the file system or its trash, where the share is a whole medium
            /lost+found/
            /.Trash-[0-9]*/
            /$RECYCLE.BIN/
            /System Volume Information/
            """;

    private Defaults() {}
}
