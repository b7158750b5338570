package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.reason;
import static dev.lanyard.node.app.config.Places.shown;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A file that one of the commands on deltas writes: beside its place, where it goes once it is
 * whole. So what was there before stays if anything fails, and may be what is read.
 */
final class DeltaOutput implements AutoCloseable {
    private final Path place;
    private final Path beside;
    private final FileChannel channel;
    private boolean finished;

    private DeltaOutput(Path place, Path beside, FileChannel channel) {
        this.place = place;
        this.beside = beside;
        this.channel = channel;
    }

    static DeltaOutput open(Path named) throws CommandFailure {
        if (Files.exists(named) && !Files.isRegularFile(named)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "%s is no file that could be replaced; name another".formatted(shown(named)));
        }
        try {
            Path place = Files.exists(named) ? named.toRealPath() : named.toAbsolutePath();
            String name =
                    ".lanyard-delta-" + HexFormat.of().toHexDigits(new SecureRandom().nextLong());
            Path beside = place.resolveSibling(name);
            FileChannel channel =
                    FileChannel.open(
                            beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new DeltaOutput(place, beside, channel);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.NOT_SO, unwritable(named, e));
        }
    }

    /** Writes all remaining bytes behind those before. */
    void write(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException(unwritable(place, e), e);
        }
    }

    /**
     * Copies bytes of a file behind those before, as the file system does it best.
     *
     * @return how many; those that could not be had so may be read and written
     */
    long copy(DeltaInput from, long offset, long lengthBytes) throws IOException {
        try {
            return from.copyTo(channel, offset, lengthBytes);
        } catch (IOException e) {
            throw new IOException(unwritable(place, e), e);
        }
    }

    /** Puts it in its place, durably. */
    void finish() throws IOException {
        try {
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(place));
            }
            channel.force(true);
            channel.close();
            Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
        } catch (IOException e) {
            throw new IOException(unwritable(place, e), e);
        }
    }

    private static String unwritable(Path path, IOException e) {
        return "%s cannot be written: %s".formatted(shown(path), reason(e));
    }

    @Override
    public void close() {
        if (finished) {
            return;
        }
        try {
            channel.close();
            Files.deleteIfExists(beside);
        } catch (IOException e) {
            // A file of ours stays beside; why nothing came of it is being told already.
        }
    }
}
