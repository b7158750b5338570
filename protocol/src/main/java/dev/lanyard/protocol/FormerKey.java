package dev.lanyard.protocol;

import java.time.Instant;

/**
 * A key that the share had before.
 *
 * @param until from then on nobody gets the present key for it
 */
public record FormerKey(ShareKey key, Instant until) {}
