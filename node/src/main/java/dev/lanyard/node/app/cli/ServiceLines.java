package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.config.Environment;
import dev.lanyard.node.app.service.Answer;
import dev.lanyard.node.app.service.Installer.Change;
import dev.lanyard.node.app.service.Lingering;
import dev.lanyard.node.app.service.Service;
import dev.lanyard.node.app.service.State;

import java.util.stream.Collectors;

/** What is said about services. */
final class ServiceLines {
    private ServiceLines() {}

    /** The command that a service runs, to be read: names are escaped, not quoted for a shell. */
    static String command(Service service) {
        return "lanyard "
                + service.arguments().stream()
                        .map(each -> each.matches("[\\w@+=:,./-]+") ? each : quoted(each))
                        .collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return "'" + escaped(word) + "'";
    }

    static String changed(Service service, Change change) {
        return switch (change) {
            case Change.Fresh _ -> "installed %s: %s".formatted(service.unit(), command(service));
            case Change.None _ ->
                    "already installed as %s: %s".formatted(service.unit(), command(service));
            case Change.Replaced(Service before) ->
                    before.equals(service)
                            ? "replaced %s: %s; the command is the same"
                                    .formatted(service.unit(), command(service))
                            : "replaced %s: %s; before it was: %s"
                                    .formatted(service.unit(), command(service), command(before));
        };
    }

    static String started(Service service) {
        return "started; what it says: journalctl --user -u " + service.unit();
    }

    /** What to do so that it outlives a logout; empty if nothing is to be done. */
    static String lingering(Lingering lingering, Environment environment) {
        String user = escaped(environment.user());
        return switch (lingering) {
            case ON -> "it runs from boot on, whether %s is logged in or not".formatted(user);
            case OFF ->
                    "it runs while %s is logged in; to have it run from boot on: loginctl enable-linger %s"
                            .formatted(user, user);
            case UNKNOWN ->
                    "whether it runs while %s is not logged in is not known; to have it run from boot on: loginctl enable-linger %s"
                            .formatted(user, user);
        };
    }

    /** Why systemctl did not do what it was asked for. */
    static String why(Answer answer) {
        return switch (answer) {
            case Answer.Done _ -> "done";
            case Answer.Nobody(String words) ->
                    "no user manager of systemd answers: " + escaped(words);
            case Answer.Failed(String words) -> "systemctl: " + escaped(words);
            case Answer.Late(var waited) ->
                    "systemctl had not ended within " + Units.duration(waited);
        };
    }

    /** Why a service that is installed does not run, and what to do. */
    static String notStarted(Service service, Answer answer, Environment environment) {
        String unit = service.unit();
        return switch (answer) {
            case Answer.Nobody _ ->
                    ("not started (%s); it starts at the next login of %s, or log in and run:"
                                    + " systemctl --user daemon-reload && systemctl --user restart %s")
                            .formatted(why(answer), escaped(environment.user()), unit);
            case Answer.Done _, Answer.Failed _, Answer.Late _ ->
                    "not started (%s); look at: systemctl --user status %s, then: systemctl --user restart %s"
                            .formatted(why(answer), unit, unit);
        };
    }

    /** How a service is doing, in one line. */
    static String state(Service service, State state, boolean isEnabled) {
        return "%s: %s%s"
                .formatted(
                        command(service),
                        words(service, state),
                        isEnabled
                                ? ""
                                : "; it is disabled and does not start by itself, install it again to change that");
    }

    private static String words(Service service, State state) {
        String unit = service.unit();
        return switch (state) {
            case State.Running _ -> "running as " + unit;
            case State.Restarting(String why) ->
                    "ended (%s) and tried again soon; see: journalctl --user -u %s"
                            .formatted(escaped(why), unit);
            case State.Changing(String how) -> escaped(how);
            case State.Stopped _ -> "stopped; start it with: systemctl --user start " + unit;
            case State.Failed(String why) ->
                    // Without the reset, a restart after too many of them is refused.
                    "failed (%s); see: journalctl --user -u %s, then: systemctl --user reset-failed %s && systemctl --user restart %s"
                            .formatted(escaped(why), unit, unit, unit);
            case State.NotLoaded _ ->
                    "not known to systemd; run: systemctl --user daemon-reload && systemctl --user start "
                            + unit;
            case State.Unknown(Answer why) -> "unknown, since " + why(why);
        };
    }

    /** One word for programs. */
    static String word(State state) {
        return switch (state) {
            case State.Running _ -> "running";
            case State.Restarting _ -> "restarting";
            case State.Changing _ -> "changing";
            case State.Stopped _ -> "stopped";
            case State.Failed _ -> "failed";
            case State.NotLoaded _ -> "not-loaded";
            case State.Unknown _ -> "unknown";
        };
    }
}
