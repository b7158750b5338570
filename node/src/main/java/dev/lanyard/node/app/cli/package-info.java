/**
 * The command line: subcommands, sentences for people, exit codes. The only place that writes to a
 * terminal or ends the process; decides nothing about files. Start at {@link
 * dev.lanyard.node.app.cli.Main}, then {@code Start}.
 *
 * <p>Exit codes: 0 done, 1 not (yet) so, 2 wrong usage, 3 refused for safety. What fails is said in
 * one sentence on standard error: what failed, for what, what to do. Whatever others named is
 * escaped before it is shown.
 */
@NullMarked
package dev.lanyard.node.app.cli;

import org.jspecify.annotations.NullMarked;
