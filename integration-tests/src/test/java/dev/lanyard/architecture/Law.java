package dev.lanyard.architecture;

import com.tngtech.archunit.lang.ArchRule;

import java.util.List;

/**
 * One rule of the house.
 *
 * @param counterexamples classes that break it, each named in what the rule reports
 */
record Law(String name, ArchRule rule, List<Class<?>> counterexamples) {
    static Law of(String name, ArchRule rule, Class<?>... counterexamples) {
        if (counterexamples.length == 0) {
            throw new IllegalArgumentException(name + ": a law that nothing breaks");
        }
        return new Law(name, rule.as(name), List.of(counterexamples));
    }
}
