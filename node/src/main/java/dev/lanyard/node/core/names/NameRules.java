package dev.lanyard.node.core.names;

import dev.lanyard.protocol.RelativePath;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which names a system refuses, whatever else is there. */
public enum NameRules {
    /** All that a {@link RelativePath} can be. */
    LINUX {
        @Override
        Optional<String> faultOf(byte[] name) {
            return Optional.empty();
        }
    },
    /** Names are text. */
    MAC {
        @Override
        Optional<String> faultOf(byte[] name) {
            return text(name).isEmpty() ? Optional.of(NOT_TEXT) : Optional.empty();
        }
    },
    /** Names are text without some characters, and some of them are devices. */
    WINDOWS {
        @Override
        Optional<String> faultOf(byte[] name) {
            return text(name).map(NameRules::windowsFault).orElseGet(() -> Optional.of(NOT_TEXT));
        }
    };

    private static final String NOT_TEXT = "it is not text, and names are text on this system";
    private static final String WINDOWS_EXCLUDED = "<>:\"/\\|?*";
    private static final Set<String> WINDOWS_DEVICES =
            Set.of("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$");

    /**
     * Why this system cannot have {@code path}, by the first of its names that it refuses; empty if
     * it can.
     */
    public Optional<String> fault(RelativePath path) {
        byte[] bytes = path.bytes();
        int start = 0;
        for (int at = 0; at <= bytes.length; at++) {
            if (at == bytes.length || bytes[at] == '/') {
                Optional<String> fault = faultOf(Arrays.copyOfRange(bytes, start, at));
                if (fault.isPresent()) {
                    return fault;
                }
                start = at + 1;
            }
        }
        return Optional.empty();
    }

    abstract Optional<String> faultOf(byte[] name);

    private static Optional<String> windowsFault(String name) {
        for (int at = 0; at < name.length(); at++) {
            char each = name.charAt(at);
            if (each < ' ' || WINDOWS_EXCLUDED.indexOf(each) >= 0) {
                return Optional.of(
                        "names have no %s on Windows"
                                .formatted(each < ' ' ? "controls" : "'" + each + "'"));
            }
        }
        if (name.endsWith(".") || name.endsWith(" ")) {
            return Optional.of("names do not end with a dot or a space on Windows");
        }
        return isWindowsDevice(name)
                ? Optional.of("it is the name of a device on Windows")
                : Optional.empty();
    }

    /** Also with an extension; the superscript digits count as digits. */
    private static boolean isWindowsDevice(String name) {
        int dot = name.indexOf('.');
        String stem =
                (dot < 0 ? name : name.substring(0, dot)).stripTrailing().toUpperCase(Locale.ROOT);
        return WINDOWS_DEVICES.contains(stem)
                || (stem.length() == 4
                        && (stem.startsWith("COM") || stem.startsWith("LPT"))
                        && "123456789\u00b9\u00b2\u00b3".indexOf(stem.charAt(3)) >= 0);
    }

    private static Optional<String> text(byte[] name) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }
}
