package dev.lanyard.node.io.store;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that {@link DecisionJournal} writes: appended to only, each named by the number of its
 * first decision. One thread appends; any thread reads.
 */
final class DecisionFiles {
    /*
     * A line counts if it ends and has all its fields, so a write that a crash cut off is passed over; the next one begins on a line
     * of its own. Nothing is flushed but at the change of files: the kernel keeps what was written when the process dies, and the
     * last seconds before a power cut are not worth a flush for each decision.
     */
    static final long FILE_BYTES_MAX = 16L << 20;
    static final int FILES_MAX = 5;

    private static final String PREFIX = "decisions-";
    private static final int TAIL_BYTES = 256 << 10;
    private static final Logger log = LoggerFactory.getLogger(DecisionFiles.class);

    private final Path directory;
    private final long fileBytesMax;
    private @Nullable FileChannel open;
    private boolean cutOff;
    private boolean failing;

    private DecisionFiles(Path directory, long fileBytesMax) {
        this.directory = directory;
        this.fileBytesMax = fileBytesMax;
    }

    static DecisionFiles open(Path directory) throws IOException {
        return open(directory, FILE_BYTES_MAX);
    }

    static DecisionFiles open(Path directory, long fileBytesMax) throws IOException {
        Files.createDirectories(directory);
        DecisionFiles files = new DecisionFiles(directory, fileBytesMax);
        files.cutOff = true; // By a crash, for all we know; an empty line does no harm.
        return files;
    }

    /** The number of the last decision, 0 if there is none. */
    long lastNumber() {
        try {
            List<RecordedDecision> last = last(1, 0);
            List<Path> all = all();
            long begun = all.isEmpty() ? 0 : first(all.getLast()) - 1;
            return last.isEmpty() ? begun : Math.max(begun, last.getLast().number());
        } catch (IOException e) {
            log.atWarn().setCause(e).log("decisions cannot be read");
            return 0;
        }
    }

    // ---------------------------------------------------------------- writing

    /** Appends these; what cannot be written is left out. */
    void append(List<RecordedDecision> decisions) {
        try {
            FileChannel channel = channel(decisions.getFirst().number());
            StringBuilder text = new StringBuilder(decisions.size() * 160);
            if (cutOff) {
                text.append('\n');
            }
            appendAll(decisions, text);
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            cutOff = true;
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            cutOff = false;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                log.atWarn().setCause(e).log("decisions are not written");
            }
            failing = true;
            close();
        }
    }

    /** Those of one step have one time, which takes longer to write than all else. */
    private static void appendAll(List<RecordedDecision> decisions, StringBuilder text) {
        Instant time = Instant.EPOCH;
        String timeText = time.toString();
        for (RecordedDecision each : decisions) {
            if (!each.time().equals(time)) {
                time = each.time();
                timeText = time.toString();
            }
            each.appendTo(text, timeText);
        }
    }

    /** The file to append to, which begins anew when the last one is full. */
    private FileChannel channel(long number) throws IOException {
        FileChannel channel = open;
        if (channel != null && channel.size() < fileBytesMax) {
            return channel;
        }
        close();
        List<Path> all = all();
        Path last = all.isEmpty() ? null : all.getLast();
        if (last == null || Files.size(last) >= fileBytesMax) {
            last = directory.resolve(PREFIX + "%019d".formatted(number));
            for (int i = 0; i <= all.size() - FILES_MAX; i++) {
                Files.deleteIfExists(all.get(i));
            }
        }
        channel =
                FileChannel.open(
                        last,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        ownerOnly());
        open = channel;
        return channel;
    }

    /** It names every file of the folder, so nobody else is to read it. */
    private FileAttribute<?>[] ownerOnly() {
        boolean hasModes =
                directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        return hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Makes what was written durable, and closes the file; the next one is opened when needed. */
    void close() {
        FileChannel channel = open;
        open = null;
        if (channel == null) {
            return;
        }
        try (channel) {
            channel.force(false);
        } catch (IOException e) {
            log.atWarn().setCause(e).log("decisions are not durable");
        }
    }

    // ---------------------------------------------------------------- reading

    /** The files, the oldest first. */
    private List<Path> all() throws IOException {
        try (Stream<Path> each = Files.list(directory)) {
            return each.filter(file -> first(file) > 0)
                    .sorted(Comparator.comparing(Path::getFileName))
                    .toList();
        }
    }

    /** The number of the first decision in {@code file}, 0 if it is none of ours. */
    private static long first(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            return name.startsWith(PREFIX) ? Long.parseLong(name.substring(PREFIX.length())) : 0;
        } catch (NumberFormatException other) {
            return 0;
        }
    }

    /** The last {@code count} decisions with a number above {@code after}, the oldest first. */
    List<RecordedDecision> last(int count, long after) throws IOException {
        Deque<RecordedDecision> found = new ArrayDeque<>();
        for (Path file : all().reversed()) {
            if (found.size() >= count || addLast(file, count, after, found)) {
                break;
            }
        }
        return List.copyOf(found);
    }

    /** Adds decisions of a file, backwards; whether the first one that is too old was met. */
    private static boolean addLast(Path file, int count, long after, Deque<RecordedDecision> found)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long tail = Math.min(size, TAIL_BYTES);
            while (true) {
                List<RecordedDecision> read = read(channel, size - tail, (int) tail);
                boolean enough =
                        tail == size
                                || found.size() + read.size() >= count
                                || (!read.isEmpty() && read.getFirst().number() <= after);
                if (enough) {
                    return add(read, count, after, found);
                }
                tail = Math.min(size, tail * 8);
            }
        } catch (NoSuchFileException e) {
            return true; // Deleted meanwhile, since there are newer ones; so are those before it.
        }
    }

    private static boolean add(
            List<RecordedDecision> read, int count, long after, Deque<RecordedDecision> found) {
        for (RecordedDecision each : read.reversed()) {
            if (each.number() <= after) {
                return true;
            }
            if (found.size() == count) {
                return true;
            }
            found.addFirst(each);
        }
        return false;
    }

    /** The decisions whose lines are wholly in {@code length} bytes from {@code position} on. */
    private static List<RecordedDecision> read(FileChannel channel, long position, int length)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // Read on: a read may return less than there is.
        }
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        int begin = position == 0 ? 0 : text.indexOf('\n') + 1;
        int end = text.lastIndexOf('\n');
        List<RecordedDecision> read = new ArrayList<>();
        if (begin < end) {
            text.substring(begin, end)
                    .lines()
                    .map(RecordedDecision::parse)
                    .flatMap(Optional::stream)
                    .forEach(read::add);
        }
        return read;
    }

    /** The last {@code count} decisions about {@code path}, the oldest first. */
    List<RecordedDecision> about(RelativePath path, int count) throws IOException {
        Deque<RecordedDecision> found = new ArrayDeque<>();
        String field = "\t" + path + "\t";
        for (Path file : all()) {
            try (BufferedReader lines = reader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.contains(field)) {
                        addIfAbout(path, line, count, found);
                    }
                }
            } catch (NoSuchFileException e) {
                log.atDebug().addKeyValue("file", file).log("deleted meanwhile");
            }
        }
        return List.copyOf(found);
    }

    /** Unlike the readers of {@code Files}, it goes on after bytes that are no text. */
    private static BufferedReader reader(Path file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    private static void addIfAbout(
            RelativePath path, String line, int count, Deque<RecordedDecision> found) {
        RecordedDecision.parse(line)
                .filter(each -> each.path().equals(path))
                .ifPresent(
                        each -> {
                            if (found.size() == count) {
                                found.removeFirst();
                            }
                            found.addLast(each);
                        });
    }
}
