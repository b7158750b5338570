package dev.lanyard.protocol.testing;

import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A property that is tried with many seeds, the same ones in every build. The method takes the seed
 * as a {@code long}, or a {@code RandomGenerator} that begins with it, or both. A failure says the
 * seed; {@code -Dseed=N} runs that one alone.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeededExtension.class)
public @interface Seeded {
    /** How many seeds, 1 or more: 1 to this number. */
    int runs() default 100;
}
