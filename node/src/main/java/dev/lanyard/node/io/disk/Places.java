package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Place;

import java.nio.charset.StandardCharsets;

/** The private directories of one open root. Owned by one {@link LinuxRoot}. */
final class Places implements AutoCloseable {
    static final int PRIVATE_MODE = 0700;

    private static final int NONE = -1;

    private final Scratch scratch;
    private final int own;
    private int staging = NONE;
    private int versions = NONE;
    private boolean closed;

    /** Takes {@code own}, a descriptor of {@code .lanyard}, which {@link #close} closes. */
    Places(Scratch scratch, int own) {
        this.scratch = scratch;
        this.own = own;
    }

    /**
     * The descriptor of a private directory, which is made again if a user deleted it.
     *
     * @throws IllegalStateException if it is closed: its number may be another file by now
     */
    int descriptor(Place place) throws DiskException {
        if (closed) {
            throw new IllegalStateException("root is closed");
        }
        return switch (place) {
            case PRIVATE -> own;
            case STAGING -> {
                if (staging == NONE) {
                    staging = openOrMake("staging");
                }
                yield staging;
            }
            case VERSIONS -> {
                if (versions == NONE) {
                    versions = openOrMake("versions");
                }
                yield versions;
            }
        };
    }

    int staging() throws DiskException {
        return descriptor(Place.STAGING);
    }

    private int openOrMake(String name) throws DiskException {
        int directory = openDirectory(scratch, own, name(name));
        if (directory == -Errno.ENOENT) {
            int made = Libc.mkdirat(scratch, own, scratch.name(name(name)), PRIVATE_MODE);
            if (made < 0 && made != -Errno.EEXIST) {
                throw Errno.failure("mkdir", name, made);
            }
            directory = openDirectory(scratch, own, name(name));
        }
        if (directory < 0) {
            throw Errno.failure("open", name, directory);
        }
        return directory;
    }

    /** Opens a directory, so that it can be flushed too; a descriptor or a negated errno. */
    static int openDirectory(Scratch s, int parent, byte[] name) {
        return Libc.openBeneath(s, parent, s.name(name), Libc.O_RDONLY | Libc.O_DIRECTORY, 0);
    }

    /**
     * The bytes of a private name, one for each character.
     *
     * @throws IllegalArgumentException if it is no name: that is a mistake of the caller
     */
    static byte[] name(String name) {
        boolean single = !name.isEmpty() && !name.equals(".") && !name.equals("..");
        if (!single || name.chars().anyMatch(c -> c == '/' || c == 0 || c > 0xff)) {
            throw new IllegalArgumentException(
                    "'%s' is no name for a private file".formatted(name));
        }
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The name of these bytes, so that even a foreign file can be named and deleted. */
    static String name(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        closed = true;
        for (int directory : new int[] {own, staging, versions}) {
            if (directory != NONE) {
                Libc.close(scratch, directory);
            }
        }
    }
}
