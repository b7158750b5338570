package dev.lanyard.node.app.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Linux lets a process have, and how much of it is in use. What cannot be told is null: on
 * other systems, of processes of other users, or if there is too much to count.
 *
 * @param watches places that are watched, by all processes of the user together
 * @param watchers those who watch, by all processes of the user together
 * @param openFiles of this process
 */
public record Limits(@Nullable Use watches, @Nullable Use watchers, @Nullable Use openFiles) {
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path INOTIFY = Path.of("/proc/sys/fs/inotify");
    private static final Duration COUNTING_MAX = Duration.ofSeconds(1);
    private static final int NUMBER_BYTES_MAX = 32;

    /** How much of something is used, and how much is allowed. */
    public record Use(long used, long allowed) {
        /** Whether a tenth of it or less is left. */
        public boolean isScarce() {
            return used >= allowed - allowed / 10;
        }
    }

    /** The limits of a process, and of its user. Takes about a second at most. */
    public static Limits of(long process) {
        Path own = PROCESSES.resolve(Long.toString(process));
        Count count = new Count(System.nanoTime() + COUNTING_MAX.toNanos());
        boolean isCounted = count.all(own);
        return new Limits(
                isCounted ? use(count.watches, INOTIFY.resolve("max_user_watches")) : null,
                isCounted ? use(count.watchers, INOTIFY.resolve("max_user_instances")) : null,
                openFiles(own));
    }

    private static @Nullable Use use(long used, Path allowed) {
        // In one go: of such a file a second read finds nothing, and Java begins with a single byte
        // where a file says that it is empty.
        try (InputStream in = Files.newInputStream(allowed)) {
            String text = new String(in.readNBytes(NUMBER_BYTES_MAX), StandardCharsets.US_ASCII);
            return new Use(used, Long.parseLong(text.strip()));
        } catch (IOException | NumberFormatException untold) {
            return null;
        }
    }

    private static @Nullable Use openFiles(Path process) {
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            long used = open.count();
            for (String line : Files.readAllLines(process.resolve("limits"))) {
                if (line.startsWith("Max open files")) {
                    String soft =
                            line.substring("Max open files".length())
                                    .strip()
                                    .replaceFirst(" .*", "");
                    return new Use(
                            used, soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft));
                }
            }
            return null;
        } catch (IOException | UncheckedIOException | NumberFormatException untold) {
            return null;
        }
    }

    /** What the processes of one user watch. */
    private static final class Count {
        private final long endNanos;
        private long watches;
        private long watchers;

        Count(long endNanos) {
            this.endNanos = endNanos;
        }

        /** Counts those of the user of {@code process}; false if that cannot be done in time. */
        boolean all(Path process) {
            try {
                Object user = Files.getAttribute(process, "unix:uid");
                for (Path each : processes()) {
                    if (System.nanoTime() > endNanos) {
                        return false;
                    }
                    if (isOf(each, user)) {
                        addThoseOf(each);
                    }
                }
                return true;
            } catch (IOException | UncheckedIOException | UnsupportedOperationException untold) {
                return false;
            }
        }

        private static List<Path> processes() throws IOException {
            try (Stream<Path> all = Files.list(PROCESSES)) {
                return all.filter(each -> each.getFileName().toString().matches("\\d+")).toList();
            }
        }

        private static boolean isOf(Path process, Object user) {
            try {
                return user.equals(Files.getAttribute(process, "unix:uid"));
            } catch (IOException ended) {
                return false;
            }
        }

        private void addThoseOf(Path process) {
            try (Stream<Path> open = Files.list(process.resolve("fd"))) {
                for (Path each : (Iterable<Path>) open::iterator) {
                    if (isWatcher(each)) {
                        watchers++;
                        Path told = process.resolve("fdinfo").resolve(each.getFileName());
                        watches += watchesIn(told);
                    }
                }
            } catch (IOException | UncheckedIOException endedOrHidden) {
                return; // It ended, or hides what it has even from its own user.
            }
        }

        private static boolean isWatcher(Path descriptor) {
            try {
                return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:inotify");
            } catch (IOException closed) {
                return false;
            }
        }

        private static long watchesIn(Path told) throws IOException {
            try (Stream<String> lines = Files.lines(told, StandardCharsets.ISO_8859_1)) {
                return lines.filter(line -> line.startsWith("inotify ")).count();
            }
        }
    }
}
