package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bill of materials names what is shipped. */
class BomTest {
    private static final Path SHIPPED =
            Path.of(System.getProperty("lanyard.root")).resolve("node/target/lanyard");

    @Test
    void namesExactlyTheLibrariesOfTheProgram() throws IOException {
        Path file = SHIPPED.resolve("bom.json");
        assumeTrue(Files.exists(file), "no bill of materials: it was built without -Pbom");
        JsonNode bom = JsonMapper.shared().readTree(Files.readAllBytes(file));
        Set<String> named = new TreeSet<>();
        named.add(jar(bom.path("metadata").path("component")));
        bom.path("components").forEach(component -> named.add(jar(component)));

        assertThat(named).isEqualTo(shipped());
    }

    private static String jar(JsonNode component) {
        return "%s-%s.jar"
                .formatted(component.path("name").asString(), component.path("version").asString());
    }

    private static Set<String> shipped() throws IOException {
        try (Stream<Path> all = Files.list(SHIPPED.resolve("lib"))) {
            return all.map(each -> String.valueOf(each.getFileName()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
