package dev.lanyard.it.simulation;

import static dev.lanyard.it.simulation.Move.Kind.APPLY;
import static dev.lanyard.it.simulation.Move.Kind.CLOCK;
import static dev.lanyard.it.simulation.Move.Kind.CONNECT;
import static dev.lanyard.it.simulation.Move.Kind.CUT;
import static dev.lanyard.it.simulation.Move.Kind.DECOMPOSE;
import static dev.lanyard.it.simulation.Move.Kind.DELIVER;
import static dev.lanyard.it.simulation.Move.Kind.FAULTS;
import static dev.lanyard.it.simulation.Move.Kind.FOLD;
import static dev.lanyard.it.simulation.Move.Kind.IGNORE;
import static dev.lanyard.it.simulation.Move.Kind.KILL;
import static dev.lanyard.it.simulation.Move.Kind.KILL_AMID;
import static dev.lanyard.it.simulation.Move.Kind.PAUSE;
import static dev.lanyard.it.simulation.Move.Kind.POWER_CUT;
import static dev.lanyard.it.simulation.Move.Kind.POWER_CUT_AMID;
import static dev.lanyard.it.simulation.Move.Kind.REPORT;
import static dev.lanyard.it.simulation.Move.Kind.REUSE;
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

/**
 * Histories that once failed, as short as they could be made. Whoever changes what follows from a
 * number makes them other histories: each is then to be seen to fail again without its mend.
 */
class KeptHistoriesTest extends QuietTest {
    private static Move move(Move.Kind kind, int machine, int number) {
        return new Move(kind, machine, number);
    }

    private static void assertFine(History history) {
        assertThat(Simulator.failure(history)).isNull();
    }

    /** A file is hashed, changes once more in the same tick, and before it is hashed again... */
    private static History changedTwiceAndThen(long seed, Move last) {
        return new History(
                seed,
                2,
                List.of(
                        move(USE, 0, -1228456937),
                        move(RUN, 0, 1990931212),
                        move(RUN, 0, -1305176517),
                        move(RUN, 0, 185636542),
                        move(RUN, 1, -1819659639),
                        move(USE, 0, -1962612913),
                        last));
    }

    @Test
    @DisplayName(
            "D9 D12: the clock is set back before a file is hashed again that changed twice in one tick")
    void theClockIsSetBackBeforeTheSecondLook() {
        assertFine(changedTwiceAndThen(5108L, move(CLOCK, 0, -424426920)));
    }

    @Test
    @DisplayName(
            "D12: the process ends before a file is hashed again that changed twice in one tick")
    void theProcessEndsBeforeTheSecondLook() {
        assertFine(changedTwiceAndThen(0L, move(KILL, 0, 0)));
    }

    @Test
    @DisplayName("D12: what the second look found is told too late to be used")
    void whatTheSecondLookFoundIsOutdated() {
        assertFine(
                new History(
                        5353L,
                        2,
                        List.of(
                                move(USE, 0, -597885193),
                                move(RUN, 0, 1860233022),
                                move(STEP, 0, -73768687),
                                move(RUN, 0, -1836700596),
                                move(RUN, 0, -1078720822),
                                move(RUN, 1, -1894166736),
                                move(USE, 0, 1796275272),
                                move(WAIT, 0, 757887388),
                                move(STEP, 0, -1621735605))));
    }

    @Test
    @DisplayName("D12: a user writes to a file in the tick in which the node put it in place")
    void writtenInTheTickOfTheNodeItself() {
        assertFine(
                new History(
                        105L,
                        2,
                        List.of(
                                move(USE, 0, -548596169),
                                move(RUN, 0, -1260474081),
                                move(RUN, 0, -976578881),
                                move(RUN, 1, -1645833420),
                                move(RUN, 1, 1588243571),
                                move(RUN, 0, 1806852109),
                                move(RUN, 1, 445201926),
                                move(RUN, 1, 1355667346),
                                move(USE, 1, 1482254617))));
    }

    @Test
    @DisplayName("D12: the node sets the mode of a file that changed twice in one tick")
    void theModeIsSetBeforeTheSecondLook() {
        assertFine(
                new History(
                        1183L,
                        2,
                        List.of(
                                move(USE, 0, 154631367),
                                move(RUN, 0, -419901577),
                                move(RUN, 0, 172747101),
                                move(RUN, 0, -668725340),
                                move(RUN, 1, 1646563988),
                                move(USE, 0, -912442899),
                                move(RUN, 1, 2097553939),
                                move(USE, 1, 784978513))));
    }

    @Test
    @DisplayName("D28 S29: a file is edited while somebody else renames it to and fro")
    void editedWhileItIsRenamedToAndFro() {
        assertFine(
                new History(
                        75467L,
                        4,
                        List.of(
                                move(USE, 0, -637342846),
                                move(RUN, 0, 359563136),
                                move(RUN, 0, 1619352836),
                                move(USE, 0, -2111048414),
                                move(RUN, 0, -2085262695),
                                move(RUN, 0, 1389087161),
                                move(PAUSE, 0, -1515019399),
                                move(RUN, 0, -1488393833),
                                move(RUN, 3, -1313746082),
                                move(USE, 0, -1245324114),
                                move(RUN, 3, 1836810082),
                                move(USE, 3, -1392732064))));
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

    @Test
    @DisplayName("D28: an edit does not follow to where its author holds something else")
    void aFileOfTheSameNameIsHeldWhereTheEditWouldFollow() {
        assertFine(
                new History(
                        4964L,
                        4,
                        List.of(
                                move(USE, 3, 1002253506),
                                move(USE, 3, -562760000),
                                move(RUN, 3, 381276937),
                                move(USE, 3, -1170463922),
                                move(USE, 3, 1731173739),
                                move(RUN, 3, 983037820),
                                move(RUN, 3, 759556616),
                                move(RUN, 0, -1634999061),
                                move(RUN, 1, -13608278),
                                move(RUN, 1, 188450983),
                                move(USE, 1, -653137344),
                                move(CONNECT, 0, -266818022),
                                move(RUN, 1, -163278591),
                                move(USE_AMID, 0, 2031453884),
                                move(USE, 0, -706692886),
                                move(RUN, 1, 1314514955),
                                move(RUN, 0, 1088994425),
                                move(RUN, 0, 931505785),
                                move(USE, 0, -1431464078),
                                move(RUN, 1, -121622895),
                                move(USE, 1, 1238705020))));
    }

    @Test
    @DisplayName("D28: an edit that follows to where a link comes to be is listed as a conflict")
    void aLinkComesToBeWhereTheEditFollows() {
        assertFine(
                new History(
                        47959L,
                        3,
                        List.of(
                                move(USE, 0, 1681734895),
                                move(CUT, 1, 1366730291),
                                move(RUN, 0, -863364706),
                                move(RUN, 0, 576640486),
                                move(STEP, 0, 1383601868),
                                move(RUN, 2, -1696475507),
                                move(STEP, 2, 1535021451),
                                move(USE, 0, 466603355),
                                move(WATCH, 2, -854857746),
                                move(APPLY, 2, 1880829734),
                                move(RUN, 0, 1803345907),
                                move(STEP, 2, -1647363012),
                                move(USE, 2, 1072362572),
                                move(SCAN, 2, 974629653),
                                move(REPORT, 2, -1392843073),
                                move(USE, 2, -1275030535),
                                move(RUN, 0, -1365926291))));
    }

    @Test
    @DisplayName("D12: a link becomes another one with all that can be seen of it as before")
    void aLinkIsMadeAnewInOneTick() {
        assertFine(
                new History(
                        4510L,
                        4,
                        List.of(
                                move(REUSE, 0, 1040173230),
                                move(USE, 0, -1118399200),
                                move(RUN, 0, -902236355),
                                move(RUN, 0, -620100151),
                                move(USE, 0, -809720421))));
    }

    @Test
    @DisplayName("S3 S4: a disk that folds names fails while a node starts on it")
    void namesCannotBeFoundOutAbout() {
        assertFine(
                new History(
                        126L,
                        3,
                        List.of(
                                move(FOLD, 1, -1049329579),
                                move(FAULTS, 1, 1461615208),
                                move(POWER_CUT, 1, 1306179336),
                                move(START, 1, 729248917),
                                move(USE, 0, -472161192),
                                move(START, 1, -46484327),
                                move(START, 1, 588339653),
                                move(USE, 0, -1812105845),
                                move(START, 1, 405614212))));
    }

    @Test
    @DisplayName(
            "D54 S10: rules that could not be read are read later, though their file looks the same")
    void rulesThatCouldNotBeRead() {
        assertFine(
                new History(
                        20743L,
                        4,
                        List.of(
                                move(USE, 1, 985189809),
                                move(WATCH, 1, 1880582097),
                                move(IGNORE, 1, -299262737),
                                move(RUN, 1, 1028354310),
                                move(RUN, 1, 1454858225),
                                move(USE, 1, 1461753736),
                                move(WAIT, 1, 1144107064),
                                move(RUN, 1, -484505699),
                                move(FAULTS, 1, -307012204),
                                move(USE, 1, -581165867),
                                move(IGNORE, 1, -1686804519),
                                move(RUN, 1, 146599534),
                                move(RUN, 1, 795674965))));
    }

    @Test
    @DisplayName(
            "D28: an edit that follows into a directory that is no more is listed as a conflict")
    void theEditFollowsIntoADirectoryThatIsNoMore() {
        assertFine(
                new History(
                        48818L,
                        2,
                        List.of(
                                move(USE, 0, 1502996426),
                                move(WATCH, 0, -980320523),
                                move(RUN, 0, -362367287),
                                move(STEP, 0, -1119640222),
                                move(RUN, 1, -1983132624),
                                move(RUN, 1, -1488960009),
                                move(USE, 0, -1778385439),
                                move(USE, 1, 115411003),
                                move(RUN, 1, -37877914),
                                move(STEP, 1, -1652701857),
                                move(RUN, 1, -457890942),
                                move(USE, 1, 97950569),
                                move(USE, 0, -1562881271),
                                move(STEP, 1, -41611051))));
    }

    @Test
    @DisplayName("S12: who replaces a file while a node recovers it has made an edit")
    void replacedWhileANodeRecovers() {
        assertFine(
                new History(
                        205053L,
                        3,
                        List.of(
                                move(FOLD, 1, -1703001544),
                                move(USE, 1, -1773870470),
                                move(USE, 0, -1647033728),
                                move(RUN, 1, -1284279830),
                                move(WATCH, 0, 882220764),
                                move(RUN, 1, 575113571),
                                move(RUN, 0, -1329504963),
                                move(KILL_AMID, 1, -1041450333),
                                move(USE, 1, 1083660968),
                                move(RUN, 0, -1932858860),
                                move(RUN, 1, -94350849),
                                move(CLOCK, 1, -1304481864),
                                move(RUN, 1, -1839057814),
                                move(USE_AMID, 1, 416538621),
                                move(START, 1, 1684741610))));
    }

    @Test
    @DisplayName("S12: a mode that is set while a node recovers is not hidden behind the node's")
    void modeSetWhileANodeRecovers() {
        assertFine(
                new History(
                        105204L,
                        4,
                        List.of(
                                move(USE, 1, 885478588),
                                move(RUN, 1, 1173166143),
                                move(RUN, 1, -109990917),
                                move(RUN, 1, -1055395050),
                                move(USE, 2, -835539309),
                                move(KILL_AMID, 2, -2144005016),
                                move(RUN, 2, -639557607),
                                move(STEP, 2, -152575813),
                                move(RUN, 2, 2096605910),
                                move(USE_AMID, 2, 563471306),
                                move(START, 2, -842547545))));
    }

    @Test
    @DisplayName("D20: what was never put in place is not put there torn, though its batch is done")
    void tornInStagingThoughItsBatchIsDurable() {
        assertFine(
                new History(
                        1010225L,
                        4,
                        List.of(
                                move(USE, 2, -1267378027),
                                move(WATCH, 2, 2105118947),
                                move(USE, 2, 1147051643),
                                move(RUN, 2, 496120679),
                                move(USE, 2, 56826100),
                                move(RUN, 2, 1824636857),
                                move(RUN, 1, 84772570),
                                move(RUN, 2, 1984564193),
                                move(USE, 1, -574097861),
                                move(USE, 1, -1384543961),
                                move(RUN, 1, -866808115),
                                move(RUN, 1, 928281591),
                                move(FAULTS, 1, 1542690616),
                                move(POWER_CUT_AMID, 1, -702696506),
                                move(RUN, 1, 1411494762),
                                move(USE, 1, -759682557))));
    }

    @Test
    @DisplayName(
            "D28: what a user makes where an edit of this machine is to follow has not seen it")
    void overtakenWhereItIsToFollow() {
        assertFine(
                new History(
                        1010465L,
                        4,
                        List.of(
                                move(USE, 0, 870654757),
                                move(RUN, 0, -50248083),
                                move(RUN, 0, 1809595348),
                                move(USE, 1, -1784041826),
                                move(RUN, 0, 524110683),
                                move(WAIT, 1, 953673768),
                                move(RUN, 2, -980151568),
                                move(WATCH, 2, 1434285657),
                                move(USE, 2, -331329497),
                                move(RUN, 2, 1032263518),
                                move(USE, 2, -7357913),
                                move(USE, 0, 49629665),
                                move(RUN, 0, 1728107567),
                                move(RUN, 2, -1197803260),
                                move(RUN, 2, 224348018),
                                move(USE, 0, -9282721),
                                move(STEP, 2, 716298425),
                                move(RUN, 0, 385308891),
                                move(RUN, 0, -1601637903))));
    }

    @Test
    @DisplayName(
            "D20: what is written to a file that was just put in place is found after a power cut")
    void writtenToJustAfterItWasPlaced() {
        assertFine(
                new History(
                        1196230L,
                        4,
                        List.of(
                                move(USE, 1, -1867376124),
                                move(USE, 0, -567096873),
                                move(USE, 0, -1736281040),
                                move(USE, 1, 1411972831),
                                move(RUN, 0, 1984045971),
                                move(USE, 3, 1494039581),
                                move(RUN, 0, 149419490),
                                move(USE, 1, -1622357817),
                                move(STEP, 0, 1733337765),
                                move(USE, 1, -1183892905),
                                move(RUN, 2, 1614555225),
                                move(RUN, 2, 861441796),
                                move(USE, 2, 1532404574),
                                move(USE, 2, 220595272),
                                move(USE, 2, -925860073),
                                move(USE, 2, -130867757),
                                move(POWER_CUT, 2, -991907048))));
    }

    @Test
    @DisplayName("D20 D9: the same where the clock was set back before it was put in place")
    void writtenToJustAfterItWasPlacedByAnEarlierClock() {
        assertFine(
                new History(
                        3016845L,
                        3,
                        List.of(
                                move(DECOMPOSE, 2, 1372412106),
                                move(USE, 0, -298523708),
                                move(CLOCK, 1, -2130398716),
                                move(KILL, 0, 1319848754),
                                move(USE, 1, 1524892500),
                                move(START, 0, -2079691494),
                                move(POWER_CUT, 0, -256878516),
                                move(START, 0, 948129752),
                                move(RUN, 0, -1020864122),
                                move(RUN, 1, 1473661919),
                                move(USE, 1, -1051755337),
                                move(WATCH, 1, -967383984),
                                move(CONNECT, 0, -459658363),
                                move(CLOCK, 0, -1503247512),
                                move(RUN, 1, -1182083708),
                                move(RUN, 1, 1075315551),
                                move(RUN, 0, 616102592),
                                move(RUN, 0, -1861454374),
                                move(USE, 0, -654810616),
                                move(USE, 0, 365799494),
                                move(POWER_CUT, 0, 955477172))));
    }

    @Test
    @DisplayName(
            "D28: an edit that follows, and loses there, is listed also where its old name is used again")
    void overwrittenWhereItWasRenamedFrom() {
        assertFine(
                new History(
                        4517793L,
                        4,
                        List.of(
                                move(FOLD, 1, -1078968215),
                                move(USE, 2, 1308216137),
                                move(RUN, 2, 401757260),
                                move(RUN, 2, 1308303142),
                                move(USE, 0, 1306615676),
                                move(STEP, 2, 1851723410),
                                move(WATCH, 0, -1218832344),
                                move(STEP, 0, -1562537156),
                                move(SCAN, 0, 373113704),
                                move(REPORT, 0, -755373248),
                                move(STEP, 0, 322663219),
                                move(RUN, 1, -984015462),
                                move(RUN, 1, 1759793730),
                                move(RUN, 1, -1361387717),
                                move(RUN, 0, -914695231),
                                move(USE, 1, -1522693519),
                                move(CUT, 0, 684608797),
                                move(RUN, 0, -693126085),
                                move(RUN, 1, 225434373),
                                move(USE, 1, -1796730990),
                                move(USE, 0, 52732257),
                                move(RUN, 1, -1889114644),
                                move(RUN, 0, -1237952986),
                                move(RUN, 0, 430112113),
                                move(USE, 1, 1345071778))));
    }

    @Test
    @DisplayName(
            "D28: the same where what takes its old name was made before the edit was heard of")
    void overwrittenByWhoNeverSawIt() {
        assertFine(
                new History(
                        4511335L,
                        3,
                        List.of(
                                move(USE, 0, -329149096),
                                move(WATCH, 0, -1857254395),
                                move(RUN, 0, -1839744918),
                                move(USE, 2, -1280809980),
                                move(RUN, 0, 1046732238),
                                move(USE, 1, 976845485),
                                move(RUN, 2, 128881428),
                                move(PAUSE, 1, 68705296),
                                move(USE, 1, 483358583),
                                move(CUT, 0, 2120333225),
                                move(RUN, 2, 1674452882),
                                move(USE, 1, -1666175763),
                                move(USE, 2, 1717961129),
                                move(STEP, 1, -999970622),
                                move(RUN, 0, 59339775),
                                move(USE, 0, 2025255656),
                                move(RUN, 0, 544201475),
                                move(CLOCK, 1, -1488310478),
                                move(APPLY, 1, 848984255))));
    }

    @Test
    @DisplayName("D54: what is ignored for a moment while it is brought is not put back in time")
    void ignoredForAMomentWhileItIsBrought() {
        assertFine(
                new History(
                        5177558L,
                        4,
                        List.of(
                                move(DECOMPOSE, 1, 976620723),
                                move(USE, 3, 197567358),
                                move(USE, 2, 1412610535),
                                move(CUT, 1, -1399879850),
                                move(USE, 3, 1656726135),
                                move(RUN, 2, -771879977),
                                move(USE, 3, -1238692592),
                                move(WATCH, 3, 1156765996),
                                move(RUN, 3, -1825926098),
                                move(RUN, 2, -960497319),
                                move(RUN, 2, -1155953646),
                                move(RUN, 3, -954953856),
                                move(USE, 3, 2097021888),
                                move(RUN, 2, -1607039018),
                                move(WATCH, 2, -1108362573),
                                move(IGNORE, 2, -1871058395),
                                move(RUN, 3, 833003138),
                                move(RUN, 3, 450296312),
                                move(RUN, 2, 87167187),
                                move(CUT, 3, 549308420),
                                move(RUN, 2, -1116486917),
                                move(CONNECT, 2, 1046555317),
                                move(USE, 3, 435278109),
                                move(RUN, 2, 1377701991),
                                move(RUN, 3, -834905935),
                                move(RUN, 3, -464175053),
                                move(RUN, 1, -1164376550),
                                move(DELIVER, 2, 949377014),
                                move(RUN, 3, -1204395383),
                                move(CUT, 2, -1301263928),
                                move(IGNORE, 2, -1401964891),
                                move(DELIVER, 2, -2052467693))));
    }

    @Test
    @DisplayName(
            "D28: what is made where all renamed a directory from is no edit of what was there")
    void madeAnewWhereAllRenamedItFrom() {
        assertFine(
                new History(
                        6213853L,
                        4,
                        List.of(
                                move(DECOMPOSE, 1, -2100290897),
                                move(USE, 3, -1404639170),
                                move(RUN, 3, 1309741132),
                                move(RUN, 3, 982220000),
                                move(RUN, 3, -1393197594),
                                move(RUN, 0, 1853819801),
                                move(RUN, 0, -1146609668),
                                move(USE, 3, -998510228),
                                move(USE, 0, 1943024562),
                                move(USE, 0, 5351264))));
    }

    @Test
    @DisplayName(
            "D28: the same where the look that finds the renamed file finds also what was made anew")
    void madeAnewAndFoundWithTheRename() {
        assertFine(
                new History(
                        6063923L,
                        4,
                        List.of(
                                move(FOLD, 1, 1921323081),
                                move(USE, 0, -91635262),
                                move(USE, 0, -2102243231),
                                move(USE, 3, -739624813),
                                move(USE, 0, -2047017111),
                                move(PAUSE, 3, 1478055152),
                                move(RUN, 0, -1036320062),
                                move(USE, 0, -759097462),
                                move(USE_AMID, 1, -994750836),
                                move(RUN, 0, 1050167062),
                                move(PAUSE, 3, 165445944),
                                move(STEP, 0, -1819994082),
                                move(RUN, 1, -498002711),
                                move(RUN, 0, 1319451720),
                                move(WATCH, 1, 1209303881),
                                move(USE_AMID, 1, 306624755),
                                move(RUN, 1, 1787554119),
                                move(STEP, 1, 710114881),
                                move(RUN, 1, -1697852048),
                                move(RUN, 3, -1695996424),
                                move(RUN, 1, 2027112004),
                                move(WAIT, 3, -2054722110),
                                move(RUN, 3, 1199577984),
                                move(RUN, 1, 1319110622),
                                move(RUN, 3, 1606580317),
                                move(RUN, 3, 1644537553),
                                move(RUN, 0, 1418037815),
                                move(RUN, 1, -728232122),
                                move(USE, 3, 2016837661),
                                move(USE, 3, -927202257),
                                move(USE, 1, 656917725))));
    }

    @Test
    @DisplayName("D20: what a power cut tore while it was displaced is kept apart")
    void tornWhileItWasDisplaced() {
        assertFine(
                new History(
                        10002546L,
                        4,
                        List.of(
                                move(USE, 0, 2063068199),
                                move(RUN, 0, -1510106290),
                                move(USE, 0, -1644947427),
                                move(USE, 2, -586998259),
                                move(USE, 0, 1818750408),
                                move(USE, 2, -1596498394),
                                move(RUN, 0, -1785013982),
                                move(USE, 2, -1894969167),
                                move(RUN, 0, -2131413511),
                                move(RUN, 2, -70998471),
                                move(RUN, 2, 1738762292),
                                move(RUN, 2, -196854746),
                                move(RUN, 2, -956455731),
                                move(POWER_CUT_AMID, 0, -1046541593),
                                move(USE, 0, -704986231),
                                move(RUN, 0, -1979499361),
                                move(USE, 0, 2089334579))));
    }

    @Test
    @DisplayName("D28: what was made where somebody had deleted follows nobody else's rename")
    void madeAnewOverADeletionThatWasARename() {
        assertFine(
                new History(
                        10132145L,
                        4,
                        List.of(
                                move(FOLD, 1, -23659305),
                                move(USE, 1, 1665447418),
                                move(RUN, 1, 1587858244),
                                move(USE, 1, 2091740947),
                                move(RUN, 1, -557021325),
                                move(RUN, 1, 1413007344),
                                move(RUN, 3, 125630401),
                                move(STEP, 3, -1440552518),
                                move(USE, 1, -116747434),
                                move(APPLY, 3, 1211958221),
                                move(USE, 3, -1805393605),
                                move(USE, 2, -941602749),
                                move(USE, 3, 1557897060),
                                move(RUN, 3, 483113670),
                                move(RUN, 3, -1405302357))));
    }

    @Test
    @DisplayName("D20: what a power cut tore before the clock was set is looked at")
    void tornBeforeTheClockWasSet() {
        assertFine(
                new History(
                        11059292L,
                        3,
                        List.of(
                                move(IGNORE, 0, 2083565903),
                                move(WATCH, 0, 1606987553),
                                move(RUN, 0, -635999535),
                                move(RUN, 0, 1815192990),
                                move(RUN, 0, -43057583),
                                move(RUN, 1, 232428425),
                                move(USE, 0, 880707576),
                                move(POWER_CUT, 0, 1837702080),
                                move(FAULTS, 0, 205611744),
                                move(USE, 0, -936141754),
                                move(START, 0, 25286908),
                                move(CLOCK, 0, -821160862),
                                move(USE, 0, -1794651933),
                                move(USE, 0, -2009953846),
                                move(START, 0, -1005332475),
                                move(RUN, 0, 78393725),
                                move(RUN, 0, -840356879),
                                move(STEP, 0, -1487883082),
                                move(KILL, 0, 1725963660))));
    }
}
