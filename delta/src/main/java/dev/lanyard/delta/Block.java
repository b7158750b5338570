package dev.lanyard.delta;

/**
 * What a signature tells of one block of the basis.
 *
 * @param index from 0
 * @param lengthBytes as long as all others, or shorter if it is the last
 * @param weak its weak checksum, 0 if it is shorter than the others
 * @param anchor where in the block the window begins that the weak checksum is of
 * @param strongFirst first half of its strong checksum
 * @param strongSecond second half
 */
public record Block(
        int index, int lengthBytes, long weak, int anchor, long strongFirst, long strongSecond) {}
