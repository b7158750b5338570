package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.protocol.transport.Transport.Failure;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Why there is no session, in the words of {@code app.control}. */
final class Causes {
    private Causes() {}

    /** What the last dial tells; {@code null}: none has failed. */
    static Cause of(@Nullable Failure failure) {
        return switch (failure) {
            case null -> Cause.DIALLING;
            case DUPLICATE, NEW_KEY -> Cause.DIALLING;
            case REFUSED -> Cause.REFUSED;
            case NO_ANSWER -> Cause.NO_ANSWER;
            case NO_ROUTE -> Cause.NO_ROUTE;
            case UNREACHABLE -> Cause.UNREACHABLE;
            case WRONG_KEY -> Cause.WRONG_KEY;
            case PROTOCOL_VERSION -> Cause.PROTOCOL_VERSION;
            case SELF -> Cause.OWN_ID;
            case LIMIT -> Cause.LIMIT;
            case NOT_A_PEER -> Cause.NOT_A_PEER;
        };
    }

    /**
     * Whether it is this node itself that answers at {@code address} and proves to have its id, as
     * far as that can be told: of a name it is taken for granted.
     *
     * @param listenPort where this node listens
     */
    static boolean isOurs(InetSocketAddress address, int listenPort) {
        return address.isUnresolved()
                || (address.getPort() == listenPort && isOfThisMachine(address.getAddress()));
    }

    static boolean isOfThisMachine(InetAddress host) {
        try {
            return NetworkInterface.getByInetAddress(host) != null;
        } catch (SocketException unreadable) {
            return true; // Nobody shall be alarmed for that.
        }
    }
}
