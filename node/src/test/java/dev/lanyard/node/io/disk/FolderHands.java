package dev.lanyard.node.io.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** Hands in a real folder. */
record FolderHands(Path folder) implements Hands {
    private static final int PERMISSION_BITS = 0777;

    @Override
    public void write(String path, byte[] content) throws IOException {
        Files.write(at(path), content);
    }

    @Override
    public void makeDirectories(String path) throws IOException {
        Files.createDirectories(at(path));
    }

    @Override
    public void link(String path, String target) throws IOException {
        Files.createSymbolicLink(at(path), Path.of(target));
    }

    @Override
    public void linkHard(String existing, String path) throws IOException {
        Files.createLink(at(path), at(existing));
    }

    @Override
    public void setMode(String path, int mode) throws IOException {
        Files.setAttribute(at(path), "unix:mode", mode);
    }

    @Override
    public void setMtime(String path, Instant mtime) throws IOException {
        Files.setLastModifiedTime(at(path), FileTime.from(mtime));
    }

    @Override
    public void delete(String path) throws IOException {
        Files.delete(at(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(at(from), at(to));
    }

    @Override
    public byte[] read(String path) throws IOException {
        return Files.readAllBytes(at(path));
    }

    @Override
    public int mode(String path) throws IOException {
        return (int) Files.getAttribute(at(path), "unix:mode") & PERMISSION_BITS;
    }

    @Override
    public long inode(String path) throws IOException {
        return (long) Files.getAttribute(at(path), "unix:ino");
    }

    @Override
    public Instant ctime(String path) throws IOException {
        return ((FileTime) Files.getAttribute(at(path), "unix:ctime")).toInstant();
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    private Path at(String path) {
        return folder.resolve(path);
    }
}
