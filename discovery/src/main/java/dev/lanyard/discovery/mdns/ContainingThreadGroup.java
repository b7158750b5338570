package dev.lanyard.discovery.mdns;

import java.util.function.Consumer;

/**
 * Keeps what fails in threads that we do not make from whoever watches over the whole program:
 * threads belong to the group of the thread that makes them, unless told otherwise.
 */
final class ContainingThreadGroup extends ThreadGroup {
    private final Consumer<Throwable> failed;

    /** {@code failed} is told of each thread that ends by a failure, in that thread. */
    ContainingThreadGroup(String name, Consumer<Throwable> failed) {
        super(name);
        this.failed = failed;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        failed.accept(failure);
    }
}
