package dev.lanyard.discovery.mdns;

import dev.lanyard.discovery.BeaconSource;
import dev.lanyard.discovery.Discovery.Fault;

import org.jspecify.annotations.Nullable;

import java.net.NetworkInterface;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Beacons as records of a service that is published and browsed on every network. */
public final class MdnsSource implements BeaconSource {
    private final RandomGenerator random;
    private final Map<InterfaceAddress, Responder> responders = new LinkedHashMap<>();
    private int listenPort;
    private @Nullable Ear ear;
    private byte @Nullable [] newest;

    /** Ready to start; {@code random} draws the names that strangers see. */
    public MdnsSource(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public void start(int listenPort, Ear ear) {
        this.listenPort = listenPort;
        this.ear = ear;
    }

    @Override
    public void follow(List<NetworkInterface> networks) {
        Ear told = ear;
        if (told == null) {
            throw new IllegalStateException("follows networks before it was started");
        }
        List<InterfaceAddress> addresses = InterfaceAddress.on(networks);
        responders
                .entrySet()
                .removeIf(
                        each -> {
                            boolean hasGone = !addresses.contains(each.getKey());
                            if (hasGone) {
                                each.getValue().close();
                            }
                            return hasGone;
                        });
        for (InterfaceAddress own : addresses) {
            responders.computeIfAbsent(own, there -> responderAt(there, told));
        }
    }

    private Responder responderAt(InterfaceAddress own, Ear told) {
        // A name of its own each time: one that is still saying goodbye must not clash with it.
        String name = HexFormat.of().toHexDigits(random.nextLong());
        Responder responder = new Responder(own, name, listenPort, told, newest);
        responder.start();
        return responder;
    }

    @Override
    public void say(byte[] sealed) {
        newest = sealed;
        responders.values().forEach(responder -> responder.say(sealed));
    }

    @Override
    public List<Fault> faults() {
        return responders.values().stream()
                .map(Responder::fault)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void close() {
        responders.values().forEach(Responder::close);
        responders.clear();
    }
}
