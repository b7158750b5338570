package dev.lanyard.node.io.transfer;

/**
 * What the transfers of this run have moved so far: contents, not their frames.
 *
 * @param bytesReceived of contents from peers, whether they were kept or not
 * @param filesReceived contents from peers that are or were complete in staging
 * @param filesCopied contents that were found on this disk
 * @param savedByDelta bytes of contents that did not come since a delta did
 * @param savedByCopy bytes of contents that were found on this disk
 */
public record Amounts(
        long bytesReceived,
        long filesReceived,
        long bytesSent,
        long filesSent,
        long filesCopied,
        long savedByDelta,
        long savedByCopy) {}
