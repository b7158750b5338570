package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.ProofKeys;
import dev.lanyard.protocol.session.Role;

import java.io.IOException;
import java.util.Optional;

/** A share key that never changes. */
record OneShareKey(Secret sessionKey) implements ShareKeys {
    @Override
    public ProofKeys with(NodeId peer, Role role) {
        return ProofKeys.only(sessionKey);
    }

    @Override
    public boolean shown(NodeId peer, Secret proven) {
        return proven.equals(sessionKey);
    }

    @Override
    public boolean refused(NodeId peer) {
        return false;
    }

    @Override
    public Optional<Message.HandOver> handOver(NodeId peer, Secret proven) {
        return Optional.empty();
    }

    @Override
    public boolean take(NodeId peer, Message.HandOver told) throws IOException {
        throw new IOException("this key never changes");
    }
}
