package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The root of a share, open for one batch. Used by one thread; closed soon.
 *
 * <p>Places are of two kinds: paths of the tree, and names in the private directories {@code
 * staging/} and {@code versions/}. All methods throw {@link DiskException} for what the file system
 * says.
 */
public interface Root extends AutoCloseable {
    /** The device of the root. */
    long device();

    /**
     * Whether what is here keeps its inode number for as long as it is here, also when the volume
     * is mounted again.
     */
    default boolean keepsInodes() {
        return true;
    }

    /**
     * What is at {@code path}, the link itself if it is one; null only if the answer was exactly
     * "no such file".
     */
    @Nullable Found stat(RelativePath path) throws IOException;

    /**
     * How the path is written that the file system takes for one with {@code path}; null if it is
     * written so, or nothing is there. A watch may report either.
     */
    default @Nullable RelativePath spelling(RelativePath path) throws IOException {
        return null;
    }

    /**
     * All names in {@code directory} (the root for null) but {@code .}, {@code ..} and the private
     * one, in no order.
     */
    List<Name> list(@Nullable RelativePath directory) throws IOException;

    /**
     * What is in {@code directory} (the root for null) but for the private directory, with what
     * each looks like, in no order. What goes away meanwhile is not in it.
     */
    default List<Seen> survey(@Nullable RelativePath directory) throws IOException {
        List<Seen> seen = new ArrayList<>();
        for (Name name : list(directory)) {
            if (directory == null && RelativePath.fault(name.bytes()).isPresent()) {
                continue; // A file called as the private directory in other letters.
            }
            Found found =
                    stat(
                            directory == null
                                    ? RelativePath.of(name.bytes())
                                    : directory.child(name.bytes()));
            if (found != null) {
                seen.add(new Seen(name.bytes(), found));
            }
        }
        return seen;
    }

    /** Opens a regular file for reading, never waiting (a fifo would), never following a link. */
    Content read(RelativePath path) throws IOException;

    /** Opens a file of a private directory for reading. */
    Content read(Place place, String name) throws IOException;

    /** The target of a symbolic link. */
    LinkTarget readLink(RelativePath path) throws IOException;

    /** The target of a symbolic link in a private directory. */
    LinkTarget readLink(Place place, String name) throws IOException;

    /**
     * Makes an empty file in staging, mode 0600, open for writing. {@code EXISTS} if the name is
     * taken.
     */
    Sink create(String stagedName) throws IOException;

    /** Opens a staged file to write on where {@code from} says; what is behind is cut off. */
    Sink reopen(String stagedName, long from) throws IOException;

    /**
     * Makes a staged file with the content of {@code source}: a reflink where the file system can,
     * else copied by the kernel; holes stay holes. {@code SHRANK} if it does not have {@code
     * sizeBytes} bytes.
     */
    void copy(RelativePath source, long sizeBytes, String stagedName) throws IOException;

    /** The same from a private place. */
    void copy(Place place, String name, long sizeBytes, String stagedName) throws IOException;

    /**
     * Gives something staged another staged name, which nothing may have yet ({@code EXISTS}). One
     * atomic step where the file system can.
     */
    default void renameStaged(String from, String to) throws IOException {
        copy(Place.STAGING, from, statStaged(from).stat().sizeBytes(), to);
        delete(Place.STAGING, from);
    }

    /**
     * How many bytes this user may still write to the file system; {@link Long#MAX_VALUE} where
     * that cannot be told. Only a forecast: others write too.
     */
    default long freeBytes() throws IOException {
        return Long.MAX_VALUE;
    }

    /** Makes an empty directory in staging. */
    void createDirectory(String stagedName, int mode) throws IOException;

    /** Makes a symbolic link in staging. */
    void createLink(String stagedName, LinkTarget target) throws IOException;

    /**
     * Sets mode and, unless null, mtime of something staged. Owner, ACL and extended attributes are
     * taken from {@code like} where permitted.
     */
    void setAttributes(
            String stagedName, int mode, @Nullable Instant mtime, @Nullable RelativePath like)
            throws IOException;

    /** Sets mode and, unless null, mtime of what is at {@code path}. */
    void setAttributes(RelativePath path, int mode, @Nullable Instant mtime) throws IOException;

    /** What a staged file looks like. */
    Found statStaged(String stagedName) throws IOException;

    /**
     * Moves something staged to {@code path}, where nothing may be ({@code EXISTS}). One atomic
     * step.
     */
    void place(String stagedName, RelativePath path) throws IOException;

    /**
     * Exchanges something staged with what is at {@code path}. One atomic step. {@code UNSUPPORTED}
     * where the file system cannot.
     */
    void exchange(String stagedName, RelativePath path) throws IOException;

    /**
     * Moves something staged over what is at {@code path}: for file systems that cannot exchange.
     */
    void replace(String stagedName, RelativePath path) throws IOException;

    /**
     * Makes {@code name} in staging another link to the file at {@code path}, or a copy where links
     * cannot be made.
     */
    void link(RelativePath path, String stagedName) throws IOException;

    /** Moves what is at {@code path} into staging. One atomic step. */
    void take(RelativePath path, String stagedName) throws IOException;

    /**
     * Gives what is at {@code from} the path {@code to}, where nothing may be ({@code EXISTS}). One
     * atomic step. {@code UNSUPPORTED} where the file system cannot refuse to replace.
     */
    void rename(RelativePath from, RelativePath to) throws IOException;

    /**
     * Gives what is at {@code from} another spelling of its name, where the file system takes both
     * for one. One atomic step, which may do nothing.
     */
    default void respell(RelativePath from, RelativePath to) throws IOException {
        rename(from, to);
    }

    /** Removes an empty directory: {@code NOT_EMPTY} otherwise. */
    void removeDirectory(RelativePath path) throws IOException;

    /** Moves something from staging to versions. */
    void archive(String stagedName, String versionName) throws IOException;

    /** Names in a private directory, in no order. */
    List<String> names(Place place) throws IOException;

    /**
     * Hands over all names in a private directory, one by one and in no order: for a directory that
     * may be too large for the memory. {@code to} must not come back to this root.
     */
    default void eachName(Place place, Consumer<String> to) throws IOException {
        names(place).forEach(to);
    }

    /** What a file in a private directory looks like, or null. */
    @Nullable Found stat(Place place, String name) throws IOException;

    /**
     * Deletes a file (or an empty directory) in a private directory; nothing happens if it is not
     * there.
     */
    void delete(Place place, String name) throws IOException;

    /**
     * Writes a small private file whole: whoever reads it meanwhile, and after a crash of the
     * process, finds it in full or as it was. Not flushed: a power cut may leave it empty.
     */
    void write(Place place, String name, ByteBuffer content) throws IOException;

    /**
     * The same, with the content on the medium before it has its name: also after a power cut it is
     * there in full or as it was. The name is durable after {@link #flush(Place)}.
     */
    void writeDurably(Place place, String name, ByteBuffer content) throws IOException;

    /**
     * Whether nobody has the regular file at {@code path} open for writing; true where this cannot
     * be found out.
     */
    boolean isQuiet(RelativePath path) throws IOException;

    /** The same for something staged (a displaced file). */
    boolean isQuietStaged(String stagedName) throws IOException;

    /**
     * Makes all that was written to this file system durable, in one flush; false where errors
     * would not be reported: flush one by one.
     */
    boolean flushAll() throws IOException;

    /**
     * Has all that was written to this file system on its medium before anything that is done
     * later. That something could not be written may not be told: {@link #flushAll} says whether it
     * is.
     */
    default void writeOut() throws IOException {
        flushAll();
    }

    /** Makes one file of the tree and its directory durable. */
    void flush(RelativePath path) throws IOException;

    /** Makes one private file durable, but for its name, which {@link #flush(Place)} does. */
    void flush(Place place, String name) throws IOException;

    /** Makes the names in a private directory durable. */
    void flush(Place place) throws IOException;

    @Override
    void close();

    /** The private directories. */
    enum Place {
        /** Where content is completed before it becomes visible. */
        STAGING,
        /** Where replaced content is kept. */
        VERSIONS,
        /** {@code .lanyard} itself: marker, cookies, high-water mark. */
        PRIVATE
    }

    /** What something is. */
    enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        FIFO,
        SOCKET,
        DEVICE
    }

    /** What was found at a place. {@code linkCount}: how many names the file has. */
    record Found(Kind kind, FileStat stat, int linkCount) {}

    /** One name in a directory: its bytes, and its kind if listing told it. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    record Name(byte[] bytes, @Nullable Kind kind) {}

    /** One name in a directory, and what has it. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    record Seen(byte[] name, Found found) {}

    /** A file open for reading. Several threads may read at once, and none once it is closed. */
    interface Content extends AutoCloseable {
        /** What the open file looks like now. */
        Found stat() throws IOException;

        /**
         * Reads up to {@code to.remaining()} bytes at {@code offset}; the count, or -1 at the end.
         */
        int read(ByteBuffer to, long offset) throws IOException;

        /**
         * Where the next bytes are that may be others than zeros: {@code offset} itself where this
         * cannot be told, the end of the file if there are none.
         */
        default long nextData(long offset) throws IOException {
            return offset;
        }

        /**
         * Has the system forget what it has of the file in memory, as far as it can, so that the
         * next reads are of the medium.
         */
        default void forget() {}

        /** The same of a part of it. */
        default void forget(long offset, long lengthBytes) {}

        @Override
        void close();
    }

    /** A staged file open for writing. */
    interface Sink extends AutoCloseable {
        /** Writes all remaining bytes at {@code offset}. */
        void write(ByteBuffer from, long offset) throws IOException;

        /**
         * Copies from another file without its bytes passing through memory, where this system can:
         * shared blocks where the file system knows them, else by the kernel. Holes are left out:
         * {@link #size} comes first.
         *
         * @return how many bytes were copied, from the first on; the others are for {@link #write}
         * @throws DiskException {@code SHRANK} if {@code from} does not have so many
         */
        default long copy(Content from, long fromOffset, long offset, long lengthBytes)
                throws IOException {
            return 0;
        }

        /**
         * Makes the file, which is empty, have all that {@code from} has, by sharing its blocks;
         * false, and nothing is done, where that cannot be.
         */
        default boolean share(Content from) throws IOException {
            return false;
        }

        /** Gives the file so many bytes; those that were not written are zeros. */
        void size(long sizeBytes) throws IOException;

        /** Makes what was written durable. */
        void flush() throws IOException;

        @Override
        void close() throws IOException;
    }
}
