/**
 * The running node: assembles the parts, steps the engine on one thread, runs its effects, and
 * answers what people ask. Start at {@link dev.lanyard.node.app.runtime.NodeRuntime}.
 *
 * <pre>
 *   watch, scan, apply, transfer, peer ──events──▶ queue ──▶ EngineLoop: step, commit ──effects──▶ Effects ──▶ the same
 * </pre>
 *
 * <p>The loop never waits for anything but its queue, so whoever puts events may wait for it. Every
 * effect is handed to a thread of the package that carries it out.
 *
 * <p>The engine knows nothing of keys. {@code KeptKeys} has them for sessions and beacons; when the
 * present one changes, that is kept first, then all sessions end and are dialled anew.
 */
@NullMarked
package dev.lanyard.node.app.runtime;

import org.jspecify.annotations.NullMarked;
