/**
 * How programs on the same machine speak to a running node: {@link
 * dev.lanyard.node.app.control.NodeControl} is what a node can be asked; a loopback HTTP server
 * offers it as JSON to whoever can read the state directory. Decides nothing about the share. Start
 * at {@code NodeControl}, then {@code ControlServer} and {@code ControlClient}.
 */
@NullMarked
package dev.lanyard.node.app.control;

import org.jspecify.annotations.NullMarked;
