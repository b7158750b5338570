package dev.lanyard.delta.counterexample;

import dev.lanyard.protocol.ContentHash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Each class does what delta may not do. */
public final class Restless {
    private Restless() {}

    public static final class MakesThreads {
        ExecutorService threads() {
            return Executors.newVirtualThreadPerTaskExecutor();
        }
    }

    public static final class OpensFiles {
        RandomAccessFile open(String name) throws IOException {
            return new RandomAccessFile(name, "r");
        }
    }

    public abstract static class Climbs {
        abstract ContentHash content();
    }
}
