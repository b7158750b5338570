package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;

/** Where what is displaced goes. Thread-safe. */
public interface Keepsafe {
    /**
     * A name in staging for what is displaced from {@code path} now. What has such a name is kept,
     * even if the process ends here.
     */
    String stagedName(RelativePath path, Keep reason);

    /** Moves {@code stagedName}, which was given for {@code path}, to versions. */
    void keep(Root root, String stagedName, RelativePath path) throws IOException;
}
