package dev.lanyard.node.io.transfer;

import java.util.concurrent.atomic.LongAdder;

/** Counts what is moved. Thread-safe. */
final class Tally {
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder filesReceived = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder filesSent = new LongAdder();
    final LongAdder filesCopied = new LongAdder();
    final LongAdder savedByDelta = new LongAdder();
    final LongAdder savedByCopy = new LongAdder();

    Amounts amounts() {
        return new Amounts(
                bytesReceived.sum(),
                filesReceived.sum(),
                bytesSent.sum(),
                filesSent.sum(),
                filesCopied.sum(),
                savedByDelta.sum(),
                savedByCopy.sum());
    }
}
