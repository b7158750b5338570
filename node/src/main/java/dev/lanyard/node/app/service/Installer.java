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
     * What is installed.
     *
     * @param services by the names of their units
     * @param unread unit files that could be of a service, and cannot be read
     */
    public record Installed(List<Service> services, List<Path> unread) {
        /** Copies the lists. */
        public Installed {
            services = List.copyOf(services);
            unread = List.copyOf(unread);
        }
    }

    /**
     * All services that are installed.
     *
     * @throws IOException if the directory of units cannot be read
     */
    public Installed all() throws IOException {
        List<Service> services = new ArrayList<>();
        List<Path> unread = new ArrayList<>();
        for (String name : units.names(Service.UNIT_PREFIX, Service.UNIT_SUFFIX)) {
            try {
                // A copy under another name is not ours.
                units.read(name)
                        .flatMap(Unit::read)
                        .filter(each -> each.unit().equals(name))
                        .ifPresent(services::add);
            } catch (IOException e) {
                unread.add(units.path(name)); // It may be of anybody; the others are served.
            }
        }
        return new Installed(services, unread);
    }

    /**
     * Looks whether {@code wanted} may be installed, and touches nothing.
     *
     * @return the service whose place it takes
     * @throws StartFailure if its unit file is somebody else's, or another service writes to one of
     *     its folders
     * @throws IOException if its unit file cannot be read
     */
    public Optional<Service> check(Service wanted) throws StartFailure, IOException {
        String unit = wanted.unit();
        Optional<String> there = units.read(unit);
        Optional<Service> before = there.flatMap(Unit::read);
        if (there.isPresent() && before.isEmpty()) {
            throw new StartFailure(
                    REFUSED,
                    "%s was not written by lanyard service".formatted(shown(units.path(unit))),
                    "move it away, then install again");
        }
        for (Service other : all().services()) {
            boolean isItself = other.unit().equals(unit) && other.kind() == wanted.kind();
            if (!isItself && other.sharesWith(wanted)) {
                throw shared(other, wanted);
            }
        }
        return before;
    }

    /**
     * Writes the unit file of {@code wanted} and has it start with the user manager; processes are
     * left alone.
     *
     * @param text what {@link Unit#text} says for it
     * @throws StartFailure if {@link #check} refuses it; nothing is touched then
     * @throws IOException if a file cannot be read or written
     */
    public Change write(Service wanted, String text) throws StartFailure, IOException {
        Optional<Service> before = check(wanted);
        String unit = wanted.unit();
        Change change;
        if (before.isEmpty()) {
            change = new Change.Fresh();
        } else if (units.read(unit).equals(Optional.of(text))) {
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
                                switch (other.kind()) {
                                    case NODE -> "node";
                                    case MIRROR -> "mirror";
                                },
                                shown(folder)),
                "remove that first with: lanyard service remove " + shown(folder));
    }

    /** Has a service run as its unit file now says. */
    public Answer run(Service service, Change change) throws InterruptedException {
        String unit = service.unit();
        boolean isOther =
                switch (change) {
                    case Change.Fresh _ -> false;
                    // Replaced before, when nobody could be told: what runs is still the old one.
                    case Change.None _ -> systemctl.isOutdated(unit);
                    case Change.Replaced _ -> true;
                };
        Answer reloaded = systemctl.reload();
        if (!reloaded.isDone()) {
            return reloaded;
        }
        return isOther ? systemctl.restart(unit) : systemctl.start(unit);
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
        // Where nobody answers, nobody has to forget it.
        systemctl.forget(service.unit());
        systemctl.reload();
    }
}
