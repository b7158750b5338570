package dev.lanyard.node.app.control;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The bodies of requests, checked when built: JSON may leave out anything. */
final class Asks {
    private Asks() {}

    /** Body of {@code POST /v1/restore}. */
    record Restore(RelativePath path, @Nullable String version, @Nullable Instant before) {
        Restore {
            require(path, "path");
            if (version != null && before != null) {
                throw new IllegalArgumentException("either a version or a time");
            }
        }
    }

    /** Body of {@code POST /v1/shown}. */
    record Shown(List<String> ids) {
        Shown {
            require(ids, "ids");
            ids = List.copyOf(ids);
        }
    }

    /** Body of {@code POST /v1/resolve}. */
    record Resolve(RelativePath path, NodeControl.Side keep) {
        Resolve {
            require(path, "path");
            require(keep, "keep");
        }
    }

    /** Body of {@code POST /v1/repair}. */
    record Repair(RelativePath path) {
        Repair {
            require(path, "path");
        }
    }

    /** Body of {@code POST /v1/wait}. */
    record Wait(Duration timeout) {
        Wait {
            require(timeout, "timeout");
            if (timeout.isNegative()) {
                throw new IllegalArgumentException(
                        "timeout of %s s (expected 0 or more)".formatted(timeout.toSeconds()));
            }
        }
    }

    /** Body of {@code POST /v1/confirm-deletes}. */
    record ConfirmDeletes(boolean restore) {}

    /** Body of {@code POST /v1/forget}. */
    record Forget(String peer) {
        Forget {
            require(peer, "peer");
        }
    }

    /** Body of {@code POST /v1/new-key}. */
    record RenewKey(List<String> without) {
        RenewKey {
            require(without, "without");
            without = List.copyOf(without);
        }
    }

    private static void require(@Nullable Object given, String name) {
        if (given == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
    }

    /** Body of every answer that is not 200. */
    record Fault(String error) {}
}
