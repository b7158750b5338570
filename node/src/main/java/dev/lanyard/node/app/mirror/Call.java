package dev.lanyard.node.app.mirror;

import dev.lanyard.node.io.mirror.Pass.Spot;

import java.util.List;

/** What wakes a destination. */
sealed interface Call {
    /** Something may have changed in the source. */
    record Dirty(List<Spot> spots) implements Call {}

    /** Anything may have changed in the source. */
    record Everything() implements Call {}

    /** Something was mounted or unmounted. */
    record Mounted() implements Call {}

    /** Be done. */
    record Stop() implements Call {}
}
