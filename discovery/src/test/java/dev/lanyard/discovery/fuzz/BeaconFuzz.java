package dev.lanyard.discovery.fuzz;

import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.discovery.BeaconKey.Opened;
import dev.lanyard.discovery.PeerEvent;
import dev.lanyard.discovery.roster.Roster;
import dev.lanyard.discovery.roster.Roster.Output;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Any datagrams, one after the other: none is taken for a beacon of our share without the proof,
 * what is taken has one form, and the roster tells of each peer in order. Of each datagram the
 * first byte says whether the proof is put right, how long it is and how much later it comes; the
 * rest are as many bytes as are read from a socket.
 */
public final class BeaconFuzz {
    private static final int READ_BYTES = BeaconKey.SEALED_BYTES + 1; // What is longer shows.
    private static final int SIGNED_BYTES = 26;
    private static final int PROVEN = 1;
    private static final int LONGER = 2;
    private static final byte[] KEY = new byte[BeaconKey.KEY_BYTES];

    private final BeaconKey key = BeaconKey.of(KEY);
    private final Set<Long> present = new HashSet<>();
    private Instant now = Instant.EPOCH;
    private final Roster roster = new Roster(1, 1, new SplittableRandom(1), now);

    private BeaconFuzz() {}

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws GeneralSecurityException {
        BeaconFuzz fuzz = new BeaconFuzz();
        int at = 0;
        while (at < bytes.length) {
            int how = Byte.toUnsignedInt(bytes[at]);
            int most = (how & LONGER) == 0 ? BeaconKey.SEALED_BYTES : READ_BYTES;
            int end = Math.min(bytes.length, at + 1 + most);
            fuzz.hear(how, Arrays.copyOfRange(bytes, at + 1, end));
            at = end;
        }
    }

    private void hear(int how, byte[] sealed) throws GeneralSecurityException {
        now = now.plus(Duration.ofMillis(1L << (how >> 2 & 15)));
        carryOut(roster.tick(now));
        boolean isWhole = sealed.length == BeaconKey.SEALED_BYTES;
        byte[] proof = isWhole ? proof(sealed) : new byte[0];
        if (isWhole && (how & PROVEN) != 0) {
            System.arraycopy(proof, 0, sealed, SIGNED_BYTES, proof.length);
        }
        switch (key.open(sealed)) {
            case Opened.Ours(var beacon) -> {
                check(
                        isWhole && Arrays.equals(proof, 0, 32, sealed, SIGNED_BYTES, sealed.length),
                        "taken without proof");
                check(Arrays.equals(key.seal(beacon), sealed), "another form of " + beacon);
                hear(beacon);
            }
            case Opened.Foreign _, Opened.Garbage _ -> {}
        }
    }

    private void hear(Beacon beacon) {
        carryOut(roster.hear(beacon, "192.0.2." + (beacon.port() & 3), now));
        check(roster.nextTimeout().isAfter(Instant.EPOCH), "nothing is ever due");
    }

    private void carryOut(List<Output> outputs) {
        for (Output output : outputs) {
            if (output instanceof Output.Tell(var event)) {
                follow(event);
            }
        }
        check(roster.peers().size() == present.size(), "told of other peers than there are");
    }

    private void follow(PeerEvent event) {
        switch (event) {
            case PeerEvent.Appeared it ->
                    check(present.add(it.peer().startNonce()), "appeared twice");
            case PeerEvent.Changed it ->
                    check(present.contains(it.peer().startNonce()), "changed while absent");
            case PeerEvent.Gone it ->
                    check(present.remove(it.peer().startNonce()), "gone while absent");
        }
    }

    private static byte[] proof(byte[] sealed) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        mac.update(sealed, 0, SIGNED_BYTES);
        return mac.doFinal();
    }

    /** A datagram for the corpus that is a beacon of our share. */
    static byte[] sealed(Beacon beacon) {
        return BeaconKey.of(KEY).seal(beacon);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
