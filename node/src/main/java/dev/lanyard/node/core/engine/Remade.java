package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

/** The same content and attributes in another version. */
final class Remade {
    private Remade() {}

    static Entry of(Entry entry, VersionVector version, Stamp stamp, ReplicaId author) {
        return switch (entry) {
            case File it ->
                    new File(
                            it.path(),
                            it.sizeBytes(),
                            it.mtime(),
                            it.mode(),
                            it.content(),
                            version,
                            stamp,
                            author);
            case Directory it -> new Directory(it.path(), it.mode(), version, stamp, author);
            case Symlink it -> new Symlink(it.path(), it.target(), version, stamp, author);
            case Tombstone it ->
                    new Tombstone(
                            it.path(),
                            it.movedTo(),
                            it.content(),
                            version,
                            stamp,
                            author,
                            it.day(),
                            0);
        };
    }
}
