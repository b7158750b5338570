/**
 * Whole nodes on real folders and real sockets. {@link dev.lanyard.it.Share} runs several nodes in
 * this process, {@link dev.lanyard.it.Program} starts the real program through its launcher.
 *
 * <p>What must never go wrong has a number, and which tests try it, here and in the other modules:
 *
 * <pre>
 * D1   InotifyWatcherTest, LossesTest, ScannerFaultTest
 * D2   DeletesTest, ScannerFaultTest
 * D3   LossesTest, ScannerFaultTest
 * D4   ContinuityTest, IndexFileTest, StatelessTest
 * D5   ContinuityTest, ContinuityWorldTest, LossesTest, SameIdTest
 * D6   LossesTest
 * D7   StatelessTest
 * D8   LossesTest
 * D9   KeptHistoriesTest, LossesTest, OneFileSimulationTest, ScannerTest
 * D10  CanonicalEntryTest, LossesTest
 * D11  LossesTest
 * D12  JustChangedTest, KeptHistoriesTest, LossesTest, ScannerTest
 * D13  DirectoriesTest, ScannerTest, StepTest
 * D14  CoarseTimesTest
 * D15  LossesTest, SimulationTest, StepTest
 * D16  LossesTest, ScannerTest, StepTest
 * D17  LossesTest, ScannerTest, TransfersTest
 * D18  LossesTest, ScannerTest
 * D19  StepTest, TransfersTest
 * D20  CrashTest, KeptHistoriesTest, SimulationTest
 * D21  KeptHistoriesTest, LossesTest, ScannerTest, StepTest
 * D22  DirectoriesTest, ScannerTest, StepTest
 * D23  ClashesTest, NamedDiskTest, NamesTest
 * D24  ClashesTest, NamedDiskTest, NamesTest, WorldTest
 * D25  NamedDiskTest, NamesTest
 * D26  NamesTest
 * D27  IgnoreTest
 * D28  KeptHistoriesTest, RenamesTest
 * D29  RenamesTest
 * D30  LossesTest
 * D31  LossesTest
 * D32  LongAwayTest, HorizonTest
 * D33  TreesOfAllKindsTest
 * D34  InotifyWatcherTest, TreesOfAllKindsTest
 * D35  InotifyWatcherTest, PressureTest
 * D36  InotifyWatcherTest, TreesOfAllKindsTest
 * D37  OverflowPaceTest, PressureTest
 * D38  DeletesTest, RenamesTest
 * D39  DirectoriesTest, ScannerTest
 * D40  PatcherTest
 * D41  MatcherTest, SparseTest
 * D42  MatcherTest
 * D43  MatcherTest
 * D44  HostileFramesTest, NamedDiskTest, NamesTest, RelativePathTest
 * D45  LinuxTreeTest
 * D46  LinuxTreeTest
 * D47  DeltaFormTest, FuzzTest, HostileFramesTest, PatcherTest, SignatureFormTest
 * D48  SessionTest
 * D49  RowsTest
 * D50  DecisionJournalTest, ExplainingTest, RelativePathTest, StartTest
 * D51  RefusalsTest (by a disk that refuses as Windows does)
 * D52  RefusalsTest (Linux only so far: a flush that is refused is never taken for one)
 * D53  IgnoreTest, KilledTest
 * D54  IgnoreTest
 * D55  SessionTest
 * P1   InotifyWatcherTest, LinuxTreeTest, MirrorLimitsTest, MirrorTest, ScannerTest, TreesOfAllKindsTest
 * P2   LinuxTreeTest, MirrorTest, ScannerTest, TreesOfAllKindsTest
 * P3   LinuxUnprivilegedTest, MirrorUnprivilegedTest, ScannerFaultTest, UnprivilegedNodeTest
 * P4   MirrorLimitsTest, TransfersTest, TreesOfAllKindsTest
 * P5   LinuxTreeTest, MirrorLimitsTest, MirrorTest, ProgramTest, ScannerTest
 * P6   HabitsTest, InotifyWatcherTest, LinuxFilesTest, MirrorMendsTest, MirrorTest, StepTest
 * P7   MirrorTest, RenamesTest
 * P8   ExplainingTest, MirrorTest
 * P9   RealServiceTest, ServiceTest, ServicesTest
 * P10  ApplierTest, CrashTest, KilledAtEveryCallTest, KilledTest, LossesTest, MirrorLimitsTest, MirrorTest, ProgramTest, TurmoilTest
 * P11  InotifyWatcherTest, MirrorTest, TreesOfAllKindsTest
 * P12  MirrorDrivesTest, MirrorTest
 * S1   DeletesTest, ExplainingTest, InotifyWatcherTest, ScannerFaultTest
 * S2   HabitsTest
 * S3   ClashesTest, NamesTest
 * S4   ClashesTest, NamesTest, WorldTest
 * S5   ScannerFaultTest
 * S6   DirectoriesTest, ScannerTest
 * S7   DirectoriesTest
 * S8   HostileFramesTest
 * S9   BehindLinksTest
 * S10  IgnoreTest
 * S11  IgnoreTest
 * S12  OneFileSimulationTest, OneFileTest, SimulationTest, StepTest
 * S13  SimulationTest, StepTest
 * S14  RefusalsTest, StepTest
 * S15  DirectoriesTest, StepTest
 * S16  DirectoriesTest, StepTest
 * S17  IgnoreTest, OneWayTest
 * S18  DirectoriesTest
 * S19  StatelessTest
 * S20  HabitsTest
 * S21  RowsTest
 * S22  HabitsTest
 * S23  HabitsTest
 * S24  CoarseTimesTest
 * S25  CoarseTimesTest
 * S26  DirectoriesTest
 * S27  DirectoriesTest
 * S28  RowsTest
 * S29  KeptHistoriesTest, OneFileSimulationTest, OneFileTest, SimulationTest, StormsTest, TurmoilTest
 * S30  HabitsTest
 * S31  HabitsTest
 * S32  PressureTest, SqliteIndexTest
 * S33  DeletesTest, RefusalsTest
 * </pre>
 */
@NullMarked
package dev.lanyard.it;

import org.jspecify.annotations.NullMarked;
