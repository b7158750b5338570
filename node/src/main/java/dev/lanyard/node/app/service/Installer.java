package dev.lanyard.node.app.service;

import static dev.lanyard.node.app.config.Places.shown;
import static dev.lanyard.node.app.config.StartFailure.Kind.REFUSED;

import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.config.UserUnits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts services in place and takes them away. Owned by the thread of one command. */
public final class Installer {
    private final UserUnits units;
    private final Systemctl systemctl;

    /** Works on the files of {@code units}, and tells {@code systemctl} of it. */
    public Installer(UserUnits units, Systemctl systemctl) {
        this.units = units;
        this.systemctl = systemctl;
    }

    /** What an installation has changed. */
    public sealed interface Change {
        /** There was none. */
        record Fresh() implements Change {}

        /** It was there, just so. */
        record None() implements Change {}

        /** It was there in another way. */
        record Replaced(Service before) implements Change {}
    }

    /**
     * All services that are installed, by the names of their units.
     *
     * @throws IOException if a file cannot be read
     */
    public List<Service> all() throws IOException {
        List<Service> all = new ArrayList<>();
        for (String name : units.names(Service.UNIT_PREFIX, Service.UNIT_SUFFIX)) {
            units.read(name)
                    .flatMap(Unit::read)
                    .filter(
                            each ->
                                    each.unit()
                                            .equals(name)) // A copy under another name is not ours.
                    .ifPresent(all::add);
        }
        return all;
    }

    /**
     * Writes the unit file of {@code wanted} and has it start with the user manager; processes are
     * left alone.
     *
     * @param text what {@link Unit#text} says for it
     * @throws StartFailure if its unit file is somebody else's, or another service writes to one of
     *     its folders; nothing is touched then
     * @throws IOException if a file cannot be read or written
     */
    public Change write(Service wanted, String text) throws StartFailure, IOException {
        String unit = wanted.unit();
        Optional<String> there = units.read(unit);
        Optional<Service> before = there.flatMap(Unit::read);
        if (there.isPresent() && before.isEmpty()) {
            throw new StartFailure(
                    REFUSED,
                    "%s was not written by lanyard service, or was changed since"
                            .formatted(shown(units.path(unit))),
                    "move it away, then install again");
        }
        for (Service other : all()) {
            boolean isItself = other.unit().equals(unit) && other.isSameKindAs(wanted);
            if (!isItself && other.sharesWith(wanted)) {
                throw shared(other, wanted);
            }
        }
        Change change;
        if (before.isEmpty()) {
            change = new Change.Fresh();
        } else if (there.get().equals(text)) {
            change = new Change.None();
        } else {
            change = new Change.Replaced(before.get());
        }
        if (!(change instanceof Change.None)) {
            units.write(unit, text);
        }
        units.enable(unit);
        return change;
    }

    private static StartFailure shared(Service other, Service wanted) {
        Path folder =
                other.folders().stream()
                        .filter(wanted.folders()::contains)
                        .findFirst()
                        .orElseThrow();
        return new StartFailure(
                REFUSED,
                "another service, a %s, writes to %s already"
                        .formatted(
                                other.arguments().getFirst().equals("start") ? "node" : "mirror",
                                shown(folder)),
                "remove that first with: lanyard service remove " + shown(folder));
    }

    /** Has a service run as its unit file now says. */
    public Answer run(Service service, Change change) throws InterruptedException {
        Answer reloaded = systemctl.reload();
        if (!reloaded.isDone()) {
            return reloaded;
        }
        return switch (change) {
            case Change.Fresh _, Change.None _ -> systemctl.start(service.unit());
            case Change.Replaced _ -> systemctl.restart(service.unit());
        };
    }

    /** How a service is doing. */
    public State state(Service service) throws InterruptedException {
        return systemctl.state(service.unit());
    }

    /** Whether a service starts with the user manager. */
    public boolean isEnabled(Service service) {
        return units.isEnabled(service.unit());
    }

    /** Ends a service that runs. */
    public Answer stop(Service service) throws InterruptedException {
        return systemctl.state(service.unit()) instanceof State.NotLoaded
                ? new Answer.Done("")
                : systemctl.stop(service.unit());
    }

    /**
     * Deletes the files of a service that does not run any more.
     *
     * @throws IOException if they cannot be deleted
     */
    public void delete(Service service) throws IOException, InterruptedException {
        units.delete(service.unit());
        systemctl.reload(); // Where nobody answers, nobody has to forget it.
    }
}
