package dev.lanyard.node.io.store;

import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.IndexContract;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

final class SqliteIndexTest extends IndexContract {
    @TempDir Path stateDirectory;

    @Override
    protected Index create() {
        return SqliteIndex.open(stateDirectory.resolve("index.db"));
    }

    @Override
    protected Index reopen(Index stopped) {
        stopped.close();
        return create();
    }
}
