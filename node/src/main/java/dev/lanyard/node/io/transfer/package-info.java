/**
 * Brings content into staging and sends it to peers. Start at {@link
 * dev.lanyard.node.io.transfer.Transfers}; then {@code TransferSession}, whose thread owns what is
 * asked and offered in one session.
 *
 * <p>It never decides what is wanted or from whom, never touches the tree itself (only staging),
 * and never believes a content: what it calls ready has been hashed, here.
 *
 * <p>Contents are told apart by size ({@code SizeClass}), and each class has threads and questions
 * of its own on both sides, so that a note does not wait for a disk image. The three larger classes
 * come one content to a question, in parts, in order; small ones come whole, many to a bundle, in
 * any order. What a peer may have in flight is bounded by the credit of the link, which is given
 * back once bytes are written, and by the number of contents asked for.
 *
 * <p>A content of which an earlier version is here may come as a delta: start at {@code DeltaAsks}.
 * Which way is soonest is for {@code core.content.Ways} to say; a lane gathers what that needs. A
 * delta that was sent ahead is carried out at once, one that was told of or can be made is asked
 * for. {@code Patch} puts the content together in staging, by copies of the kernel or from the
 * memory that it is hashed in, and hashes it meanwhile, but for what nothing can have touched.
 * Nothing of a delta is believed: whatever does not fit, the content is asked for whole, as if
 * there had been no delta. What was received is signed soon after, so that the next edit, on either
 * side, finds its basis signed; what is edited here is signed by the scan.
 *
 * <p>File calls go through the foreign function interface and hold the thread that carries a
 * virtual one while they last. Lanes for large contents therefore have threads of the system: a
 * slow disk must not hold up the virtual threads of all others.
 */
@NullMarked
package dev.lanyard.node.io.transfer;

import org.jspecify.annotations.NullMarked;
