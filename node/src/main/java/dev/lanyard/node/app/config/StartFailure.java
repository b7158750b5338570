package dev.lanyard.node.app.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A node cannot start, for a reason that its user can do something about. What is said to people is
 * one sentence, made of the parts: what failed, for what, and what to do.
 */
public final class StartFailure extends Exception {
    private final Kind kind;
    private final String what;
    private final String remedy;

    /**
     * @param kind what sort of failure it is; decides the exit code
     * @param what what failed and for what, names already escaped, without a full stop: {@code the
     *     folder '/a' does not exist}
     * @param remedy what to do, without a full stop: {@code make it, or name another one}
     */
    public StartFailure(Kind kind, String what, String remedy) {
        this(kind, what, remedy, null);
    }

    /**
     * @param cause what the log shows beside the sentence
     */
    public StartFailure(Kind kind, String what, String remedy, @Nullable Throwable cause) {
        super(what + "; " + remedy, cause);
        this.kind = kind;
        this.what = what;
        this.remedy = remedy;
    }

    /** The port, or the address, cannot be had. */
    public static StartFailure cannotListen(InetSocketAddress listen, IOException cause) {
        String host = listen.getAddress().isAnyLocalAddress() ? "" : listen.getHostString() + ":";
        return new StartFailure(
                Kind.USAGE,
                "cannot listen on %s%d (%s)"
                        .formatted(host, listen.getPort(), Places.reason(cause)),
                "another program may have the port: name another one with --listen, or none",
                cause);
    }

    /** What sort of failure it is. */
    public Kind kind() {
        return kind;
    }

    /** What failed and for what. */
    public String what() {
        return what;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }

    /** What sort of failure it is. */
    public enum Kind {
        /** What was asked for cannot be had: a missing folder, a taken port, a mistyped key. */
        USAGE,
        /** It could be done, and would endanger files: another node runs on the same folder. */
        REFUSED,
        /** The machine failed: a disk, a database. */
        FAILED
    }
}
