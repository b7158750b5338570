package dev.lanyard.protocol;

import dev.lanyard.protocol.message.Message;

/** A noun that knows a verb. */
public abstract class NounCounterexample {
    abstract Message message();
}
