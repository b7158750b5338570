package dev.lanyard.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A user of one folder who does what comes to mind. Used by one thread. */
final class Scribbler {
    /*
     * What a user does away with must be exactly what that user saw, although a node may put something else there at any moment. So
     * nothing is overwritten by name: what is to go is moved out of the folder first, in one step, and read there; what comes is
     * linked into place, which fails where something is; and what is edited in place is read through the descriptor that writes it.
     */
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int PATHS = 12;
    private static final int DIRECTORIES = 4;
    private static final int LARGE = 3_000_000;

    private final String name;
    private final Path folder;
    private final Path desk;
    private final Random random;
    private final Writings writings;
    private int taken;

    /**
     * @param name of the user
     * @param desk is on the same file system as {@code folder}, and not in it
     */
    Scribbler(String name, Path folder, Path desk, Random random, Writings writings) {
        this.name = name;
        this.folder = folder;
        this.desk = desk;
        this.random = random;
        this.writings = writings;
    }

    /** Does one thing, or finds that it cannot be done now. */
    void act() {
        try {
            switch (random.nextInt(10)) {
                case 0, 1 -> create(path());
                case 2, 3 -> editInPlace(path());
                case 4, 5 -> save(path());
                case 6 -> take(path());
                case 7 -> rename();
                case 8 -> Files.createDirectories(path());
                default -> changeMode(path());
            }
        } catch (IOException e) {
            writings.refused(e); // A node or the disk was in the way, as for any user.
        }
    }

    private Path path() {
        String file = "n" + random.nextInt(PATHS);
        return random.nextInt(3) == 0 ? folder.resolve(file) : directory().resolve(file);
    }

    private Path directory() {
        return folder.resolve("d" + random.nextInt(DIRECTORIES));
    }

    private String content() {
        String begin = "content %d of %s\n".formatted(NUMBER.incrementAndGet(), name);
        int more = random.nextInt(20) == 0 ? random.nextInt(LARGE) : random.nextInt(300);
        char letter = (char) ('a' + random.nextInt(26));
        return begin + String.valueOf(letter).repeat(more);
    }

    /** Writes to a file on the desk. */
    private Path draft(String content) throws IOException {
        writings.begins(content);
        Path draft = desk.resolve("draft");
        Files.writeString(draft, content, StandardCharsets.ISO_8859_1);
        return draft;
    }

    private void create(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        String content = content();
        writings.begins(content);
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(file, content);
        }
        writings.wrote(content, path.toString());
    }

    private static void write(FileChannel file, String content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private void editInPlace(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        String content = content();
        writings.begins(content);
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer before = ByteBuffer.allocate(Math.toIntExact(file.size()));
            while (before.hasRemaining() && file.read(before) >= 0) {
                // Goes on.
            }
            writings.releases(
                    new String(before.array(), 0, before.position(), StandardCharsets.ISO_8859_1));
            file.truncate(0);
            write(file, content);
        }
        writings.wrote(content, path.toString());
    }

    /** As editors do, but for the moment between. */
    private void save(Path path) throws IOException {
        String content = content();
        Path draft = draft(content);
        take(path);
        Files.createDirectories(path.getParent());
        try {
            Files.createLink(path, draft);
            writings.wrote(content, path.toString());
        } finally {
            Files.delete(draft);
        }
    }

    private void take(Path path) throws IOException {
        Path away = desk.resolve("taken" + taken++);
        try {
            Files.move(path, away, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException | NotDirectoryException nothing) {
            return;
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(away)) {
            all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(files::add);
        }
        files.forEach(file -> writings.releases(Writings.read(file)));
        Trees.sh(desk, "rm -rf " + away.getFileName());
    }

    /** Of a file, or of a directory with all that is in it. */
    private void rename() throws IOException {
        boolean ofDirectory = random.nextInt(3) == 0;
        Path from = ofDirectory ? directory() : path();
        Path to = ofDirectory ? directory() : path();
        Files.createDirectories(to.getParent());
        Trees.run(
                folder,
                Map.of(),
                List.of("mv", "--no-clobber", "-T", from.toString(), to.toString()));
    }

    private void changeMode(Path path) throws IOException {
        String mode = random.nextBoolean() ? "rw-r--r--" : "rw-rw-r--";
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        }
    }
}
