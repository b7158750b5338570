package dev.lanyard.it.onefile;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * What was seen or done at one moment. Nodes count from 0; a value is the content of the file, and
 * null stands for no file. No value is written twice.
 */
public sealed interface Observation {

    /** A user finds this. */
    record Read(int node, @Nullable String value) implements Observation {}

    /** A user has put {@code value} in the place of {@code replaced}. */
    record Write(int node, String value, @Nullable String replaced) implements Observation {}

    /** A user has deleted {@code replaced}. */
    record Delete(int node, String replaced) implements Observation {}

    /**
     * All nodes have come to rest.
     *
     * @param values what each of them shows
     * @param conflicts the values that are kept as conflicts, on whichever node
     */
    record Stabilize(List<@Nullable String> values, Set<String> conflicts) implements Observation {}
}
