/**
 * Two entries become one action. Decides; never does IO. Start at {@link
 * dev.lanyard.node.core.reconcile.Reconciler}.
 */
@NullMarked
package dev.lanyard.node.core.reconcile;

import org.jspecify.annotations.NullMarked;
