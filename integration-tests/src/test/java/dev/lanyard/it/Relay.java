package dev.lanyard.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between two nodes and passes on what they say, counting and keeping what a listener on the
 * wire would hear.
 */
final class Relay implements AutoCloseable {
    private static final int HEARD_BYTES_MAX = 8 << 20;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final InetSocketAddress target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong pieces = new AtomicLong();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private volatile boolean isPlugged = true;
    private volatile long holdAt = Long.MAX_VALUE;

    Relay(InetSocketAddress target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    /** Bytes that passed so far, both ways. */
    long bytes() {
        return bytes.get();
    }

    /** Reads that passed so far, both ways: about one for each record. */
    long pieces() {
        return pieces.get();
    }

    /** What passed so far, both ways, up to 8 MiB. */
    byte[] heard() {
        synchronized (heard) {
            return heard.toByteArray();
        }
    }

    /** Breaks all connections. */
    void cut() {
        for (Socket socket : new ArrayList<>(sockets)) {
            end(socket);
        }
        sockets.clear();
    }

    /** Breaks all connections, and lets none come about until {@link #plug}. */
    void pull() {
        isPlugged = false;
        cut();
    }

    /** Takes connections again. */
    void plug() {
        isPlugged = true;
    }

    /** Passes nothing on once that many bytes have passed, until {@link #holdNothing}. */
    void holdAt(long bytes) {
        holdAt = bytes;
    }

    /** Passes on what comes, also what was held. */
    void holdNothing() {
        holdAt = Long.MAX_VALUE;
    }

    private void hold(Socket from, Socket to) {
        while (bytes.get() > holdAt && !from.isClosed() && !to.isClosed()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket here = server.accept();
                Socket there = new Socket(target.getAddress(), target.getPort());
                sockets.add(here);
                sockets.add(there);
                if (!isPlugged) {
                    cut();
                    continue;
                }
                Thread.ofVirtual().start(() -> pass(here, there));
                Thread.ofVirtual().start(() -> pass(there, here));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    cut(); // The target does not listen: whoever dialled us sees the end of the
                    // connection.
                }
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes.addAndGet(read);
                pieces.incrementAndGet();
                synchronized (heard) {
                    heard.write(buffer, 0, Math.min(read, HEARD_BYTES_MAX - heard.size()));
                }
                hold(from, to);
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            end(from);
        }
        end(to);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
