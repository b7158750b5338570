package dev.lanyard.node.app.runtime;

import dev.lanyard.protocol.RelativePath;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How the loser of a conflict is called beside the winner: {@code name (conflict 2026-11-21
 * NAME).ext}.
 *
 * @param path of the winner
 * @param lost when the other one lost
 * @param machine where it lost
 */
record ConflictName(RelativePath path, ZonedDateTime lost, String machine) {

    /** The path that has {@code number} in it; 1 is not shown. */
    RelativePath numbered(int number) {
        byte[] name = path.name();
        int dot = lastDot(name);
        byte[] mark =
                " (conflict %s %s%s)"
                        .formatted(
                                DateTimeFormatter.ISO_LOCAL_DATE.format(lost),
                                machine.replace('/', '-'),
                                number == 1 ? "" : " " + number)
                        .getBytes(StandardCharsets.UTF_8);
        int extensionBytes = name.length - dot;
        int room = RelativePath.COMPONENT_BYTES_MAX - mark.length - extensionBytes;
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        made.write(name, 0, Math.min(dot, Math.max(0, room)));
        made.writeBytes(mark);
        made.write(name, dot, Math.min(extensionBytes, extensionBytes + Math.min(0, room)));
        Optional<RelativePath> parent = path.parent();
        return parent.isPresent()
                ? parent.get().child(made.toByteArray())
                : RelativePath.of(made.toByteArray());
    }

    /** Where the extension begins; a dot in front makes a hidden name, and no extension. */
    private static int lastDot(byte[] name) {
        for (int i = name.length - 1; i > 0; i--) {
            if (name[i] == '.') {
                return i;
            }
        }
        return name.length;
    }
}
