package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Message.Retired;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The fields of the message that gives a new share key. */
final class KeyForm {
    private static final int NODES_BYTES_MAX = KeyRing.NODES_MAX * NodeId.LENGTH;

    private KeyForm() {}

    static void write(CborOut out, HandOver handOver) {
        out.begin(3)
                .bytes(handOver.present().bytes())
                .list(handOver.former(), KeyForm::retired)
                .bytes(bytes(handOver.listed()))
                .end();
    }

    static Message handOver(CborIn in) throws ProtocolViolation {
        return new HandOver(
                ShareKey.of(in.bytes("share key", ShareKey.LENGTH)),
                in.list("former keys", KeyRing.FORMER_MAX, KeyForm::retired),
                listed(in));
    }

    private static void retired(CborOut out, Retired retired) {
        out.begin(2).bytes(retired.key().bytes()).number(retired.left().toSeconds()).end();
    }

    private static Retired retired(CborIn in) throws ProtocolViolation {
        in.begin("former key");
        Retired retired =
                new Retired(
                        ShareKey.of(in.bytes("share key", ShareKey.LENGTH)),
                        Duration.ofSeconds(
                                in.number("seconds left", 1L, KeyRing.KEPT.toSeconds())));
        in.end("former key");
        return retired;
    }

    private static byte[] bytes(Set<NodeId> nodes) {
        byte[] bytes = new byte[nodes.size() * NodeId.LENGTH];
        List<NodeId> sorted = nodes.stream().sorted().toList();
        for (int i = 0; i < sorted.size(); i++) {
            sorted.get(i).writeTo(bytes, i * NodeId.LENGTH);
        }
        return bytes;
    }

    private static Set<NodeId> listed(CborIn in) throws ProtocolViolation {
        byte[] bytes = in.bytes("listed", 0, NODES_BYTES_MAX);
        if (bytes.length % NodeId.LENGTH != 0) {
            throw new ProtocolViolation(
                    "listed of %d bytes (expected a multiple of %d)"
                            .formatted(bytes.length, NodeId.LENGTH));
        }
        Set<NodeId> nodes = new HashSet<>();
        for (int at = 0; at < bytes.length; at += NodeId.LENGTH) {
            nodes.add(NodeId.of(bytes, at));
        }
        return nodes;
    }
}
