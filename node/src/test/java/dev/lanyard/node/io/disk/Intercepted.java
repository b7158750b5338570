package dev.lanyard.node.io.disk;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Things whose calls a test hears of, changes, or lets fail. */
public final class Intercepted {
    private Intercepted() {}

    /** What is done when a method of {@code real} is called; {@code arguments} may be none. */
    @FunctionalInterface
    public interface Call {
        /** Returns or throws what the caller gets. */
        @Nullable Object on(Object real, Method method, Object[] arguments) throws Throwable;
    }

    /** A {@code real} of that interface, all of whose methods are {@code call}. */
    public static <T> T as(Class<T> type, Object real, Call call) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) ->
                                call.on(
                                        real,
                                        method,
                                        arguments == null ? new Object[0] : arguments)));
    }

    /** A disk whose methods, and those of the roots that it opens, are {@code call}. */
    public static Disk disk(Disk real, Call call) {
        return as(Disk.class, real, new RootsToo(call));
    }

    /** Does the call, as if nobody had intercepted it. */
    public static @Nullable Object pass(Object real, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private record RootsToo(Call call) implements Call {
        @Override
        public @Nullable Object on(Object real, Method method, Object[] arguments)
                throws Throwable {
            Object result = call.on(real, method, arguments);
            return result instanceof Root root ? as(Root.class, root, this) : result;
        }
    }
}
