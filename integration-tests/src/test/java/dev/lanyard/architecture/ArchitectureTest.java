package dev.lanyard.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.stream.Stream;

/** The laws hold for the program, and each of them would notice if it were broken. */
final class ArchitectureTest {
    private static final JavaClasses PROGRAM =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("dev.lanyard");

    private static final JavaClasses COUNTEREXAMPLES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                    .importPackages("dev.lanyard")
                    .that(
                            resideInAPackage("..counterexample")
                                    .or(simpleNameEndingWith("Counterexample")));

    @Test
    void everyModuleIsLookedAt() {
        for (String module : List.of("delta", "protocol", "discovery", "node")) {
            assertThat(PROGRAM)
                    .anyMatch(type -> type.getPackageName().startsWith("dev.lanyard." + module));
        }
        assertThat(PROGRAM).noneMatch(type -> type.getPackageName().endsWith("counterexample"));
    }

    @TestFactory
    Stream<DynamicTest> theProgramKeeps() {
        return Laws.ALL.stream()
                .map(law -> DynamicTest.dynamicTest(law.name(), () -> law.rule().check(PROGRAM)));
    }

    @TestFactory
    Stream<DynamicTest> eachCounterexampleBreaks() {
        return Laws.ALL.stream()
                .flatMap(
                        law -> law.counterexamples().stream().map(example -> breaks(law, example)));
    }

    private static DynamicTest breaks(Law law, Class<?> example) {
        return DynamicTest.dynamicTest(
                "%s breaks: %s".formatted(example.getSimpleName(), law.name()),
                () ->
                        assertThat(
                                        law.rule()
                                                .evaluate(COUNTEREXAMPLES)
                                                .getFailureReport()
                                                .getDetails())
                                .anyMatch(detail -> detail.contains(example.getName())));
    }
}
