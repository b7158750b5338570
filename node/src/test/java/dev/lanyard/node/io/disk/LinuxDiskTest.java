package dev.lanyard.node.io.disk;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.nio.file.Path;
import java.util.random.RandomGenerator;

@EnabledOnOs(OS.LINUX)
final class LinuxDiskTest extends FolderContract {
    @Override
    Disk disk(Path folder) {
        return new LinuxDisk(folder, RandomGenerator.getDefault());
    }
}
