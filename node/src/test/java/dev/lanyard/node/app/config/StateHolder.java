package dev.lanyard.node.app.config;

import java.nio.file.Path;
import java.util.Map;

/** Claims a state directory in a process of its own, says so, and holds it until it is killed. */
final class StateHolder {
    private StateHolder() {}

    /** Arguments: home, folder, state directory. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Environment environment = new Environment(Map.of(), home, home, "ann", "anns-laptop");
        Flags flags = Flags.of(Path.of(arguments[1]), Path.of(arguments[2]));
        try (StateDirectory state =
                StateDirectory.claim(new SettingsReader(environment).read(flags))) {
            System.out.println("claimed " + state.path());
            System.in.read(); // Ends when the test does, however that ends.
        }
    }
}
