package dev.lanyard.it;

import org.junit.jupiter.api.BeforeEach;

import java.util.List;

/** A share with two real nodes. */
abstract class TwoNodesFixture extends ShareFixture {
    Share.Node a;
    Share.Node b;

    @BeforeEach
    void startTwo() throws Exception {
        List<Share.Node> nodes = share.start(2);
        a = nodes.getFirst();
        b = nodes.getLast();
    }
}
