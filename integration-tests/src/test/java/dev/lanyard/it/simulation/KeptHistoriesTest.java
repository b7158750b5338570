package dev.lanyard.it.simulation;

import static dev.lanyard.it.simulation.Move.Kind.APPLY;
import static dev.lanyard.it.simulation.Move.Kind.CLOCK;
import static dev.lanyard.it.simulation.Move.Kind.CONNECT;
import static dev.lanyard.it.simulation.Move.Kind.CUT;
import static dev.lanyard.it.simulation.Move.Kind.DELIVER;
import static dev.lanyard.it.simulation.Move.Kind.FAULTS;
import static dev.lanyard.it.simulation.Move.Kind.OVERFLOW;
import static dev.lanyard.it.simulation.Move.Kind.PAUSE;
import static dev.lanyard.it.simulation.Move.Kind.POWER_CUT;
import static dev.lanyard.it.simulation.Move.Kind.POWER_CUT_AMID;
import static dev.lanyard.it.simulation.Move.Kind.REPORT;
import static dev.lanyard.it.simulation.Move.Kind.RUN;
import static dev.lanyard.it.simulation.Move.Kind.SCAN;
import static dev.lanyard.it.simulation.Move.Kind.START;
import static dev.lanyard.it.simulation.Move.Kind.STEP;
import static dev.lanyard.it.simulation.Move.Kind.TRANSFER;
import static dev.lanyard.it.simulation.Move.Kind.USE;
import static dev.lanyard.it.simulation.Move.Kind.USE_AMID;
import static dev.lanyard.it.simulation.Move.Kind.WAIT;
import static dev.lanyard.it.simulation.Move.Kind.WATCH;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Histories that once failed, as short as they could be made. */
class KeptHistoriesTest extends QuietTest {
    private static Move move(Move.Kind kind, int machine, int number) {
        return new Move(kind, machine, number);
    }

    private static void assertFine(History history) {
        assertThat(Simulator.failure(history)).isNull();
    }

    @Test
    @DisplayName(
            "D9 D12: the clock is set back before a file is hashed again that changed twice in one tick")
    void theClockIsSetBackBeforeTheSecondLook() {
        assertFine(
                new History(
                        2393L,
                        2,
                        List.of(
                                move(OVERFLOW, 0, -639147638),
                                move(WATCH, 0, -1867773446),
                                move(STEP, 0, -1819651818),
                                move(USE_AMID, 0, 2037776914),
                                move(SCAN, 0, -1902646371),
                                move(USE, 0, -393677655),
                                move(CLOCK, 0, 1886230727))));
    }

    @Test
    @DisplayName(
            "D12: the process ends before a file is hashed again that changed twice in one tick")
    void theProcessEndsBeforeTheSecondLook() {
        assertFine(
                new History(
                        2717L,
                        3,
                        List.of(
                                move(USE, 0, -947836959),
                                move(WATCH, 0, 1345471624),
                                move(STEP, 0, -1455823167),
                                move(USE, 0, 1641855293),
                                move(SCAN, 0, -1341745806),
                                move(USE, 0, 406824412),
                                move(REPORT, 0, -1557431047),
                                move(STEP, 0, 1696786560),
                                move(USE, 0, 875224626),
                                move(POWER_CUT, 0, 1619532024))));
    }

    @Test
    @DisplayName("D12: what the second look found is told too late to be used")
    void whatTheSecondLookFoundIsOutdated() {
        assertFine(
                new History(
                        25359L,
                        3,
                        List.of(
                                move(PAUSE, 1, 1249939512),
                                move(USE, 2, -1577996532),
                                move(PAUSE, 0, 305024628),
                                move(USE, 1, 163277317),
                                move(USE, 1, 1007273955),
                                move(USE, 0, -1548883210),
                                move(STEP, 1, 38223346),
                                move(WATCH, 1, -695306624),
                                move(PAUSE, 1, -1046640186),
                                move(STEP, 1, 1226306868),
                                move(SCAN, 1, -1526537295),
                                move(USE, 1, -313203269),
                                move(REPORT, 1, 2128504207),
                                move(USE, 2, -325908526),
                                move(WATCH, 1, -1996555121),
                                move(WATCH, 1, 1683366730),
                                move(STEP, 1, 751122028),
                                move(USE, 1, -700458035),
                                move(SCAN, 1, 126978995),
                                move(PAUSE, 0, -1320031812),
                                move(WATCH, 1, -1419438616),
                                move(STEP, 0, -808571953),
                                move(STEP, 1, 18085304),
                                move(STEP, 1, 2009030921),
                                move(USE, 1, 567193923),
                                move(SCAN, 0, -8108341),
                                move(USE, 1, 665157735),
                                move(REPORT, 0, 1908921541),
                                move(STEP, 1, -1534349163),
                                move(WATCH, 1, 238815769),
                                move(STEP, 0, 516323772),
                                move(SCAN, 0, 74746506),
                                move(STEP, 1, -1674643322),
                                move(REPORT, 0, -1189086832),
                                move(WAIT, 0, -1290394116),
                                move(STEP, 0, -1656771397),
                                move(DELIVER, 1, -1747775559),
                                move(STEP, 1, -1588228361),
                                move(SCAN, 1, 1415949034),
                                move(STEP, 1, 638372718),
                                move(WATCH, 1, 1232768185),
                                move(SCAN, 1, 956658620),
                                move(USE, 1, 681676587),
                                move(REPORT, 1, 2104623614),
                                move(STEP, 1, 143293442),
                                move(USE, 1, -956837483),
                                move(REPORT, 1, 1793538495),
                                move(USE_AMID, 1, -950664544),
                                move(SCAN, 1, 249288308),
                                move(TRANSFER, 1, -843122560),
                                move(APPLY, 1, -2107766315),
                                move(WAIT, 2, -1391663454),
                                move(REPORT, 1, 1319249097))));
    }

    @Test
    @DisplayName("D20: what was not durable when the power went is not put in place by recovery")
    void tornContentInStaging() {
        assertFine(
                new History(
                        37087L,
                        4,
                        List.of(
                                move(USE, 0, 1153474620),
                                move(WATCH, 0, 1369817841),
                                move(USE, 3, 1620075921),
                                move(STEP, 0, -1795201455),
                                move(SCAN, 0, -676596457),
                                move(REPORT, 0, 940673527),
                                move(STEP, 0, -2059187538),
                                move(DELIVER, 3, 1182320178),
                                move(WATCH, 3, -925887949),
                                move(STEP, 3, 246519985),
                                move(SCAN, 3, 843735373),
                                move(TRANSFER, 3, -1226094119),
                                move(REPORT, 3, 41569891),
                                move(USE, 3, 644743982),
                                move(FAULTS, 3, 196886339),
                                move(TRANSFER, 3, 417579589),
                                move(STEP, 3, 1232803856),
                                move(STEP, 3, 732613176),
                                move(APPLY, 3, -829934042),
                                move(POWER_CUT, 3, 995313156),
                                move(START, 3, 218591294))));
    }

    @Test
    @DisplayName(
            "D20 D21: a node starts where a file took the place of a directory that it had written to")
    void theParentIsAFileAfterACut() {
        assertFine(
                new History(
                        23446L,
                        4,
                        List.of(
                                move(USE, 0, -726931445),
                                move(CUT, 2, 1389197178),
                                move(USE, 3, -757961053),
                                move(WATCH, 3, 1448225965),
                                move(STEP, 3, 741075198),
                                move(SCAN, 3, 26545146),
                                move(FAULTS, 3, -1191249487),
                                move(RUN, 3, 1788043553),
                                move(WATCH, 0, -189199930),
                                move(USE, 2, 610474549),
                                move(RUN, 2, 1436811669),
                                move(RUN, 3, -243873921),
                                move(USE, 2, -148727793),
                                move(STEP, 2, 1452951061),
                                move(USE_AMID, 2, -1391252436),
                                move(USE, 2, -1948364748),
                                move(USE, 3, 1710215601),
                                move(RUN, 0, 504073567),
                                move(USE, 3, 1407209894),
                                move(RUN, 2, 1949874905),
                                move(RUN, 2, 1819754677),
                                move(DELIVER, 3, 305458962),
                                move(RUN, 0, 1932456872),
                                move(RUN, 2, 1273400390),
                                move(STEP, 2, -1837187453),
                                move(USE, 3, -1136394213),
                                move(RUN, 3, -1861075472),
                                move(USE, 2, -308545660),
                                move(RUN, 3, 1780058155),
                                move(USE, 0, 2119404065),
                                move(RUN, 3, -1843268435),
                                move(RUN, 0, -2108656882),
                                move(PAUSE, 3, -116176339),
                                move(WAIT, 2, -1515017977),
                                move(PAUSE, 3, -1262760657),
                                move(RUN, 3, 349340428),
                                move(USE, 0, 959554547),
                                move(STEP, 3, 1582170860),
                                move(WATCH, 0, 434658985),
                                move(STEP, 0, -633253292),
                                move(RUN, 0, -73401796),
                                move(CUT, 0, 298468767),
                                move(POWER_CUT_AMID, 3, -1589260680),
                                move(CONNECT, 0, -323585178),
                                move(TRANSFER, 3, -375528155),
                                move(RUN, 0, 722558819),
                                move(USE, 3, -1761702327),
                                move(RUN, 3, 1749912833))));
    }
}
