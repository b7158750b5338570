package dev.lanyard.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.protocol.Entry;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All that can be reached from a sealed interface through its records and their components is a
 * value that cannot carry the bytes of a file: another such record, an enum, a noun of the
 * protocol, a number, a text, a time or a collection of these.
 */
final class NoFileBytes extends ArchCondition<JavaClass> {
    private static final List<String> VALUES = List.of("java.lang", "java.util", "java.time");

    NoFileBytes() {
        super("carry no bytes of files");
    }

    @Override
    public void check(JavaClass root, ConditionEvents events) {
        visit(root, root.getSimpleName(), new HashSet<>(), events);
    }

    private static void visit(
            JavaClass type, String where, Set<JavaClass> seen, ConditionEvents events) {
        if (!seen.add(type) || isPlain(type)) {
            return;
        }
        if (type.isInterface()) {
            for (JavaClass kind : type.getAllSubclasses()) {
                visit(kind, where, seen, events);
            }
        } else if (type.isRecord()) {
            for (JavaField component : type.getFields()) {
                if (!component.getModifiers().contains(JavaModifier.STATIC)) {
                    visitComponent(component, seen, events);
                }
            }
        } else {
            String message = "%s can carry bytes in a %s".formatted(where, type.getName());
            events.add(SimpleConditionEvent.violated(type, message));
        }
    }

    private static void visitComponent(
            JavaField component, Set<JavaClass> seen, ConditionEvents events) {
        for (JavaClass part : component.getAllInvolvedRawTypes()) {
            visit(part, component.getFullName(), seen, events);
        }
    }

    /**
     * An array is told apart by its elements, so that a single {@code byte} is refused like many.
     * The target of a link is a name and no content, though it is kept as bytes. Ignore rules are
     * what a user tells the node, as settings are: the one content of the folder that decisions are
     * made by, read and bounded before anybody decides.
     */
    private static boolean isPlain(JavaClass type) {
        if (type.isPrimitive()) {
            return !type.isEquivalentTo(byte.class);
        }
        boolean noun =
                type.getPackageName().equals("dev.lanyard.protocol")
                        && !type.isRecord()
                        && !type.isInterface();
        return noun
                || type.isEnum()
                || VALUES.contains(type.getPackageName())
                || type.isEquivalentTo(Entry.LinkTarget.class)
                || type.isEquivalentTo(IgnoreRules.class);
    }
}
