package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.Environment;
import dev.lanyard.node.app.runtime.NodeRuntime;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the program begins. */
public final class Main {
    /**
     * The launcher says here which of {@code in} and {@code out} are terminals: Java knows only
     * whether both are. Nothing said means that neither is.
     */
    private static final String TERMINALS = "lanyard.terminals";

    /** The launcher says here which file it is. */
    private static final String LAUNCHER = "lanyard.launcher";

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(Lanyard.run(ofProcess(), arguments));
    }

    private static Surroundings ofProcess() {
        List<String> terminals = List.of(System.getProperty(TERMINALS, "").split(","));
        return new Surroundings(
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
                terminals.contains("in"),
                writer(System.out, "stdout.encoding"),
                terminals.contains("out") && !"dumb".equals(System.getenv("TERM")),
                writer(System.err, "stderr.encoding"),
                Environment.ofProcess(),
                Path.of("").toAbsolutePath(),
                Optional.ofNullable(System.getProperty(LAUNCHER)).map(Path::of),
                NodeRuntime::launch,
                Signals::onEnd,
                LineEditor::open);
    }

    private static PrintWriter writer(OutputStream stream, String property) {
        String encoding = System.getProperty(property);
        Charset charset = encoding == null ? Charset.defaultCharset() : Charset.forName(encoding);
        return new PrintWriter(stream, true, charset);
    }
}
