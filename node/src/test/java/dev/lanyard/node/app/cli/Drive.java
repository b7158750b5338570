package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A drive for a test: an image of a file system, mounted by the kernel. Tests without it skip. */
final class Drive implements AutoCloseable {
    final Path folder;
    private final Path image;
    private final String type;

    private Drive(Path folder, Path image, String type) {
        this.folder = folder;
        this.image = image;
        this.type = type;
    }

    /** A fresh drive that is plugged in at {@code folder}, which is made. */
    static Drive plugged(Path folder, String type, int megabytes) throws Exception {
        Files.createDirectory(folder);
        assumeThat((int) Files.getAttribute(folder, "unix:uid"))
                .as("the user, of whom only root may mount")
                .isZero();
        Path image = folder.resolveSibling(folder.getFileName() + ".image");
        Drive drive = new Drive(folder, image, type);
        if (!type.equals("tmpfs")) {
            assertThat(ran("truncate", "-s", megabytes + "M", image.toString())).isEmpty();
            assumeThat(run("mkfs." + type, "-q", image.toString()))
                    .as("how mkfs.%s ended", type)
                    .isZero();
            assumeThat(drive.mount(folder)).as("how the mount of %s ended", type).isZero();
        } else {
            String size = "size=" + megabytes + "m";
            assumeThat(run("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString()))
                    .as("how the mount of a tmpfs ended")
                    .isZero();
        }
        return drive;
    }

    private int mount(Path at) throws Exception {
        return run("mount", "-t", type, "-o", "loop", image.toString(), at.toString());
    }

    /** Plugs it in again. */
    void plug() throws Exception {
        plug(folder);
    }

    /** Plugs it in at another place. */
    void plug(Path at) throws Exception {
        assertThat(mount(at)).as("how mounting %s again ended", image).isZero();
    }

    /** Takes it out as one should; whether nobody was using it. */
    boolean unplug(Path from) throws Exception {
        return run("umount", from.toString()) == 0;
    }

    /** Takes its name away, though somebody is using it. */
    void detach() throws Exception {
        assertThat(ran("umount", "-l", folder.toString())).isEmpty();
    }

    /**
     * Pulls it out at the worst moment: the journal is written, contents that were not written yet
     * are lost. From now on every access fails; {@link #unplug} comes after that.
     */
    void yank() throws Exception {
        assumeThat(run("xfs_io", "-x", "-c", "shutdown -f", folder.toString()))
                .as("how the shutdown of %s ended", type)
                .isZero();
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "-l", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** What a command says that succeeds. */
    static String ran(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** How a command ends; not 0 if there is no such command. */
    static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noSuchCommand) {
            return -1;
        }
    }
}
