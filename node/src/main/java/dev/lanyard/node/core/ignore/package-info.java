/**
 * Which paths are not ours to sync. Decides; never does IO. Start at {@link
 * dev.lanyard.node.core.ignore.IgnoreRules}.
 *
 * <p><b>The rules</b> are the built-in {@link dev.lanyard.node.core.ignore.Defaults} followed by
 * the lines of {@code .lanyardignore} in the root of the share, in the syntax of gitignore; the
 * last line that matches decides, so {@code !pattern} un-ignores a default. What is below an
 * ignored directory is ignored and cannot be re-included. There is one file, in the root: files of
 * rules further down would be ignored or not by each other while they arrive, and could not all be
 * in force first. The rules file itself is never ignored.
 *
 * <p><b>The matcher is our own and works on bytes</b>, since paths are bytes: a library that takes
 * text would have to decode names that are not text, and would then match another name or none. It
 * follows git's {@code dir.c} and {@code wildmatch.c} to the letter (tests compare it with {@code
 * git check-ignore}), but matches by simulating an automaton in place of backtracking, so that a
 * hostile pattern costs its length times that of the path and no more. What is plain text or a
 * {@code *.suffix} is found by a table. The file is bounded; what is beyond a bound is not in force
 * and is a listed fault. The bounds depend on the bytes of the file alone, so that all nodes that
 * have the same file have the same rules.
 *
 * <p><b>What the rules mean for the index</b> (done by {@code core.engine}):
 *
 * <ol>
 *   <li>An ignored path has no row: it is in no digest, exchange, announcement or count, nothing of
 *       it is adopted, and no step touches it. A pattern that is for directories only makes this
 *       depend on the kind of an entry; a tombstone counts as something that is no directory.
 *   <li>When a path becomes ignored its row goes, whatever it was: live, pending or deleted. What
 *       was <em>known</em> is kept beside the rows as its <em>former</em> entry, for the order of
 *       versions alone; what is <em>held</em>, if others have deleted it and it was not removed
 *       here yet; and an older former entry, if the path was not found anew before. Nothing is
 *       deleted anywhere by that, and a deletion that a peer has not heard of yet is not told any
 *       more.
 *   <li>When a path is not ignored any more it is found anew. If what is there is the former entry,
 *       that is known and held again, without a new version. Otherwise it is a new version that has
 *       not seen the others: the last modified wins, the loser is kept as a conflict. A former
 *       entry that others made is known again for that, since what is found may be older. Nothing
 *       is there: nothing is said of it, so what was deleted while it was ignored is deleted
 *       nowhere else, and comes back from whoever has it. A tombstone that was known before is
 *       extended by what is found, and forgotten otherwise: no rule deletes. Where something live
 *       was there before, what others say of the path until all was looked at is not taken for seen
 *       by whoever made what is found.
 *   <li>One thing is left to people: a version that was told of, then ignored before anybody had
 *       fetched it, and then deleted, is known to all when it is not ignored any more, and its
 *       content is nowhere. It is listed as missing. Its author must not delete it by itself, since
 *       somebody who is away may have it.
 *   <li>A new version of ours must not come after a former one with a lesser key (everybody would
 *       refuse it, for ever). So where the former entry has a counter of ours and is not known
 *       again, what is found anew is stamped later than it.
 *   <li>Replicas whose rules differ for a while do not disturb each other: each drops what it
 *       ignores when it hears it. When the rules of a replica have changed and its rows are sifted,
 *       it compares states with all its peers; whoever changes last hears all.
 * </ol>
 *
 * <p><b>In force first.</b> The entry of the rules file is the first thing said in a session, and
 * while its content is on its way nothing else is put in place. A scan is given the rules that it
 * stands on, and looks, at its start and before it tells anything, whether the file still is what
 * they were read from; if not, it reads it, tells only that, and all that it was to look at is
 * looked at again under the new rules. So whoever writes a rule and then a secret, or then deletes,
 * has what he means.
 */
@NullMarked
package dev.lanyard.node.core.ignore;

import org.jspecify.annotations.NullMarked;
