/**
 * How signatures and deltas are written, and read back from those who may mean harm: whatever the
 * bytes are, the result is what they say or a {@link dev.lanyard.delta.MalformedException}, within
 * memory of the size of a signature's bytes, or a few of a delta's.
 *
 * <p>Layouts are drawn in {@code SignatureForm}, {@code LanyardForm} and {@code RdiffForm}.
 */
@NullMarked
package dev.lanyard.delta.form;

import org.jspecify.annotations.NullMarked;
