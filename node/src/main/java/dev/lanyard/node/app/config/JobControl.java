package dev.lanyard.node.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the shell that started this process lets it do with their terminal. */
public final class JobControl {
    /*
     * proc_pid_stat(5): after the name of the program, which is in parentheses and may contain anything, come the state, the parent,
     * the process group, the session, the terminal, and the process group that is in the foreground of it.
     */
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final int GROUP = 2;
    private static final int FOREGROUND = 5;

    private JobControl() {}

    /**
     * Whether this process is in the foreground of its terminal: another one that changes how the
     * terminal behaves is stopped by the kernel. False where that cannot be known.
     */
    public static boolean isForeground() {
        try {
            String stat = Files.readString(STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields.length > FOREGROUND && fields[GROUP].equals(fields[FOREGROUND]);
        } catch (IOException noSuchSystem) {
            return false;
        }
    }
}
