package dev.lanyard.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;

import dev.lanyard.delta.counterexample.Restless;
import dev.lanyard.discovery.counterexample.Announcing;
import dev.lanyard.discovery.counterexample.Astray;
import dev.lanyard.discovery.roster.counterexample.Eager;
import dev.lanyard.node.app.config.counterexample.Curious;
import dev.lanyard.node.app.control.counterexample.Overbearing;
import dev.lanyard.node.app.runtime.counterexample.Loud;
import dev.lanyard.node.app.web.counterexample.Chatty;
import dev.lanyard.node.core.counterexample.Effect;
import dev.lanyard.node.core.counterexample.Impure;
import dev.lanyard.node.core.ignore.counterexample.Ambitious;
import dev.lanyard.node.io.scan.counterexample.Sociable;
import dev.lanyard.protocol.NounCounterexample;
import dev.lanyard.protocol.counterexample.Upward;
import dev.lanyard.protocol.session.counterexample.Wired;

import java.util.List;

/**
 * The arrows of the house and those of its invariants that can be read off the compiled classes.
 */
final class Laws {
    private static final DescribedPredicate<JavaClass> PURE =
            resideInAnyPackage(
                    "dev.lanyard.node.core..",
                    "dev.lanyard.protocol.session..",
                    "dev.lanyard.discovery.roster..");
    private static final DescribedPredicate<JavaClass> DELTA =
            resideInAPackage("dev.lanyard.delta..");

    private static final DescribedPredicate<JavaClass> MAY_USE_FILES =
            resideInAnyPackage(
                            "dev.lanyard.node.io.disk..",
                            "dev.lanyard.node.io.store..",
                            "dev.lanyard.node.app.config..",
                            "dev.lanyard.node.app.control..")
                    .or(named("dev.lanyard.node.io.watch", "Portable"))
                    .or(named("dev.lanyard.node.app.cli", "Delta"));

    static final List<Law> ALL =
            List.of(
                    // What is pure.
                    Law.of(
                            "core, session and roster do no IO",
                            noClasses().that(PURE).should().dependOnClassesThat(Things.THE_WORLD),
                            Impure.OpensFiles.class,
                            Impure.StartsThreads.class,
                            Impure.Logs.class,
                            Wired.class,
                            Eager.class),
                    Law.of(
                            "delta does no IO but through what it is lent",
                            noClasses()
                                    .that(DELTA)
                                    .should()
                                    .dependOnClassesThat(
                                            Things.THE_WORLD.and(not(Things.LENT_TO_DELTA))),
                            Restless.MakesThreads.class,
                            Restless.OpensFiles.class),
                    Law.of(
                            "what is pure is handed its time and chance",
                            noClasses()
                                    .that(PURE.or(DELTA))
                                    .should()
                                    .dependOnClassesThat(Things.CLOCKS_AND_DICE)
                                    .orShould()
                                    .accessTargetWhere(Things.READING_TIME_OR_CHANCE),
                            Impure.TakesClocks.class,
                            Impure.ReadsTime.class,
                            Impure.MeasuresTime.class,
                            Impure.DrawsNumbers.class),
                    Law.of(
                            "the engine never sees the bytes of a file",
                            classes()
                                    .that()
                                    .resideInAPackage("dev.lanyard.node.core..")
                                    .and()
                                    .haveNameMatching(".*\\.(Event|Effect)")
                                    .should(new NoFileBytes()),
                            Effect.Buffered.class,
                            Effect.Packed.class,
                            Effect.Opaque.class),

                    // Who may do what.
                    Law.of(
                            "only disk, store, config, control and two named others use files",
                            noClasses()
                                    .that(not(MAY_USE_FILES))
                                    .should()
                                    .dependOnClassesThat(Things.FILES),
                            Sociable.OpensFiles.class,
                            Impure.OpensFiles.class),
                    Law.of(
                            "only codec and transport see Netty",
                            noClasses()
                                    .that(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.lanyard.protocol.codec..",
                                                            "dev.lanyard.protocol.transport..")))
                                    .should()
                                    .dependOnClassesThat()
                                    .resideInAPackage("io.netty.."),
                            Wired.class),
                    Law.of(
                            "only mdns sees jmDNS",
                            noClasses()
                                    .that()
                                    .resideOutsideOfPackage("dev.lanyard.discovery.mdns..")
                                    .should()
                                    .dependOnClassesThat()
                                    .resideInAPackage("javax.jmdns.."),
                            Announcing.class),
                    Law.of(
                            "no record has a buffer of Netty",
                            noFields()
                                    .that()
                                    .areDeclaredInClassesThat(
                                            describe("are records", JavaClass::isRecord))
                                    .should(ArchCondition.from(involve("io.netty"))),
                            Wired.Kept.class),
                    Law.of(
                            "only cli uses the terminal or ends the process",
                            noClasses()
                                    .that()
                                    .resideOutsideOfPackage("dev.lanyard.node.app.cli..")
                                    .should()
                                    .accessTargetWhere(Things.USING_THE_TERMINAL),
                            Loud.Prints.class,
                            Loud.Exits.class,
                            Loud.ShowsStack.class),
                    Law.of(
                            "nobody sleeps",
                            noClasses().should().accessTargetWhere(Things.SLEEPING),
                            Loud.Sleeps.class,
                            Loud.Waits.class),
                    Law.of(
                            "no state is static",
                            fields().that().areStatic().should().beFinal(),
                            Loud.Remembers.class),
                    Law.of(
                            "no name says nothing",
                            noClasses()
                                    .should()
                                    .haveNameMatching(
                                            ".*(Manager|Helpers?|Utils?|Data|Info)(\\$.*)?"),
                            Loud.LoudManager.class),

                    // Who knows whom.
                    Law.of(
                            "delta uses nothing of ours",
                            knowsNothingOfOursBut("dev.lanyard.delta.."),
                            Restless.Climbs.class),
                    Law.of(
                            "discovery uses nothing of ours",
                            knowsNothingOfOursBut("dev.lanyard.discovery.."),
                            Astray.class),
                    Law.of(
                            "protocol uses nothing of ours but delta",
                            knowsNothingOfOursBut("dev.lanyard.protocol..", "dev.lanyard.delta.."),
                            Upward.class),
                    Law.of(
                            "the nouns of a library use none of its verbs",
                            noClasses()
                                    .that()
                                    .resideInAnyPackage(
                                            "dev.lanyard.delta",
                                            "dev.lanyard.protocol",
                                            "dev.lanyard.discovery")
                                    .should()
                                    .dependOnClassesThat(
                                            resideInAnyPackage(
                                                    "dev.lanyard.delta.*..",
                                                    "dev.lanyard.protocol.*..",
                                                    "dev.lanyard.discovery.*..")),
                            NounCounterexample.class),
                    Law.of(
                            "core knows neither io nor app",
                            mayNotKnow("node.core", "node.io", "node.app"),
                            Impure.KnowsDisk.class),
                    Law.of(
                            "core knows the nouns and messages of the libraries and no verb",
                            mayNotKnow(
                                    "node.core",
                                    "protocol.codec",
                                    "protocol.session",
                                    "protocol.transport",
                                    "discovery"),
                            Impure.KnowsTransport.class),
                    Law.of(
                            "io does not know app",
                            mayNotKnow("node.io", "node.app"),
                            Sociable.KnowsApp.class),
                    Law.of(
                            "the packages of io know disk and no other sibling",
                            slices().matching("dev.lanyard.node.io.(*)..")
                                    .should()
                                    .notDependOnEachOther()
                                    .ignoreDependency(
                                            alwaysTrue(),
                                            resideInAPackage("dev.lanyard.node.io.disk..")),
                            Sociable.KnowsStore.class),
                    Law.of(
                            "plan, reconcile, index and ignore do not know the engine",
                            noClasses()
                                    .that()
                                    .resideInAnyPackage(
                                            "dev.lanyard.node.core.plan..",
                                            "dev.lanyard.node.core.reconcile..",
                                            "dev.lanyard.node.core.index..",
                                            "dev.lanyard.node.core.ignore..")
                                    .should()
                                    .dependOnClassesThat()
                                    .resideInAPackage("dev.lanyard.node.core.engine.."),
                            Ambitious.KnowsEngine.class),
                    Law.of(
                            "reconcile, index and ignore do not know plans",
                            noClasses()
                                    .that()
                                    .resideInAnyPackage(
                                            "dev.lanyard.node.core.reconcile..",
                                            "dev.lanyard.node.core.index..",
                                            "dev.lanyard.node.core.ignore..")
                                    .should()
                                    .dependOnClassesThat()
                                    .resideInAPackage("dev.lanyard.node.core.plan.."),
                            Ambitious.KnowsPlan.class),
                    Law.of(
                            "ignore knows no other part of core",
                            mayNotKnowOnceItIsThere(
                                    "node.core.ignore", "node.core.reconcile", "node.core.index"),
                            Ambitious.KnowsIndex.class),
                    Law.of(
                            "config knows no other part of app",
                            mayNotKnow(
                                    "node.app.config",
                                    "node.app.cli",
                                    "node.app.web",
                                    "node.app.control",
                                    "node.app.runtime"),
                            Curious.class),
                    Law.of(
                            // It fills in the port of control; that they are no cycle is seen to
                            // below.
                            "runtime knows neither cli nor web",
                            mayNotKnow("node.app.runtime", "node.app.cli", "node.app.web"),
                            Loud.KnowsCli.class),
                    Law.of(
                            "control knows neither cli nor web",
                            mayNotKnow("node.app.control", "node.app.cli", "node.app.web"),
                            Overbearing.class),
                    Law.of(
                            "web does not know cli",
                            mayNotKnowOnceItIsThere("node.app.web", "node.app.cli"),
                            Chatty.class),
                    Law.of(
                            "no packages are in a cycle",
                            slices().matching("dev.lanyard.(**)").should().beFreeOfCycles(),
                            Curious.class,
                            Loud.KnowsConfig.class));

    private Laws() {}

    private static ArchRule knowsNothingOfOursBut(String first, String... more) {
        String[] known = new String[more.length + 1];
        known[0] = first;
        System.arraycopy(more, 0, known, 1, more.length);
        return noClasses()
                .that()
                .resideInAPackage(first)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.lanyard..").and(not(resideInAnyPackage(known))));
    }

    private static ArchRule mayNotKnow(String who, String... others) {
        String[] packages = new String[others.length];
        for (int i = 0; i < others.length; i++) {
            packages[i] = "dev.lanyard." + others[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage("dev.lanyard." + who + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    /**
     * For packages that are empty today; the others would notice if they were looked for in vain.
     */
    private static ArchRule mayNotKnowOnceItIsThere(String who, String... others) {
        return mayNotKnow(who, others).allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> named(String packageName, String beginning) {
        return describe(
                "%s.%s*".formatted(packageName, beginning),
                type -> type.getName().startsWith(packageName + "." + beginning));
    }

    private static DescribedPredicate<JavaField> involve(String packageName) {
        return describe(
                "involve " + packageName,
                field ->
                        field.getAllInvolvedRawTypes().stream()
                                .anyMatch(type -> type.getPackageName().startsWith(packageName)));
    }
}
