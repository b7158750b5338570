package dev.lanyard.node.core.reconcile;

import dev.lanyard.protocol.Entry;

/** What a heard entry means for what is known. */
public sealed interface Action {
    /** Known stays: whoever said it will adopt ours. */
    record Ignore() implements Action {}

    /**
     * The heard entry becomes known; its author had seen ours, or there is nothing to lose between
     * them.
     */
    record Adopt(Entry heard) implements Action {}

    /**
     * The heard entry becomes known; its author had not seen ours, which differs: that one must be
     * kept.
     */
    record AdoptAndKeep(Entry heard, Entry known) implements Action {}

    /** The heard entry contradicts causality; nothing is done with it but telling. */
    record Refuse(Entry heard, String reason) implements Action {}
}
