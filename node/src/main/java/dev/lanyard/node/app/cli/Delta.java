package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;
import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.patch.Patched;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.sign.Signer;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** {@code lanyard delta}: the engine on files, as rdiff does it. */
@Command(
        description =
                "Tell on files what is new in one of them: signature, delta and patch, as rdiff does.",
        synopsisSubcommandLabel = "COMMAND")
final class Delta implements Runnable {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    @Spec private CommandSpec spec;
    @Mixin Standard standard;

    /** The command with its own commands. */
    static CommandLine commands(Surroundings surroundings) {
        CommandLine commands = new CommandLine(new Delta());
        commands.addSubcommand("signature", new Sign(surroundings));
        commands.addSubcommand("delta", new Match(surroundings));
        commands.addSubcommand("patch", new Patch(surroundings));
        commands.getSubcommands()
                .values()
                .forEach(each -> each.getCommandSpec().versionProvider(new Lanyard.Version()));
        return commands.setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** One of the three: reads files, and makes one. */
    abstract static class OnFiles implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin Standard standard;

        OnFiles(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        /**
         * Makes the file.
         *
         * @throws IOException with a sentence for users
         */
        abstract void make() throws CommandFailure, IOException;

        @Override
        public Integer call() throws CommandFailure {
            try {
                make();
                return ExitCode.DONE;
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.NOT_SO, printable(String.valueOf(e.getMessage())));
            }
        }

        DeltaInput input(Path named) throws CommandFailure {
            return DeltaInput.open(surroundings.at(named));
        }

        DeltaOutput output(Path named) throws CommandFailure {
            return DeltaOutput.open(surroundings.at(named));
        }
    }

    /** {@code lanyard delta signature}. */
    @Command(description = "Sum up an old file, for who has the new one.")
    static final class Sign extends OnFiles {
        @Parameters(index = "0", paramLabel = "OLD", description = "The old file.")
        private Path old;

        @Parameters(index = "1", paramLabel = "SIG", description = "The signature to write.")
        private Path signature;

        Sign(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void make() throws CommandFailure, IOException {
            try (DeltaInput basis = input(old);
                    DeltaOutput out = output(signature);
                    ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
                byte[] seed = new byte[Signature.SEED_BYTES];
                new SecureRandom().nextBytes(seed);
                SignatureForm.write(
                        Signer.sign(basis::read, basis.sizeBytes(), seed, executor, THREADS),
                        out::write);
                out.finish();
            }
        }
    }

    /** {@code lanyard delta delta}. */
    @Command(description = "Write what a new file has that the old one has not.")
    static final class Match extends OnFiles {
        @Parameters(
                index = "0",
                paramLabel = "SIG",
                description = "The signature of the old file, of lanyard delta signature.")
        private Path signature;

        @Parameters(index = "1", paramLabel = "NEW", description = "The new file.")
        private Path now;

        @Parameters(index = "2", paramLabel = "DELTA", description = "The delta to write.")
        private Path delta;

        @Option(
                names = "--form",
                paramLabel = "FORM",
                description =
                        "rdiff, which rdiff patch applies too, or lanyard, which is smaller and"
                                + " shows what is missing of it. Default: rdiff.")
        private Form form = Form.RDIFF;

        Match(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void make() throws CommandFailure, IOException {
            try (DeltaInput sums = input(signature);
                    DeltaInput target = input(now);
                    DeltaOutput out = output(delta);
                    ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
                Matcher matcher = new Matcher(read(sums), new SecureRandom().nextLong());
                DeltaWriter writer = new DeltaWriter(form, out::write);
                matcher.match(
                        target::read,
                        target.sizeBytes(),
                        Long.MAX_VALUE,
                        writer,
                        executor,
                        THREADS);
                writer.finish();
                out.finish();
            }
        }

        private static Signature read(DeltaInput sums) throws IOException {
            try {
                if (sums.sizeBytes() > SignatureForm.BYTES_MAX) {
                    throw new MalformedException("it has %d bytes".formatted(sums.sizeBytes()));
                }
                ByteBuffer bytes = ByteBuffer.allocate((int) sums.sizeBytes());
                sums.forEach(
                        piece ->
                                bytes.put(piece.limit(Math.min(piece.limit(), bytes.remaining()))));
                return SignatureForm.read(bytes.flip());
            } catch (MalformedException e) {
                throw new IOException(
                        "%s is no signature of lanyard (%s); make one with: lanyard delta signature OLD SIG"
                                .formatted(shown(sums.path()), e.getMessage()),
                        e);
            }
        }
    }

    /** {@code lanyard delta patch}. */
    @Command(description = "Make the new file of the old one and a delta, also one of rdiff.")
    static final class Patch extends OnFiles {
        @Parameters(index = "0", paramLabel = "OLD", description = "The old file.")
        private Path old;

        @Parameters(index = "1", paramLabel = "DELTA", description = "The delta.")
        private Path delta;

        @Parameters(index = "2", paramLabel = "OUT", description = "The new file to write.")
        private Path made;

        Patch(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void make() throws CommandFailure, IOException {
            try (DeltaInput basis = input(old);
                    DeltaInput steps = input(delta);
                    DeltaOutput out = output(made)) {
                Patched patched = new Replaced(basis, out);
                Patcher patcher =
                        new Patcher(basis::read, basis.sizeBytes(), Long.MAX_VALUE, patched);
                DeltaReader reader = new DeltaReader(EnumSet.allOf(Form.class), patcher);
                steps.forEach(reader::update);
                reader.finish();
                out.finish();
            } catch (MalformedException e) {
                throw new IOException(
                        "%s cannot be applied to %s (%s); make it anew, with a signature of that file"
                                .formatted(shown(delta), shown(old), e.getMessage()),
                        e);
            }
        }
    }

    /** What is patched goes to a file. */
    private record Replaced(DeltaInput basis, DeltaOutput out) implements Patched {
        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            out.write(bytes);
        }

        @Override
        public long copy(long basisOffset, long targetOffset, long lengthBytes) throws IOException {
            return out.copy(basis, basisOffset, lengthBytes);
        }
    }
}
