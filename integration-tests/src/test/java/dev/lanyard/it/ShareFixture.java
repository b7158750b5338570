package dev.lanyard.it;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** A share in a directory of its own, whose nodes end with each test. */
abstract class ShareFixture {
    @TempDir Path base;
    Share share;

    @BeforeEach
    void openShare() {
        share = new Share(base);
    }

    @AfterEach
    void closeShare() {
        share.close();
    }
}
