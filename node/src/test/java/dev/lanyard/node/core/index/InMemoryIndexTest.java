package dev.lanyard.node.core.index;

final class InMemoryIndexTest extends IndexContract {
    @Override
    protected Index create() {
        return new InMemoryIndex();
    }

    @Override
    protected Index reopen(Index stopped) {
        ((InMemoryIndex) stopped).crash();
        return stopped;
    }
}
