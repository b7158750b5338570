package dev.lanyard.delta.fuzz;

import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Seeds;

/** The contents that are fuzzed against: of all kinds, the same in every run. */
final class Fixed {
    private static final int PART_BYTES = 5_000;

    private static final byte[] BASIS =
            Contents.joined(
                    Contents.random(Seeds.of(1), PART_BYTES),
                    new byte[PART_BYTES],
                    Contents.lines(Seeds.of(2), PART_BYTES),
                    Contents.periodic(Seeds.of(3), PART_BYTES, 2_049));
    private static final byte[] TARGET =
            Contents.joined(
                    Contents.part(BASIS, 0, 4_000),
                    Contents.random(Seeds.of(4), 100),
                    Contents.part(BASIS, 4_500, BASIS.length),
                    new byte[3_000]);

    private Fixed() {}

    /** Nobody changes it. */
    static byte[] basis() {
        return BASIS;
    }

    /** Much of the basis, and more; nobody changes it. */
    static byte[] target() {
        return TARGET;
    }
}
