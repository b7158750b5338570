/**
 * The nouns that replicas agree on: who they are, what a path is, what is held at it, and which of
 * two entries is greater. Depends on nothing and does no IO.
 *
 * <p>Start at {@link dev.lanyard.protocol.Entry}. One canonical byte form of an entry ({@link
 * dev.lanyard.protocol.CanonicalEntry}) serves the wire, the index and the digests, so that there
 * is one thing to get right. The sub-packages are verbs: {@code message} says, {@code session}
 * converses, {@code codec} writes and reads bytes, {@code transport} carries them.
 *
 * <p>Which key a share has, had, and who is to get it, is a {@link dev.lanyard.protocol.KeyRing};
 * unlike entries, two of them are never joined.
 */
@NullMarked
package dev.lanyard.protocol;

import org.jspecify.annotations.NullMarked;
