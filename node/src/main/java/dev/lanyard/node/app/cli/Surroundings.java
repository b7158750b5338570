package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.Environment;
import dev.lanyard.node.app.control.NodeLauncher;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All that a command touches besides a node; tests put their own in its place.
 *
 * @param in what the user types
 * @param inIsTerminal whether somebody can type there
 * @param out what was asked for; {@code outIsTerminal}: a line on it can be written over
 * @param err everything else that is said to people
 * @param workingDirectory where relative paths begin
 * @param program the file that starts this program, where it is known
 * @param launcher starts nodes
 * @param signals calls what it is given when the process is asked to end
 * @param editors makes of a terminal one whose lines can be edited
 */
record Surroundings(
        BufferedReader in,
        boolean inIsTerminal,
        PrintWriter out,
        boolean outIsTerminal,
        PrintWriter err,
        Environment environment,
        Path workingDirectory,
        Optional<Path> program,
        NodeLauncher launcher,
        Consumer<Runnable> signals,
        LineEditor.Source editors) {

    /** A path that a user named, absolute. */
    Path at(Path named) {
        return workingDirectory.resolve(named);
    }
}
