package dev.lanyard.node.io.disk;

/**
 * What makes a root the same root: the random text in its marker file and the inode of its {@code
 * .lanyard/}. The device number may change with each mount and is compared within one run only.
 */
public record RootIdentity(String marker, long markerInode, long device) {}
