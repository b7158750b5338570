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
 * <h2>When deletions are forgotten</h2>
 *
 * <p>A tombstone names the day on which its author made it, since its stamp is that of what it
 * deleted. So all agree from which day on it is over, as far as their clocks do: {@code keepDays}
 * and two more days later. Days, and no finer measure, since all that end together are in no digest
 * from one moment on; until the slowest clock has come to that day, who has forgotten a tombstone
 * hears of it once in each exchange, and does nothing about it.
 *
 * <ul>
 *   <li><em>Over</em>: in no digest and no message, and dropped when nothing is left to do about it
 *       here. What waits under it (a removal that cannot be done yet, what is held back, what a
 *       replica does not take) waits on: there it is only marked as past.
 *   <li><em>Not over</em>, however old: what was made here and nobody was told of yet. Nor is a
 *       tombstone without a day, which an earlier version of the program made.
 *   <li><em>Heard of when it is over</em>: it is evidence all the same where something lives here
 *       that it beats, and decides there as ever; all who are connected are told, for it may live
 *       with them too. Elsewhere it means nothing. A clock that is wrong by years thus makes
 *       exchanges longer, and loses no deletion: all are heard of again when it is set right.
 * </ul>
 *
 * <p>A replica notes the day of its last complete exchange with anybody, and what it had seen by
 * then. If that is longer ago than deletions are kept, or in the future, it was <em>away</em>, and
 * asks before it tells: of what it had by then, and a peer had seen as well and lacks now, nobody
 * is told. It stays here, held back under a tombstone that stands for the forgotten one and is past
 * from the start. Whoever tells of that path later, a deletion or something that lives, decides
 * what becomes of it. What was changed or made here since is told as always; so is what a peer has
 * never seen, as a new machine has seen nothing. Being away ends with the first exchange with a
 * peer that had seen all, or a day after others were met. To be taken for away without need does no
 * harm: who was not away has nothing that others have seen, lack, and remember no deletion of.
 *
 * <p>Not covered: two groups of replicas that met only among themselves for longer than that. Each
 * was away from the other, and none from all.
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
