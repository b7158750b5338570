package dev.lanyard.delta.benchmark;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs that do the same on files, and ours. Each returns how many bytes came of it. */
final class Programs {
    private static final Pattern RSYNC_BYTES =
            Pattern.compile("Total bytes (?:sent|received): ([0-9]+)");

    private final Inputs inputs;
    private final @Nullable String lanyard;

    /** {@code lanyard} is the command of this project, or null to do without it. */
    Programs(Inputs inputs, @Nullable String lanyard) {
        this.inputs = inputs;
        this.lanyard = lanyard;
    }

    static boolean has(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    boolean hasLanyard() {
        return lanyard != null;
    }

    /** {@code verb} on files of the inputs, of which it makes the last. */
    long rdiff(String verb, String... files) throws IOException, InterruptedException {
        return made(List.of("rdiff", "-f", verb), files);
    }

    /** The same with {@code lanyard delta}. */
    long lanyard(String verb, String... files) throws IOException, InterruptedException {
        if (lanyard == null) {
            throw new IllegalStateException("no command of this project is known");
        }
        List<String> command = new ArrayList<>(List.of(lanyard, "delta", verb));
        if (verb.equals("delta")) {
            command.add("--form=lanyard");
        }
        return made(command, files);
    }

    /** Makes {@code copy} the same as {@code now}; all bytes that went either way. */
    long rsync(String now, String copy) throws IOException, InterruptedException {
        String said =
                run(
                        List.of(
                                "rsync",
                                "--no-whole-file",
                                "--ignore-times",
                                "--no-human-readable",
                                "--stats",
                                inputs.file(now).toString(),
                                inputs.file(copy).toString()));
        long bytes = 0;
        for (Matcher each = RSYNC_BYTES.matcher(said); each.find(); ) {
            bytes += Long.parseLong(each.group(1));
        }
        return bytes;
    }

    /** Copies a file. */
    long cp(String now, String copy) throws IOException, InterruptedException {
        return made(List.of("cp", "--reflink=never"), now, copy);
    }

    private long made(List<String> words, String... files)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(words);
        Arrays.stream(files).map(each -> inputs.file(each).toString()).forEach(command::add);
        run(command);
        return Files.size(inputs.file(files[files.length - 1]));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
        if (process.waitFor() != 0) {
            throw new IOException("%s failed: %s".formatted(command, said));
        }
        return said;
    }
}
