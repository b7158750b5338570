package dev.lanyard.node.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A machine below a temporary directory: a home, a folder to share, and nothing else. */
final class Machine {
    final Path top;
    final Path folder;
    final Environment environment;

    Machine(Path temporary) throws IOException {
        top = temporary.toRealPath();
        folder = Files.createDirectory(top.resolve("share"));
        environment =
                new Environment(
                        Map.of(),
                        Files.createDirectory(top.resolve("home")),
                        Files.createDirectory(top.resolve("tmp")),
                        "ann",
                        "anns-laptop");
    }

    Path state(String name) {
        return top.resolve(name);
    }

    Settings read(Flags flags) throws StartFailure {
        return new SettingsReader(environment).read(flags);
    }
}
