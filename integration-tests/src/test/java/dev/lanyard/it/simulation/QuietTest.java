package dev.lanyard.it.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.LoggerFactory;

/** Nodes do not log while it runs. */
abstract class QuietTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.lanyard");

    private final @Nullable Level before = LOGGER.getLevel();

    @BeforeEach
    void beQuiet() {
        Simulator.beQuiet();
    }

    @AfterEach
    void speak() {
        LOGGER.setLevel(before);
    }
}
