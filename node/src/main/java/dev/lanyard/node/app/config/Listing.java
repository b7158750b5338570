package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which of the nodes that were met get a new share key, and which do not.
 *
 * @param listed those that get it
 * @param without those that were named to be shut out
 * @param unlisted those for which there is no room: of very many, who was met longest ago
 */
public record Listing(List<Met> listed, List<Met> without, List<Met> unlisted) {
    private static final int NODE_CHARS_MIN = 8;
    private static final int LISTED_MAX = KeyRing.NODES_MAX - 1; // And the node itself.
    private static final Pattern NODE = Pattern.compile("[0-9a-f]{64}");

    /** Copies the lists. */
    public Listing {
        listed = List.copyOf(listed);
        without = List.copyOf(without);
        unlisted = List.copyOf(unlisted);
    }

    /**
     * All of {@code met}, but those that are called so.
     *
     * @param names names, node ids or what they begin with, or addresses
     * @throws StartFailure if nobody is called so, or more than one
     */
    public static Listing of(List<Met> met, List<String> names) throws StartFailure {
        List<Met> known = met.stream().filter(it -> NODE.matcher(it.node()).matches()).toList();
        Set<Met> without = new LinkedHashSet<>();
        for (String named : names) {
            without.add(theOneCalled(named, known));
        }
        List<Met> staying =
                known.stream()
                        .filter(each -> !without.contains(each))
                        .sorted(Comparator.comparing(Met::seen).reversed())
                        .toList();
        int count = Math.min(staying.size(), LISTED_MAX);
        return new Listing(
                staying.subList(0, count),
                List.copyOf(without),
                staying.subList(count, staying.size()));
    }

    private static Met theOneCalled(String named, List<Met> met) throws StartFailure {
        // Somebody may have called its machine as another one's id.
        List<Met> same = met.stream().filter(each -> isNode(each, named)).toList();
        List<Met> meant =
                same.isEmpty() ? met.stream().filter(each -> isCalled(each, named)).toList() : same;
        if (meant.size() == 1) {
            return meant.getFirst();
        }
        throw meant.isEmpty()
                ? new StartFailure(
                        StartFailure.Kind.USAGE,
                        "no peer is known as " + escaped(named),
                        "name one as lanyard peers lists it; the key is not changed")
                : new StartFailure(
                        StartFailure.Kind.USAGE,
                        "several peers are called " + escaped(named),
                        "name the node id; the key is not changed");
    }

    private static boolean isNode(Met met, String named) {
        return met.node().equals(named.toLowerCase(Locale.ROOT));
    }

    private static boolean isCalled(Met met, String named) {
        return met.name().equals(named)
                || escaped(met.name()).equals(named)
                || met.address().equals(named)
                || (named.length() >= NODE_CHARS_MIN
                        && met.node().startsWith(named.toLowerCase(Locale.ROOT)));
    }

    /** The ids of some who were met. */
    public static Set<NodeId> ids(List<Met> some) {
        return some.stream().map(each -> NodeId.parse(each.node())).collect(Collectors.toSet());
    }
}
