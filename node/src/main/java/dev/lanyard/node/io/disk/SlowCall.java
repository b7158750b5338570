package dev.lanyard.node.io.disk;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Runs system calls that may take as long as a disk takes. A virtual thread in a system call holds
 * on to the thread that carries it, and there are only as many of those as cores: a few flushes
 * would stop all other virtual threads. So the call is made by a thread of its own, and the virtual
 * thread waits for it.
 */
final class SlowCall {
    private SlowCall() {}

    /** What is slow. */
    interface Body {
        long run() throws DiskException;
    }

    /** The result of {@code body}. Not interruptible, since a system call is not either. */
    static long run(Body body) throws DiskException {
        if (!Thread.currentThread().isVirtual()) {
            return body.run();
        }
        CompletableFuture<Long> result = new CompletableFuture<>();
        Thread.ofPlatform().name("slow-disk-call").daemon().start(() -> complete(result, body));
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DiskException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private static void complete(CompletableFuture<Long> result, Body body) {
        try {
            result.complete(body.run());
        } catch (DiskException | RuntimeException | Error e) {
            result.completeExceptionally(e); // The thread that waits is told.
        }
    }
}
