package dev.lanyard.node.fuzz;

import dev.lanyard.node.app.config.StateReading;
import dev.lanyard.node.core.index.HighWaterMark;
import dev.lanyard.node.io.apply.JournalReading;
import dev.lanyard.node.io.apply.SidecarReading;
import dev.lanyard.node.io.mirror.MirrorRecordReading;
import dev.lanyard.node.io.store.DecisionsReading;
import dev.lanyard.node.io.store.RowReading;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes in any file that a node keeps for itself: what is damaged is passed over or refused as
 * documented, and nothing else happens. The first byte says which file it is.
 */
public final class StateFuzz {
    /** The files, but for databases, which are a target of their own. New ones go to the end. */
    private static final List<File> FILES =
            List.of(
                    new File("journal", JournalReading::tried),
                    new File("sidecar", SidecarReading::tried),
                    new File("row", RowReading::tried),
                    new File("decisions", DecisionsReading::tried),
                    new File("mirror-record", MirrorRecordReading::tried),
                    new File("folder", StateReading::folder),
                    new File("root", StateReading::root),
                    new File("key", StateReading::key),
                    new File("identity", StateReading::identity),
                    new File("settings", StateReading::settings),
                    new File("peers", StateReading::peers),
                    new File("clock", StateReading::clock),
                    new File("scrub", StateReading::scrub),
                    new File("holder", StateReading::holder),
                    new File("mark", StateFuzz::mark));

    private record File(String name, Reading reading) {}

    /** Reads a file as the node does. */
    @FunctionalInterface
    interface Reading {
        /** Tries these bytes; whatever it throws is a finding. */
        void tried(byte[] bytes) throws IOException;
    }

    private StateFuzz() {}

    /** An input that is {@code bytes} in the file of this name. */
    static byte[] input(String name, byte[] bytes) {
        int index = FILES.stream().map(File::name).toList().indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("there is no file '%s'".formatted(name));
        }
        byte[] input = new byte[1 + bytes.length];
        input[0] = (byte) index;
        System.arraycopy(bytes, 0, input, 1, bytes.length);
        return input;
    }

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            File file = FILES.get(Byte.toUnsignedInt(bytes[0]) % FILES.size());
            file.reading.tried(Arrays.copyOfRange(bytes, 1, bytes.length));
        }
    }

    private static void mark(byte[] bytes) {
        HighWaterMark.parse(new String(bytes, StandardCharsets.US_ASCII))
                .ifPresent(
                        mark -> {
                            if (!HighWaterMark.parse(mark.text()).orElseThrow().equals(mark)) {
                                throw new AssertionError("another mark than " + mark);
                            }
                        });
    }
}
