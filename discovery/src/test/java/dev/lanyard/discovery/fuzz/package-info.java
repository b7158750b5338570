/**
 * What reads the bytes of others, tried with any bytes: by seeds in every build, by a fuzzer with
 * {@code mvn -Pfuzz}.
 */
@NullMarked
package dev.lanyard.discovery.fuzz;

import org.jspecify.annotations.NullMarked;
