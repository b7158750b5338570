package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.control.NodeControl.Named;
import dev.lanyard.node.app.control.NodeControl.NewKey;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What people are told of a new share key, but the key itself. */
final class NewKeyLines {
    private static final int NODE_CHARS = 8;

    private NewKeyLines() {}

    static List<String> of(NewKey made) {
        List<String> lines = new ArrayList<>();
        Instant until = made.until();
        String date = until == null ? "" : until.truncatedTo(ChronoUnit.SECONDS).toString();
        for (Named each : made.gets()) {
            lines.add(
                    "gets the new key: %s, when it is connected next, until %s"
                            .formatted(name(each), date));
        }
        made.without().forEach(each -> lines.add("is out: " + name(each)));
        made.unlisted()
                .forEach(
                        each ->
                                lines.add(
                                        "is out, as there are too many peers: %s"
                                                .formatted(name(each))));
        lines.add(
                "All others who have the former key are out. On a new machine: lanyard start DIR"
                        + " --key KEY");
        return lines;
    }

    private static String name(Named peer) {
        String node = peer.node().substring(0, Math.min(NODE_CHARS, peer.node().length()));
        return "%s (%s)".formatted(escaped(peer.name()), node);
    }
}
