/**
 * Nodes and mirrors as services of the user's systemd: which there are, what their unit files say,
 * and what systemctl is asked for. Touches no file but through {@code config}, starts no node
 * itself, and never becomes another user. Start at {@link dev.lanyard.node.app.service.Installer}.
 *
 * <p>How it works. A service is a unit file {@code lanyard-NAME-HASH.service} in {@code
 * ~/.config/systemd/user}, named for the folder that it writes to, and a link to it in {@code
 * default.target.wants}, which is all that {@code systemctl enable} would make. Both are plain
 * files: they are written whether a user manager answers or not, and are in force at its next
 * start. Only what concerns processes is asked of systemctl. What was asked for stands in the file
 * itself, in a section that systemd skips; a file without that is somebody else's and is never
 * touched.
 */
@NullMarked
package dev.lanyard.node.app.service;

import org.jspecify.annotations.NullMarked;
