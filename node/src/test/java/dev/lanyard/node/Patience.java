package dev.lanyard.node;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.time.Duration;

/**
 * How long every test waits for a condition that names no time of its own: for as long as a disk or
 * a processor that others use as well may take. Where the condition comes true it costs nothing.
 */
public final class Patience implements BeforeAllCallback {
    private static final Duration MAX = Duration.ofSeconds(40);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(MAX);
    }
}
