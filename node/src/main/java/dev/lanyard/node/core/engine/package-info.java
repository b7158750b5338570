/**
 * The state machine of a replica: events in, effects out. No IO, clock, thread or randomness; it
 * never sees the bytes of a file. Start at {@code Engine}, then {@link
 * dev.lanyard.node.core.engine.Event} and {@link dev.lanyard.node.core.engine.Effect}.
 *
 * <h2>Renamed directories</h2>
 *
 * <p>Whoever sees a directory change its name says so before it announces what follows from that:
 * an entry and a tombstone for each path, the tombstone of the directory last. Who hears it leaves
 * both paths alone until then, and compares: if exactly what is held in the old directory is to
 * come in the new one, one step renames it, with all that only this replica has in it. Otherwise,
 * or when the rest does not come in time, each path is dealt with for itself, as after a state
 * exchange.
 *
 * <h2>Replicas that only give or only take</h2>
 *
 * <p>Both know what all know, so that digests agree; they differ in what they hold.
 *
 * <ul>
 *   <li><em>Send-only</em>: what others change is known and never held. The one thing that it makes
 *       on account of others is a directory that they need for what it gave. What differs is work
 *       left undone ({@code PLACE}, {@code REMOVE}), counted and listed; {@code override} makes of
 *       what is here, or is not here, a version that has seen theirs. An edit wins by the order, as
 *       everywhere: made later than theirs it goes to all, made earlier it stays here.
 *   <li><em>Receive-only</em>: what is changed, made or deleted here is held and never known
 *       ({@code CHANGED}, {@code ADDED}, and {@code HELD_BACK} where others have deleted it). It
 *       stays until others make a greater version of the same path: that takes its place, and it is
 *       kept in versions as a conflict. {@code revert} has what others have take its place at once,
 *       kept in versions too. What was added stays even then: nothing of others wants its place. A
 *       directory that others have deleted stays for what was added in it; one that was deleted
 *       here comes back when others put something into it.
 *   <li>Started two-way again, a replica gives what was changed here meanwhile, and takes the rest.
 * </ul>
 */
@NullMarked
package dev.lanyard.node.core.engine;

import org.jspecify.annotations.NullMarked;
