/**
 * Defaults, file and flags become one immutable, checked {@link
 * dev.lanyard.node.app.config.Settings}; and the state directory, where a node keeps what must not
 * be in the folder. Never touches anything below the folder and never talks to people. Start at
 * {@code Settings}, then {@code StateDirectory}; how a change of the share key survives a kill is
 * in {@code KeyRingFile}.
 */
@NullMarked
package dev.lanyard.node.app.config;

import org.jspecify.annotations.NullMarked;
