package dev.lanyard.discovery.udp;

import dev.lanyard.discovery.Discovery.Fault;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One mouth for each route there is now. */
final class Mouths implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Mouths.class);

    private final int port;
    private final Map<Route, Mouth> mouths = new LinkedHashMap<>();

    /** No mouth yet; all will speak to {@code port}. */
    Mouths(int port) {
        this.port = port;
    }

    /**
     * Follows the interfaces as they are now.
     *
     * @return whether there is a route that was not there before
     */
    boolean follow(List<NetworkInterface> networks) {
        Map<Route, NetworkInterface> routes = new LinkedHashMap<>();
        for (NetworkInterface network : networks) {
            try {
                Route.over(network, port).forEach(route -> routes.put(route, network));
            } catch (SocketException e) {
                // It went away while it was read; the next reading does not have it.
                log.atDebug()
                        .addKeyValue("interface", network.getName())
                        .addKeyValue("reason", Channels.reasonOf(e))
                        .log("interface cannot be read");
            }
        }
        dropAllBut(routes);
        boolean gained = false;
        for (Map.Entry<Route, NetworkInterface> each : routes.entrySet()) {
            if (!mouths.containsKey(each.getKey())) {
                mouths.put(each.getKey(), new Mouth(each.getKey(), each.getValue()));
                logRoute(each.getKey(), "beacons are sent from here");
                gained = true;
            }
        }
        return gained;
    }

    /** Says one beacon from {@code beacons} on each route. */
    void say(Supplier<byte[]> beacons) {
        mouths.values().forEach(mouth -> mouth.say(beacons.get()));
    }

    /** Names of the interfaces that have a route, sorted, each once. */
    List<String> interfaces() {
        return mouths.keySet().stream().map(Route::interfaceName).distinct().sorted().toList();
    }

    /** What cannot be sent now. */
    List<Fault> faults() {
        return mouths.values().stream().flatMap(mouth -> mouth.faults().stream()).toList();
    }

    @Override
    public void close() {
        mouths.values().forEach(Mouth::close);
        mouths.clear();
    }

    private void dropAllBut(Map<Route, NetworkInterface> routes) {
        Iterator<Map.Entry<Route, Mouth>> each = mouths.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Route, Mouth> mouth = each.next();
            if (!routes.containsKey(mouth.getKey())) {
                mouth.getValue().close();
                each.remove();
                logRoute(mouth.getKey(), "beacons are not sent from here any more");
            }
        }
    }

    private static void logRoute(Route route, String message) {
        log.atDebug()
                .addKeyValue("interface", route.interfaceName())
                .addKeyValue("local", route.local().getHostAddress())
                .log(message);
    }
}
