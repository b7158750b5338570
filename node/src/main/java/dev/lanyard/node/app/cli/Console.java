package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.RunningNode;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of the command line, typed to the node that runs in this process. */
final class Console {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /** A word, or what is in quotes. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private final Typed in;
    private final Screen screen;
    private final RunningNode node;

    /** Where lines are typed; null at their end. */
    @FunctionalInterface
    interface Typed {
        @Nullable String line() throws IOException;
    }

    private Console(Typed in, Screen screen, RunningNode node) {
        this.in = in;
        this.screen = screen;
        this.node = node;
    }

    /**
     * Reads and answers on a thread of its own, which nobody need wait for: what reads plainly from
     * a terminal cannot be interrupted.
     */
    static void start(Typed in, Screen screen, RunningNode node) {
        Thread.ofPlatform().daemon().name("console").start(new Console(in, screen, node)::run);
    }

    /** The end of input is not the end of the node: that is quit. */
    private void run() {
        screen.line("(help lists what can be typed here, quit ends the node)");
        try {
            for (String line = in.line(); line != null; line = in.line()) {
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
        int code = commands(node, writer).execute(words.toArray(String[]::new));
        LOG.atDebug()
                .addKeyValue("command", words.getFirst())
                .addKeyValue("code", code)
                .log("typed");
        return text.toString().lines().toList();
    }

    /** All that a line can begin with. */
    static Set<String> words(RunningNode node) {
        return commands(node, new PrintWriter(Writer.nullWriter())).getSubcommands().keySet();
    }

    private static CommandLine commands(RunningNode node, PrintWriter writer) {
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
