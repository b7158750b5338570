package dev.lanyard.protocol.codec;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORWriteFeature;

import java.io.OutputStream;
import java.util.List;

/** Writes the fields of a control message, one after the other. */
final class CborOut implements AutoCloseable {
    /** Texts are for people: half a character in one must not keep it from being sent. */
    private static final CBORFactory FACTORY =
            CBORFactory.builder().enable(CBORWriteFeature.LENIENT_UTF_ENCODING).build();

    private final JsonGenerator generator;

    CborOut(OutputStream to) {
        this.generator = FACTORY.createGenerator(ObjectWriteContext.empty(), to);
    }

    /** Begins an array of exactly {@code fields} fields. */
    CborOut begin(int fields) {
        generator.writeStartArray(null, fields);
        return this;
    }

    CborOut end() {
        generator.writeEndArray();
        return this;
    }

    CborOut number(long value) {
        generator.writeNumber(value);
        return this;
    }

    CborOut flag(boolean value) {
        generator.writeBoolean(value);
        return this;
    }

    CborOut bytes(byte[] value) {
        generator.writeBinary(value);
        return this;
    }

    CborOut text(String value) {
        generator.writeString(value);
        return this;
    }

    <T> CborOut list(List<T> items, Item<T> item) {
        begin(items.size());
        for (T each : items) {
            item.write(this, each);
        }
        return end();
    }

    @Override
    public void close() {
        generator.close();
    }

    /** Writes one item of a list. */
    interface Item<T> {
        void write(CborOut out, T item);
    }
}
