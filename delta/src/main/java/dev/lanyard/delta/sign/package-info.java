/**
 * Makes signatures. Start at {@link dev.lanyard.delta.sign.SignatureBuilder}, which takes bytes as
 * they are read for another purpose; {@link dev.lanyard.delta.sign.Signer} reads for itself.
 */
@NullMarked
package dev.lanyard.delta.sign;

import org.jspecify.annotations.NullMarked;
