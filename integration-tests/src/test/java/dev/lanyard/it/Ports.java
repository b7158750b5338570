package dev.lanyard.it;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports on loopback for what is started later. They lie below those that the system gives to
 * whoever asks for any, and each fork of the tests has its own: nobody takes one meanwhile.
 * Thread-safe.
 */
final class Ports {
    private static final int FIRST = 20_000;
    private static final int OF_A_FORK = 1_000;
    private static final int FORKS_MAX = 7; // Below the port of beacons.

    private static final int BEGIN =
            FIRST + Integer.getInteger("lanyard.fork", 0) % FORKS_MAX * OF_A_FORK;
    private static final AtomicInteger given =
            new AtomicInteger((int) (ProcessHandle.current().pid() % OF_A_FORK));

    private Ports() {}

    /** One on which nobody listens. */
    static int free() {
        for (int tries = 0; tries < OF_A_FORK; tries++) {
            int port = BEGIN + given.getAndIncrement() % OF_A_FORK;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free from " + BEGIN);
    }

    private static boolean isFree(int port) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket _ = new ServerSocket(port, 1, loopback);
                DatagramSocket _ = new DatagramSocket(port, loopback)) {
            return true;
        } catch (BindException _) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("port " + port, e);
        }
    }
}
