package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.app.cli.Desk.Ran;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where services are installed, on a machine whose systemctl only remembers what it was asked for.
 */
abstract class AtServices {
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            PATH=/usr/bin:/bin
            here=HERE
            units=UNITS
            echo "$*" | sed 's/^--user --no-pager --no-ask-password //' >>"$here/calls"
            shift 3
            if [ -f "$here/fails-$1" ]; then cat "$here/fails-$1" >&2; exit 1; fi
            case $1 in
                start | restart) touch "$here/$2" ;;
                stop) rm -f "$here/$2" ;;
                daemon-reload) rm -rf "$here/read"; cp -R "$units" "$here/read" ;;
                show)
                    if [ "$3" = --property=NeedDaemonReload ]; then
                        cmp -s "$units/$2" "$here/read/$2" && needs=no || needs=yes
                        echo "NeedDaemonReload=$needs"
                        exit
                    fi
                    if [ -f "$here/says" ]; then cat "$here/says"; exit; fi
                    active=inactive
                    [ -f "$here/$2" ] && active=active
                    echo LoadState=loaded
                    echo "ActiveState=$active"
                    ;;
            esac
            """;

    @TempDir private Path temporary;
    Desk desk;
    Path machine;
    Path program;
    Path units;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
        machine = Files.createDirectory(temporary.toRealPath().resolve("machine"));
        program = script(machine.resolve("lanyard"), "#!/bin/sh\n");
        units = desk.home.resolve(".config/systemd/user");
        script(
                machine.resolve("systemctl"),
                SYSTEMCTL.replace("HERE", machine.toString()).replace("UNITS", units.toString()));
        script(machine.resolve("loginctl"), "#!/bin/sh\necho no\n");
        desk.launchedBy(program);
        desk.export("PATH", machine.toString());
    }

    static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Ran service(String... words) {
        return desk.run(
                Stream.concat(Stream.of("service"), Stream.of(words)).toArray(String[]::new));
    }

    Ran install(String... options) {
        return service(
                Stream.concat(
                                Stream.of("install", "start", desk.folder.toString()),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    void fails(String verb, String words) throws IOException {
        Files.writeString(machine.resolve("fails-" + verb), words + "\n");
    }

    /** What systemctl was told to change since this was last asked. */
    List<String> told() throws IOException {
        return asked().stream()
                .filter(line -> !line.startsWith("show") && !line.startsWith("reset-failed"))
                .toList();
    }

    /** All that systemctl was asked for since this was last asked. */
    List<String> asked() throws IOException {
        Path calls = machine.resolve("calls");
        if (Files.notExists(calls)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(calls);
        Files.delete(calls);
        return lines;
    }

    /** What systemctl says of all units from now on. */
    void says(String... lines) throws IOException {
        Files.write(machine.resolve("says"), List.of(lines));
    }

    List<Path> unitFiles() throws IOException {
        if (Files.notExists(units)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(units)) {
            return all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    Path onlyUnit() throws IOException {
        assertThat(unitFiles()).hasSize(1);
        return unitFiles().getFirst();
    }

    static String name(Path unit) {
        return String.valueOf(unit.getFileName());
    }
}
