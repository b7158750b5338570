/**
 * What is known of contents as such, wherever they are held: how they are told apart block by block
 * ({@link dev.lanyard.node.core.content.Signed}), what makes one of another ({@link
 * dev.lanyard.node.core.content.Delta}), and in which way one is brought here for least ({@link
 * dev.lanyard.node.core.content.Ways}). Decides; never does IO. Start at {@code Ways}.
 *
 * <p>The engine knows nothing of this: it wants a content from a peer, and what travels for that is
 * the business of the transfers, which ask here. So no order of versions, no step and no state of
 * the model depends on whether a content came as a delta, and whatever is wrong with a delta costs
 * bytes and nothing else.
 */
@NullMarked
package dev.lanyard.node.core.content;

import org.jspecify.annotations.NullMarked;
