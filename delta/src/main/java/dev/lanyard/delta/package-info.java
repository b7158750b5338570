/**
 * How little of a file must move. Knows files only as bytes and offsets: no paths, no peers, no
 * threads of its own.
 *
 * <p>This package holds the nouns. Who has the old content, the {@link dev.lanyard.delta.Basis},
 * makes its {@link dev.lanyard.delta.Signature} ({@code sign}, in the pass that hashes it). Who has
 * the new one, the {@link dev.lanyard.delta.Target}, finds the basis' blocks in it ({@code match})
 * and gives out {@link dev.lanyard.delta.Instruction}s: copy these bytes of the basis, write those.
 * Carried out in order on the basis ({@code patch}) they give the target. {@code form} writes
 * signatures and deltas, and reads them from whoever sent them; {@code checksum} holds the sums;
 * {@code parallel} shares work out to threads that the caller lends.
 *
 * <p>What is always so: no byte of a content is read twice, and all in order; memory depends on the
 * signature and not on the length; every whole block of the basis that the target has is found,
 * wherever it is, unless more than 32 different blocks have the same rare window, or so many tries
 * were in vain that going on would cost more than it saves. No sum is trusted in the end: that a
 * target is the right one is for its content hash to say, and who finds that it is not takes the
 * whole content.
 *
 * <p>Sources: Tridgell, "Efficient Algorithms for Sorting and Synchronization" (1999), for
 * signature, match and patch; librsync for the other form of deltas; Xia et al., "Ddelta" (2014),
 * for the rolling sum; Broder (1997) and Schleimer, Wilkerson, Aiken, "Winnowing" (2003), for
 * knowing a block by one window that its bytes choose; Black et al., "UMAC" (1999), and Krovetz,
 * Dai, "VMAC" (2007), for the strong checksum. Each is told where it is used, with what is done
 * otherwise here.
 */
@NullMarked
package dev.lanyard.delta;

import org.jspecify.annotations.NullMarked;
