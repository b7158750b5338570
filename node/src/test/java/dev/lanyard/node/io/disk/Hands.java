package dev.lanyard.node.io.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;

/**
 * What other programs do in the folder of a {@link Disk} and see there. Paths are text, and may be
 * in the private directory too.
 */
interface Hands {
    /** Makes a file, or writes over what is in it. */
    void write(String path, byte[] content) throws IOException;

    default void write(String path, String content) throws IOException {
        write(path, content.getBytes(UTF_8));
    }

    /** Makes a directory, with those above it that are not there. */
    void makeDirectories(String path) throws IOException;

    void link(String path, String target) throws IOException;

    /** Gives the file at {@code existing} another name. */
    void linkHard(String existing, String path) throws IOException;

    void setMode(String path, int mode) throws IOException;

    void setMtime(String path, Instant mtime) throws IOException;

    void delete(String path) throws IOException;

    void rename(String from, String to) throws IOException;

    byte[] read(String path) throws IOException;

    default String text(String path) throws IOException {
        return new String(read(path), UTF_8);
    }

    int mode(String path) throws IOException;

    long inode(String path) throws IOException;

    Instant ctime(String path) throws IOException;

    long freeBytes() throws IOException;
}
