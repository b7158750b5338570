package dev.lanyard.node.app.service;

import java.util.Map;
import java.util.stream.Collectors;

/** How a service is doing, as the user manager sees it. */
public sealed interface State {
    /** It runs. */
    record Running() implements State {}

    /** It ended by a failure, and is started again in a moment. */
    record Restarting(String why) implements State {}

    /** It is about to run, or to end. */
    record Changing(String how) implements State {}

    /** It does not run, and nothing is wrong with that. */
    record Stopped() implements State {}

    /** It ended by a failure, and stays so. */
    record Failed(String why) implements State {}

    /** The user manager has no unit file of it that it could run, and no process either. */
    record NotLoaded() implements State {}

    /** Nobody could be asked, or has answered. */
    record Unknown(Answer why) implements State {}

    /** What of a unit has to be known to tell. */
    String PROPERTIES = "LoadState,ActiveState,SubState,Result,ExecMainStatus";

    /** Reads what {@code systemctl show} says of {@link #PROPERTIES}. */
    static State of(Answer answer) {
        return switch (answer) {
            case Answer.Done done -> read(done.output());
            case Answer.Nobody _, Answer.Failed _, Answer.Late _ -> new Unknown(answer);
        };
    }

    private static State read(String output) {
        Map<String, String> properties =
                output.lines()
                        .map(line -> line.split("=", 2))
                        .filter(parts -> parts.length == 2)
                        .collect(
                                Collectors.toMap(
                                        parts -> parts[0], parts -> parts[1], (_, last) -> last));
        String active = properties.getOrDefault("ActiveState", "unknown");
        // What runs goes on when its unit file becomes a bad one, or is gone.
        if (active.equals("inactive")
                && !properties.getOrDefault("LoadState", "").equals("loaded")) {
            return new NotLoaded();
        }
        return switch (active) {
            case "active" -> new Running();
            case "inactive" -> new Stopped();
            case "failed" -> new Failed(why(properties));
            default ->
                    // Since systemd 254 there is "auto-restart-queued", too.
                    properties.getOrDefault("SubState", "").startsWith("auto-restart")
                            ? new Restarting(why(properties))
                            : new Changing(active);
        };
    }

    private static String why(Map<String, String> properties) {
        String result = properties.getOrDefault("Result", "");
        String status = properties.getOrDefault("ExecMainStatus", "");
        return switch (result) {
            case "exit-code" -> "exit code " + status;
            case "start-limit-hit" -> "too often, at last with exit code " + status;
            default -> result;
        };
    }
}
