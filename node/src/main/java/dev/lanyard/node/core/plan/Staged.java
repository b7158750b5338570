package dev.lanyard.node.core.plan;

/**
 * A completed, verified content in staging. {@code name} is a file name inside the staging
 * directory, made by the transfer: letters, digits, dash and dot.
 */
public record Staged(String name) {}
