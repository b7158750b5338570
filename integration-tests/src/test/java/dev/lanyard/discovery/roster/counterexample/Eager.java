package dev.lanyard.discovery.roster.counterexample;

import java.net.DatagramSocket;

/** Does what its driver should do. */
public abstract class Eager {
    abstract DatagramSocket socket();
}
