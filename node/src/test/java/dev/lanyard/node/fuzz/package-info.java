/**
 * What reads rules, requests and files that a node keeps for itself, tried with any bytes: by seeds
 * in every build, by a fuzzer with {@code mvn -Pfuzz}. Start at {@code Corpus}.
 */
@NullMarked
package dev.lanyard.node.fuzz;

import org.jspecify.annotations.NullMarked;
