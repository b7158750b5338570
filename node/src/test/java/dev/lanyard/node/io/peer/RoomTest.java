package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room room = new Room(100, () -> 4);

    @Test
    void whoHasMoreThanItsShareIsRefusedWhenThereIsNoRoom() {
        assertThat(room.share()).isEqualTo(25);

        room.add(100);
        assertThat(room.isExceededBy(80)).as("there is just enough").isFalse();
        room.add(1);
        assertThat(room.isExceededBy(80)).isTrue();
        assertThat(room.isExceededBy(25)).as("it has its share").isFalse();
        room.add(-50);
        assertThat(room.isExceededBy(80)).isFalse();
    }

    @Test
    void aRoomThatNobodySharesIsOneShare() {
        assertThat(new Room(100, () -> 0).share()).isEqualTo(100);
    }
}
