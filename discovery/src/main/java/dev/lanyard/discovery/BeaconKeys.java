package dev.lanyard.discovery;

import dev.lanyard.discovery.BeaconKey.Opened;

import java.util.List;
import java.util.stream.Stream;

/**
 * What seals beacons and opens them while a share has a new key that not all have heard of.
 *
 * @param present what belongs to the present key of the share
 * @param former what belongs to its former keys, as long as somebody may have no other
 */
public record BeaconKeys(BeaconKey present, List<BeaconKey> former) {
    /** Copies the list. */
    public BeaconKeys {
        former = List.copyOf(former);
    }

    /** One key and no other. */
    public static BeaconKeys only(BeaconKey present) {
        return new BeaconKeys(present, List.of());
    }

    /** All of them, the present one first. */
    public List<BeaconKey> all() {
        return Stream.concat(Stream.of(present), former.stream()).toList();
    }

    /** What the bytes are to whoever has all of these keys; never throws. */
    public Opened open(byte[] sealed) {
        Opened opened = present.open(sealed);
        for (BeaconKey key : former) {
            if (!(opened instanceof Opened.Foreign)) {
                return opened;
            }
            opened = key.open(sealed);
        }
        return opened;
    }
}
