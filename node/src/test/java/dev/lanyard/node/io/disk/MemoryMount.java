package dev.lanyard.node.io.disk;

/** The time from one mount of a {@link MemoryVolume} to its end, in which what was opened works. */
record MemoryMount(MemoryVolume volume, long number) {
    static MemoryMount now(MemoryVolume volume) {
        return new MemoryMount(volume, volume.mounts());
    }

    boolean isCurrent() {
        return volume.isMounted() && volume.mounts() == number;
    }

    void check(String call, Object subject) throws DiskException {
        if (!isCurrent()) {
            throw Errno.failure(call, subject, -Errno.EIO);
        }
    }
}
