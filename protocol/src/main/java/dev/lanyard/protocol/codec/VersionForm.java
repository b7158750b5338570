package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ForVersions;
import dev.lanyard.protocol.message.Message.KeptVersion;
import dev.lanyard.protocol.message.Message.VersionsAsk;
import dev.lanyard.protocol.message.Message.VersionsTell;

import java.time.Instant;

/** The fields of the messages about what is kept in versions. */
final class VersionForm {
    private VersionForm() {}

    static void write(CborOut out, ForVersions message) {
        switch (message) {
            case VersionsAsk(long question, var path) -> {
                IndexForm.path(out.begin(2).number(question), path);
                out.end();
            }
            case VersionsTell(long question, var versions, boolean more) ->
                    out.begin(3)
                            .number(question)
                            .list(versions, VersionForm::version)
                            .flag(more)
                            .end();
        }
    }

    static Message ask(CborIn in) throws ProtocolViolation {
        return new VersionsAsk(in.number("question"), IndexForm.path(in));
    }

    static Message tell(CborIn in) throws ProtocolViolation {
        return new VersionsTell(
                in.number("question"),
                in.list("versions", VersionsTell.VERSIONS_MAX, VersionForm::version),
                in.flag("more"));
    }

    private static void version(CborOut out, KeptVersion version) {
        IndexForm.entry(out.begin(4).text(version.name()), version.entry());
        out.number(version.kept().toEpochMilli()).number(Codes.of(version.why())).end();
    }

    private static KeptVersion version(CborIn in) throws ProtocolViolation {
        in.begin("version");
        KeptVersion version =
                new KeptVersion(
                        in.text("version name", KeptVersion.NAME_CHARS_MAX),
                        IndexForm.entry(in),
                        Instant.ofEpochMilli(in.number("kept")),
                        Codes.why(in));
        in.end("version");
        return version;
    }
}
