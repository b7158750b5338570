package dev.lanyard.discovery.counterexample;

import javax.jmdns.JmDNS;

/** Speaks mDNS by itself. */
public abstract class Announcing {
    abstract JmDNS dns();
}
