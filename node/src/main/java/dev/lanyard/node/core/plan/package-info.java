/**
 * Actions become ordered steps. Decides; never does IO. Start at {@link
 * dev.lanyard.node.core.plan.Step}.
 */
@NullMarked
package dev.lanyard.node.core.plan;

import org.jspecify.annotations.NullMarked;
