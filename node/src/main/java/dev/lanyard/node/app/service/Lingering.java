package dev.lanyard.node.app.service;

import dev.lanyard.node.app.config.Environment;

import java.time.Duration;
import java.util.List;

/** Whether a user's services run while the user is not logged in. */
public enum Lingering {
    /** From boot on, always. */
    ON,
    /** From login to logout. */
    OFF,
    /** Nobody could be asked. */
    UNKNOWN;

    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    /** Asks loginctl about the user of {@code environment}. */
    public static Lingering of(Environment environment) throws InterruptedException {
        var program = environment.program("loginctl");
        if (program.isEmpty()) {
            return UNKNOWN;
        }
        Answer answer =
                Systemctl.run(
                        List.of(
                                program.get().toString(),
                                "show-user",
                                environment.user(),
                                "--property=Linger",
                                "--value"),
                        environment.variables(),
                        ANSWER_MAX);
        return switch (answer) {
            case Answer.Done done when done.output().equals("yes") -> ON;
            case Answer.Done done when done.output().equals("no") -> OFF;
            case Answer.Done _, Answer.Nobody _, Answer.Failed _, Answer.Late _ -> UNKNOWN;
        };
    }
}
