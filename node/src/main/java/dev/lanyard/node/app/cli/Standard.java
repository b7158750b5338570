package dev.lanyard.node.app.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
final class Standard {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Say how this is used.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Say which version this is.")
    boolean version;
}
