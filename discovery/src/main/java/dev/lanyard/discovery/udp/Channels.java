package dev.lanyard.discovery.udp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.Channel;

/** What ears and mouths do alike with their sockets. */
final class Channels {
    private static final Logger log = LoggerFactory.getLogger(Channels.class);

    private Channels() {}

    /** Closes it; nothing depends on how that ends, so a failure is only logged. */
    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.atDebug().addKeyValue("reason", reasonOf(e)).log("socket failed to close");
        }
    }

    /** What the system said, or at least what kind of failure it is. */
    static String reasonOf(Exception e) {
        String message = e.getMessage();
        return message != null ? message : e.getClass().getSimpleName();
    }
}
