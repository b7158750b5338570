package dev.lanyard.node.io.apply;

import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Intercepted;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.RootIdentity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disk whose every operation on its roots can be preceded by something, or made to fail. */
final class HookedDisk implements Disk {
    private final Disk disk;
    private final List<Hook> hooks = new ArrayList<>();

    HookedDisk(Disk disk) {
        this.disk = disk;
    }

    /** Runs before the operation of this name; what it throws is what the operation throws. */
    interface Hook {
        void before(String operation, Object[] arguments) throws IOException;
    }

    void add(Hook hook) {
        hooks.add(hook);
    }

    void addFirst(Hook hook) {
        hooks.addFirst(hook);
    }

    void remove(Hook hook) {
        hooks.remove(hook);
    }

    /** Runs {@code action} once, before operation {@code name} is done for the nth time. */
    void before(String name, int nth, Action action) {
        int[] seen = {0};
        add(
                (operation, _) -> {
                    if (operation.equals(name) && ++seen[0] == nth) {
                        action.run();
                    }
                });
    }

    /** Something that may fail. */
    interface Action {
        void run() throws IOException;
    }

    @Override
    public Path folder() {
        return disk.folder();
    }

    @Override
    public RootIdentity adopt(@Nullable RootIdentity recorded) throws IOException {
        return disk.adopt(recorded);
    }

    @Override
    public Root open() throws IOException {
        return Intercepted.as(Root.class, disk.open(), this::call);
    }

    private @Nullable Object call(Object root, Method method, Object[] arguments) throws Throwable {
        if (!method.getName().equals("close")) {
            for (Hook hook : hooks) {
                hook.before(method.getName(), arguments);
            }
        }
        return Intercepted.pass(root, method, arguments);
    }
}
