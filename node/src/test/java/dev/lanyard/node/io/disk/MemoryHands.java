package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.MemoryCalls.Spot;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;

/** Hands in the folder of a {@link MemoryDisk}. */
record MemoryHands(MemoryDisk disk) implements Hands {
    @Override
    public void write(String path, byte[] content) throws DiskException {
        disk.write(RelativePath.of(path), content);
    }

    @Override
    public void makeDirectories(String path) throws DiskException {
        RelativePath directory = RelativePath.of(path);
        Found there = disk.everything().get(directory);
        if (there != null && there.kind() == Kind.DIRECTORY) {
            return;
        }
        if (directory.parent().isPresent()) {
            makeDirectories(directory.parent().get().toString());
        }
        disk.makeDirectory(directory);
    }

    @Override
    public void link(String path, String target) throws DiskException {
        disk.makeLink(
                RelativePath.of(path), new LinkTarget(target.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void linkHard(String existing, String path) throws DiskException {
        disk.linkHard(RelativePath.of(existing), RelativePath.of(path));
    }

    @Override
    public void setMode(String path, int mode) throws DiskException {
        disk.setMode(RelativePath.of(path), mode);
    }

    @Override
    public void setMtime(String path, Instant mtime) throws DiskException {
        disk.setMtime(RelativePath.of(path), mtime);
    }

    @Override
    public void delete(String path) throws DiskException {
        disk.delete(RelativePath.of(path));
    }

    @Override
    public void rename(String from, String to) throws DiskException {
        disk.rename(RelativePath.of(from), RelativePath.of(to));
    }

    @Override
    public byte[] read(String path) throws DiskException {
        return inodeAt(path).bytes.all();
    }

    @Override
    public int mode(String path) throws DiskException {
        return inodeAt(path).found().stat().mode();
    }

    @Override
    public long inode(String path) throws DiskException {
        return inodeAt(path).number;
    }

    @Override
    public Instant ctime(String path) throws DiskException {
        return inodeAt(path).ctime;
    }

    @Override
    public long freeBytes() {
        return disk.calls().volume().freeBytes();
    }

    /** By each of its names from the top, since no path of the tree is private. */
    private MemoryInode inodeAt(String path) throws DiskException {
        MemoryInode at = disk.calls().volume().top;
        for (Path name : Path.of(path)) {
            at = disk.calls().existing("stat", new Spot(at, name.toString(), null));
        }
        return at;
    }
}
