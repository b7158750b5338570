/**
 * How little of a file must move. Knows files only as bytes and offsets: no paths, no peers, no
 * threads of its own.
 *
 * <p>{@code checksum} holds the sums. The nouns of the rsync papers (signature, block, instruction)
 * and the verbs sign, match and patch get their place here.
 */
@NullMarked
package dev.lanyard.delta;

import org.jspecify.annotations.NullMarked;
