package dev.lanyard.node.core.plan;

/** Why a displaced content goes to versions. */
public enum Keep {
    /** A later version that had seen it replaced it. */
    REPLACED,
    /** It was deleted by someone who had seen it. */
    DELETED,
    /** A version that had not seen it won. Listed as a conflict, never pruned unseen. */
    CONFLICT,
    /** It was found after an unclean stop, and is neither the old nor the new content. */
    UNCLEAN
}
