package dev.lanyard.it.onefile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One way in which things may be: what each node shows and holds, and which versions there are.
 * Immutable. Each method answers in how many ways it can go on, none included.
 *
 * @param nodes by number
 */
record World(List<Node> nodes, Versions versions) {
    /*
     * Nothing is conjectured before something that is seen needs it: to have noticed or taken something earlier only adds to what must
     * be true of the order. The exception is what a user replaces, which can never be noticed later: it was then, or it was not.
     */

    /**
     * A node.
     *
     * @param shows what its users see
     * @param held the version that it last made or put in place
     * @param displaced during a glimpse, what was saved here and will be seen again
     */
    record Node(@Nullable String shows, int held, @Nullable String displaced) {}

    World {
        nodes = List.copyOf(nodes);
    }

    /** {@code count} nodes that never had the file. */
    static World empty(int count) {
        Node node = new Node(null, Versions.NOTHING, null);
        return new World(Collections.nCopies(count, node), Versions.none());
    }

    // ---------------------------------------------------------------- what is seen

    /** A user of {@code number} sees {@code value}. */
    Stream<World> reads(int number, @Nullable String value) {
        Node node = nodes.get(number);
        boolean isShown = Objects.equals(node.shows(), value);
        if (node.displaced() != null) {
            Stream<World> ended = putBack(number).reads(number, value);
            return isShown ? Stream.concat(Stream.of(this), ended) : ended;
        }
        return isShown
                ? Stream.of(this)
                : Stream.concat(takes(number, value), glimpses(number, value));
    }

    /** A user of {@code number} puts {@code value} in the place of {@code replaced}. */
    Stream<World> writes(int number, @Nullable String value, @Nullable String replaced) {
        return reads(number, replaced)
                .flatMap(world -> world.noticedOrNot(number))
                .map(
                        world -> {
                            int held = world.nodes().get(number).held();
                            return world.with(number, new Node(value, held, null));
                        });
    }

    /** All has come to rest, and all nodes show {@code value}. */
    Stream<World> settles(@Nullable String value) {
        World world = this;
        for (int number = 0; number < nodes.size() && world != null; number++) {
            world = world.putBack(number).noticed(number);
        }
        return world == null ? Stream.empty() : world.agrees(value);
    }

    private Stream<World> agrees(@Nullable String value) {
        if (versions.count() == 0) {
            return value == null ? Stream.of(this) : Stream.empty();
        }
        List<World> ways = new ArrayList<>();
        for (int version : versions.of(value)) {
            if (versions.endingIn(version) != null) {
                Node node = new Node(value, 0, null);
                List<Node> equal = Collections.nCopies(nodes.size(), node);
                ways.add(new World(equal, Versions.only(value)));
            }
        }
        return ways.stream();
    }

    // ---------------------------------------------------------------- what is conjectured

    private boolean isUnnoticed(int number) {
        Node node = nodes.get(number);
        return !Objects.equals(node.shows(), versions.value(node.held()));
    }

    /** The node makes a version of what its users did, if anything; null if that cannot be. */
    private @Nullable World noticed(int number) {
        if (!isUnnoticed(number)) {
            return this;
        }
        Node node = nodes.get(number);
        Versions more = versions.with(node.shows(), node.held());
        return more == null
                ? null
                : new World(nodes, more)
                        .with(number, new Node(node.shows(), versions.count(), null));
    }

    private Stream<World> noticedOrNot(int number) {
        boolean isGlimpse = nodes.get(number).displaced() != null;
        World noticed = isGlimpse || !isUnnoticed(number) ? null : noticed(number);
        return noticed == null ? Stream.of(this) : Stream.of(this, noticed);
    }

    /** The node puts a version with this value in place, for good. */
    private Stream<World> takes(int number, @Nullable String value) {
        World noticed = noticed(number);
        return noticed == null
                ? Stream.empty()
                : noticed.madeBySomebody(value).flatMap(world -> world.placed(number, value, null));
    }

    /** It does the same over what a user has just saved, and will put that back. */
    private Stream<World> glimpses(int number, @Nullable String value) {
        Node node = nodes.get(number);
        boolean isPossible =
                isUnnoticed(number)
                        && node.shows() != null
                        && versions.value(node.held()) != null; // Else nothing is exchanged.
        return isPossible
                ? madeBySomebody(value).flatMap(world -> world.placed(number, value, node.shows()))
                : Stream.empty();
    }

    /** All ways in which versions with this value are there. */
    private Stream<World> madeBySomebody(@Nullable String value) {
        List<World> ways = new ArrayList<>();
        if (versions.of(value).length > 0) {
            ways.add(this);
        }
        for (int number = 0; number < nodes.size(); number++) {
            World steady = putBack(number);
            boolean isToBeMade =
                    steady.isUnnoticed(number)
                            && Objects.equals(steady.nodes.get(number).shows(), value);
            World made = isToBeMade ? steady.noticed(number) : null;
            if (made != null) {
                ways.add(made);
            }
        }
        return ways.stream();
    }

    /** All ways to put a version with this value in the place of what the node holds. */
    private Stream<World> placed(int number, @Nullable String value, @Nullable String displaced) {
        int held = nodes.get(number).held();
        List<World> ways = new ArrayList<>();
        for (int version : versions.of(value)) {
            Versions ordered = version == held ? null : versions.ordered(held, version);
            if (ordered != null) {
                Node node = new Node(value, displaced == null ? version : held, displaced);
                ways.add(new World(nodes, ordered).with(number, node));
            }
        }
        return ways.stream();
    }

    private World putBack(int number) {
        Node node = nodes.get(number);
        return node.displaced() == null
                ? this
                : with(number, new Node(node.displaced(), node.held(), null));
    }

    private World with(int number, Node node) {
        List<Node> changed = new ArrayList<>(nodes);
        changed.set(number, node);
        return new World(changed, versions);
    }
}
