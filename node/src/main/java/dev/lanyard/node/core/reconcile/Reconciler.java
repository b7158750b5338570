package dev.lanyard.node.core.reconcile;

import dev.lanyard.node.core.reconcile.Action.Adopt;
import dev.lanyard.node.core.reconcile.Action.AdoptAndKeep;
import dev.lanyard.node.core.reconcile.Action.Ignore;
import dev.lanyard.node.core.reconcile.Action.Refuse;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Relation;

import org.jspecify.annotations.Nullable;

/** Says what a heard entry means for what is known. {@link Entry#ORDER} alone decides who wins. */
public final class Reconciler {
    private Reconciler() {}

    /** What {@code heard} means where {@code known} (null: nothing) is known of the same path. */
    public static Action reconcile(@Nullable Entry known, Entry heard) {
        if (known == null) {
            return new Adopt(heard);
        }
        Relation relation = heard.version().relationTo(known.version());
        if (Entry.ORDER.compare(heard, known) <= 0) {
            return relation == Relation.AFTER
                    ? new Refuse(heard, "a later version with a key that is not greater")
                    : new Ignore(); // They will adopt ours when they hear of it.
        }
        // SAME with another entry, or BEFORE: two nodes share an id. The greater key stays the one
        // that wins, or the replicas would
        // never agree, and nothing may be lost by it.
        return relation == Relation.AFTER || heard.hasContentOf(known)
                ? new Adopt(heard)
                : new AdoptAndKeep(heard, known);
    }
}
