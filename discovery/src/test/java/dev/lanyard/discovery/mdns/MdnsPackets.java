package dev.lanyard.discovery.mdns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSQuestion;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;

/** Good inputs of {@link MdnsFuzz}: what a node says by multicast DNS, and what it asks. */
public final class MdnsPackets {
    private static final String NAME = "ann." + MdnsFuzz.TYPE;
    private static final String HOST = "anns-laptop.local.";
    private static final int TTL_SECONDS = 120;
    private static final byte PACKET = 0;
    private static final byte TEXT = 1;

    private MdnsPackets() {}

    /** For a node that says {@code sealed}. */
    public static List<byte[]> of(byte[] sealed) throws IOException {
        byte[] text = TextRecord.of(sealed);
        DNSOutgoing answer =
                new DNSOutgoing(DNSConstants.FLAGS_QR_RESPONSE | DNSConstants.FLAGS_AA);
        for (DNSRecord record : records(text)) {
            answer.addAnswer(record, 0);
        }
        DNSOutgoing question = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
        question.addQuestion(
                DNSQuestion.newQuestion(
                        MdnsFuzz.TYPE, DNSRecordType.TYPE_PTR, DNSRecordClass.CLASS_IN, false));
        question.addQuestion(
                DNSQuestion.newQuestion(
                        NAME, DNSRecordType.TYPE_ANY, DNSRecordClass.CLASS_IN, true));
        return List.of(
                after(PACKET, answer.data()), after(PACKET, question.data()), after(TEXT, text));
    }

    private static List<DNSRecord> records(byte[] text) {
        List<DNSRecord> records = new ArrayList<>();
        DNSRecordClass in = DNSRecordClass.CLASS_IN;
        records.add(new DNSRecord.Pointer(MdnsFuzz.TYPE, in, false, TTL_SECONDS, NAME));
        records.add(new DNSRecord.Service(NAME, in, true, TTL_SECONDS, 0, 0, 22_000, HOST));
        records.add(new DNSRecord.Text(NAME, in, true, TTL_SECONDS, text));
        records.add(new DNSRecord.HostInformation(HOST, in, true, TTL_SECONDS, "cpu", "os"));
        return records;
    }

    private static byte[] after(byte first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
