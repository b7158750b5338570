/**
 * Everything that one node may say to another, as values. Start at {@link
 * dev.lanyard.protocol.message.Message}; how each is written is drawn in {@code PROTOCOL.md}.
 */
@NullMarked
package dev.lanyard.protocol.message;

import org.jspecify.annotations.NullMarked;
