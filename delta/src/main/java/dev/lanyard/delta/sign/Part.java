package dev.lanyard.delta.sign;

/**
 * The sums of blocks that follow each other, for {@link SignatureBuilder#add}. Immutable once it is
 * made.
 */
public final class Part {
    /** Of so many windows of a block one is taken whose sum no other block has. */
    static final int CHOICES = 4;

    final int lengthBytes;
    final long[] strong;
    final long[] edges;
    final int[] choiceCounts;
    final long[] sums;
    final int[] anchors;

    Part(int lengthBytes, int blockCount) {
        this.lengthBytes = lengthBytes;
        this.strong = new long[2 * blockCount];
        this.edges = new long[blockCount];
        this.choiceCounts = new int[blockCount];
        this.sums = new long[CHOICES * blockCount];
        this.anchors = new int[CHOICES * blockCount];
    }

    int blockCount() {
        return edges.length;
    }

    void choose(int block, long sum, int anchor) {
        int choice = CHOICES * block + choiceCounts[block]++;
        sums[choice] = sum;
        anchors[choice] = anchor;
    }

    boolean hasChosen(int block, long sum) {
        for (int i = 0; i < choiceCounts[block]; i++) {
            if (sums[CHOICES * block + i] == sum) {
                return true;
            }
        }
        return false;
    }
}
