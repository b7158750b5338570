package dev.lanyard.node.app.service;

import java.time.Duration;

/** How a call of systemctl ended. Words of it are as it said them, not escaped. */
public sealed interface Answer {
    /** It is done; {@code output} is what it said. */
    record Done(String output) implements Answer {}

    /** No user manager runs, or none that this process can reach. */
    record Nobody(String words) implements Answer {}

    /** It was refused, or went wrong. */
    record Failed(String words) implements Answer {}

    /** It had not ended within {@code waited}, and was ended. */
    record Late(Duration waited) implements Answer {}

    /** Whether it is done. */
    default boolean isDone() {
        return this instanceof Done;
    }
}
