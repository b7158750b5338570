package dev.lanyard.it.onefile;

import dev.lanyard.it.onefile.Observation.Delete;
import dev.lanyard.it.onefile.Observation.Read;
import dev.lanyard.it.onefile.Observation.Stabilize;
import dev.lanyard.it.onefile.Observation.Write;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes what is observed, in the order in which it happened, and finds out whether anything
 * explains it. Used by one thread.
 */
public final class Explanation {
    private static final String NO_FILE = "no file";

    private final int nodes;
    private final List<Observation> observed = new ArrayList<>();

    /** What was ever written, and is nothing that a node made up. */
    private final Set<String> written = new HashSet<>();

    /** What was written and nobody who saw it has replaced. */
    private final Set<String> owed = new HashSet<>();

    /** All ways in which things may be now. */
    private Set<World> worlds;

    /** Nothing was observed so far, and none of {@code nodes} nodes ever had the file. */
    public Explanation(int nodes) {
        this.nodes = nodes;
        this.worlds = Set.of(World.empty(nodes));
    }

    /**
     * This was observed next.
     *
     * @throws Unexplained if no interleaving explains it
     */
    public void observe(Observation observation) {
        observed.add(observation);
        switch (observation) {
            case Read read -> worlds = reads(read.node(), read.value());
            case Write write -> {
                worlds = writes(write.node(), write.value(), write.replaced());
                if (!written.add(write.value())) {
                    throw new IllegalArgumentException(write.value() + " was written before");
                }
                owed.remove(write.replaced());
                owed.add(write.value());
            }
            case Delete delete -> {
                worlds = writes(delete.node(), null, delete.replaced());
                owed.remove(delete.replaced());
            }
            case Stabilize rest -> settles(rest);
        }
    }

    /** What was observed so far. */
    public List<Observation> observed() {
        return List.copyOf(observed);
    }

    private Set<World> reads(int node, @Nullable String value) {
        return explained(worlds.stream().flatMap(world -> world.reads(node, value)), node);
    }

    private Set<World> writes(int node, @Nullable String value, @Nullable String replaced) {
        return explained(
                worlds.stream().flatMap(world -> world.writes(node, value, replaced)), node);
    }

    private void settles(Stabilize rest) {
        if (new HashSet<>(rest.values()).size() != 1) {
            throw new Unexplained("not all nodes show the same" + history());
        }
        String value = rest.values().getFirst();
        Set<World> settled = ways(worlds.stream().flatMap(world -> world.settles(value)));
        if (settled.isEmpty()) {
            throw new Unexplained(
                    "the end could be %s%s".formatted(possible(World::settles), history()));
        }
        worlds = settled;
        Set<String> lost = new TreeSet<>(owed);
        lost.removeAll(rest.conflicts());
        lost.removeIf(each -> each.equals(value));
        if (!lost.isEmpty()) {
            throw new Unexplained("%s lost, and not kept%s".formatted(lost, history()));
        }
        owed.removeIf(each -> !each.equals(value));
    }

    private Set<World> explained(Stream<World> stream, int node) {
        Set<World> ways = ways(stream);
        if (ways.isEmpty()) {
            String possible = possible((world, value) -> world.reads(node, value));
            throw new Unexplained("node %d could show %s%s".formatted(node, possible, history()));
        }
        return ways;
    }

    private static Set<World> ways(Stream<World> stream) {
        return stream.collect(Collectors.toSet());
    }

    private interface Attempt {
        Stream<World> at(World world, @Nullable String value);
    }

    /** The values with which {@code attempt} can be. */
    private String possible(Attempt attempt) {
        Set<String> possible = new TreeSet<>();
        for (String value : written) {
            if (worlds.stream().anyMatch(world -> attempt.at(world, value).findAny().isPresent())) {
                possible.add(value);
            }
        }
        if (worlds.stream().anyMatch(world -> attempt.at(world, null).findAny().isPresent())) {
            possible.add(NO_FILE);
        }
        return String.join(" or ", possible);
    }

    private String history() {
        StringBuilder history = new StringBuilder(" (%d nodes; last:)".formatted(nodes));
        for (Observation each : observed) {
            history.append("\n  ").append(each);
        }
        return history.toString();
    }
}
