package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.service.Service;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line that was parsed, written anew for a process that starts elsewhere: the same
 * options in one order, with absolute paths.
 */
final class ServiceArguments {
    private final Surroundings surroundings;
    private final List<String> arguments = new ArrayList<>();

    private ServiceArguments(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * The arguments of a service.
     *
     * @param parsed what {@code command} has parsed
     * @param paths what takes the place of its parameters
     * @param left options that are left out
     * @throws CommandFailure if there is something that no unit can say
     */
    static List<String> of(
            String command,
            ParseResult parsed,
            List<Path> paths,
            List<String> left,
            Surroundings surroundings)
            throws CommandFailure {
        ServiceArguments written = new ServiceArguments(surroundings);
        written.arguments.add(command);
        paths.forEach(each -> written.arguments.add(each.toString()));
        for (OptionSpec each : parsed.commandSpec().options()) {
            if (parsed.hasMatchedOption(each) && !left.contains(each.longestName())) {
                written.add(each);
            }
        }
        for (String each : written.arguments) {
            checkFits(each);
        }
        return List.copyOf(written.arguments);
    }

    /** Passes what can stand in a unit file. */
    static void checkFits(String word) throws CommandFailure {
        if (!Service.fits(word)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "'%s' cannot stand in a unit file; name something without such characters"
                            .formatted(escaped(word)));
        }
    }

    private void add(OptionSpec option) {
        if (option.arity().max() == 0) {
            if (Boolean.TRUE.equals(option.getValue())) {
                arguments.add(option.longestName());
            }
            return;
        }
        for (String value : option.originalStringValues()) {
            // In one word, since a value may begin with a dash.
            arguments.add(option.longestName() + "=" + absolute(option, value));
        }
    }

    private String absolute(OptionSpec option, String value) {
        return option.type().equals(Path.class)
                ? surroundings.at(Path.of(value)).normalize().toString()
                : value;
    }
}
