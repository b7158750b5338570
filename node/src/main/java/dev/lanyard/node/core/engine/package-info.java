/**
 * The state machine of a replica: events in, effects out. No IO, clock, thread or randomness; it
 * never sees the bytes of a file. Start at {@code Engine}, then {@link
 * dev.lanyard.node.core.engine.Event} and {@link dev.lanyard.node.core.engine.Effect}.
 */
@NullMarked
package dev.lanyard.node.core.engine;

import org.jspecify.annotations.NullMarked;
