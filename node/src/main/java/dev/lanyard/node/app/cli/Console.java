package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.RunningNode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of the command line, typed to the node that runs in this process. */
final class Console {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /** A word, or what is in quotes. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private final BufferedReader in;
    private final Screen screen;
    private final RunningNode node;

    private Console(BufferedReader in, Screen screen, RunningNode node) {
        this.in = in;
        this.screen = screen;
        this.node = node;
    }

    /**
     * Reads and answers on a thread of its own, which nobody need wait for: reading from a terminal
     * cannot be interrupted.
     */
    static void start(BufferedReader in, Screen screen, RunningNode node) {
        Thread.ofPlatform().daemon().name("console").start(new Console(in, screen, node)::run);
    }

    /** The end of input is not the end of the node: that is quit. */
    private void run() {
        screen.line("(help lists what can be typed here, quit ends the node)");
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> words = words(line);
                if (!words.isEmpty()) {
                    screen.lines(answer(words));
                }
            }
        } catch (IOException e) {
            // A process that was put into the background may not read from its terminal any more.
            LOG.atInfo().setCause(e).log("console ends");
        }
    }

    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    words.add(matcher.group(group));
                }
            }
        }
        return words;
    }

    private List<String> answer(List<String> words) {
        StringWriter text = new StringWriter();
        PrintWriter writer = new PrintWriter(text);
        int code = commands(writer).execute(words.toArray(String[]::new));
        LOG.atDebug()
                .addKeyValue("command", words.getFirst())
                .addKeyValue("code", code)
                .log("typed");
        return text.toString().lines().toList();
    }

    private CommandLine commands(PrintWriter writer) {
        CommandLine commands = new CommandLine(new Words());
        Lanyard.addQuestions(commands, new ThisNode(node));
        commands.addSubcommand("quit", new Quit(node), "stop", "exit");
        return Lanyard.configured(commands, writer, writer);
    }

    @Command(
            name = "",
            description = "Words for the node that runs here.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Words {}

    @Command(description = "End the node. What it is applying is finished first.")
    private static final class Quit implements Runnable {
        private final RunningNode node;

        Quit(RunningNode node) {
            this.node = node;
        }

        @Override
        public void run() {
            node.stop();
        }
    }
}
