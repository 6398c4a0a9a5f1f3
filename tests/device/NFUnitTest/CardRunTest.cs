using System.Text;
using Attune.Runs;
using Attune.Storage;
using Attune.Testing;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>
    /// A whole run over a card in memory: the same bytes on every board and on the desktop, from which the known ones come.
    /// </summary>
    [TestClass]
    public class CardRunTest
    {
        private const string Job =
            "arena = 8192\nlayers = all\nepochs = 2\nbatch = 4\nqueries = 6\nlearning-rate = 0.1\ncheckpoint-steps = 2\n";
        private const string Whole = Job + "rollback = off\n";
        private const string Adam =
            Job + "optimizer = adam\nmomentum = 0.8\naugment-flip = on\naugment-shift = 2\naugment-gain = 30\n";
        private const string Learn = "method = align+learn\n" + Job + "optimizer = momentum\n";
        private const string LearnAlone =
            "method = learn\nrollback = off\n" + Job + "batch = 1\nepochs = 1\nweight-layers = head\n";
        private const string Fqt = "method = align+fqt\n" + Job + "rounding = nearest\nerror-rounding = nearest\n";
        private const string Partly = "method = align+fqt\n" + Job + "batch = 1\nepochs = 1\nlambda-min = 0.3\n";
        private const string Hybrid = "method = align+hybrid\n" + Job + "lambda-min = 0.5\nlambda-max = 0.9\n";
        private const string Log =
            "stage,block,unit,loss,rate,correct,forwards\n"
            + "before,,,,,4,0.000000\n"
            + "align,,,,,,9.000000\n"
            + "aligned,,,,,3,9.000000\n"
            + "train,,0,0.971649,0.100000,,\n"
            + "train,,1,0.666687,0.093301,,\n"
            + "train,,2,0.185806,0.075000,,\n"
            + "train,,3,0.073619,0.050000,,\n"
            + "train,,4,0.021323,0.025000,,\n"
            + "train,,5,0.201063,0.006699,,\n"
            + "train,,,,,,195.000000\n"
            + "after,,,,,9,195.000000\n";
        private const string UndoneLog =
            "stage,block,unit,loss,rate,correct,forwards\n"
            + "before,,,,,4,0.000000\n"
            + "align,,,,,,9.000000\n"
            + "aligned,,,,,3,9.000000\n"
            + "train,,0,0.971649,0.100000,,\n"
            + "train,,,,,,40.000000\n"
            + "train-result,,,,,6,40.000000\n"
            + "train,,1,0.666687,0.093301,,\n"
            + "train,,2,0.185806,0.075000,,\n"
            + "train,,,,,,102.000000\n"
            + "train-result,,,,,9,102.000000\n"
            + "train,,3,0.073619,0.050000,,\n"
            + "train,,,,,,133.000000\n"
            + "train-result,,,,,9,133.000000\n"
            + "train,,4,0.021323,0.025000,,\n"
            + "train,,5,0.201063,0.006699,,\n"
            + "train,,,,,,195.000000\n"
            + "train-result,,,,,9,195.000000\n"
            + "after,,,,,4,195.000000\n";
        private const string LearnLog =
            "stage,block,unit,loss,rate,correct,forwards\n"
            + "before,,,,,4,0.000000\n"
            + "align,,,,,,9.000000\n"
            + "aligned,,,,,3,9.000000\n"
            + "train,,0,0.971649,0.100000,,\n"
            + "train,,1,0.691982,0.093301,,\n"
            + "train,,2,0.044143,0.075000,,\n"
            + "train,,3,0.008735,0.050000,,\n"
            + "train,,4,0.001653,0.025000,,\n"
            + "train,,5,0.000945,0.006699,,\n"
            + "train,,,,,,63.000000\n"
            + "after,,,,,9,63.000000\n";
        private const int Always = 0x7FFFFFFF;

        [TestMethod]
        public void A_run_gives_the_known_bytes()
        {
            MemoryStorage card = TinyCard.Create(Whole);
            Assert.IsTrue(Run(card, new Countdown(Always)));
            byte[] log = card.Bytes(CardFiles.Log);
            Assert.AreEqual(Log, Encoding.UTF8.GetString(log, 0, log.Length));
            Assert.AreEqual(0xDA89F3BCu, card.Checksum(CardFiles.Adapted), "adapted.atm");
        }

        [TestMethod]
        public void Augmentation_and_adam_give_the_known_bytes()
        {
            MemoryStorage card = TinyCard.Create(Adam + "rollback = off\n");
            Assert.IsTrue(Run(card, new Countdown(Always)));
            Assert.AreEqual(1676813830u, card.Checksum(CardFiles.Log), "log.csv");
            Assert.AreEqual(1939420186u, card.Checksum(CardFiles.Adapted), "adapted.atm");
        }

        [TestMethod]
        public void Back_propagation_gives_the_known_bytes()
        {
            MemoryStorage card = TinyCard.Create(Learn + "rollback = off\n");
            Assert.IsTrue(Run(card, new Countdown(Always)));
            byte[] log = card.Bytes(CardFiles.Log);
            Assert.AreEqual(LearnLog, Encoding.UTF8.GetString(log, 0, log.Length));
            Assert.AreEqual(2558542797u, card.Checksum(CardFiles.Adapted), "adapted.atm");
            card = TinyCard.Create(LearnAlone);
            Assert.IsTrue(Run(card, new Countdown(Always)));
            Assert.AreEqual(1373556325u, card.Checksum(CardFiles.Log), "log.csv");
            Assert.AreEqual(2279584893u, card.Checksum(CardFiles.Adapted), "adapted.atm");
        }

        [TestMethod]
        public void What_chance_explains_is_undone()
        {
            MemoryStorage card = TinyCard.Create(Job);
            Assert.IsTrue(Run(card, new Countdown(Always)));
            byte[] log = card.Bytes(CardFiles.Log);
            Assert.AreEqual(UndoneLog, Encoding.UTF8.GetString(log, 0, log.Length));
            Assert.AreEqual(0x873EBB3u, card.Checksum(CardFiles.Adapted), "adapted.atm");
        }

        [TestMethod]
        public void Another_seed_gives_other_bytes()
        {
            MemoryStorage first = TinyCard.Create(Whole);
            Run(first, new Countdown(Always));
            MemoryStorage second = TinyCard.Create(Whole + "seed = 2\n");
            Run(second, new Countdown(Always));
            Assert.IsTrue(first.Checksum(CardFiles.Adapted) != second.Checksum(CardFiles.Adapted));
            Assert.IsTrue(first.Checksum(CardFiles.Log) != second.Checksum(CardFiles.Log));
        }

        [TestMethod]
        public void A_run_that_is_stopped_goes_on_to_the_same_bytes()
        {
            AssertStops(Job);
            AssertStops(Adam);
            AssertStops(Learn);
            AssertStops(LearnAlone);
            AssertStops(Fqt);
            AssertStops(Partly);
            AssertStops(Hybrid);
        }

        [TestMethod]
        public void A_run_that_loses_power_goes_on_to_the_same_bytes()
        {
            AssertCuts(Job);
            AssertCuts(Adam);
            AssertCuts(Learn);
            AssertCuts(LearnAlone);
            AssertCuts(Fqt);
            AssertCuts(Partly);
            AssertCuts(Hybrid);
        }

        private static void AssertStops(string job)
        {
            MemoryStorage undisturbed = TinyCard.Create(job);
            Run(undisturbed, new Countdown(Always));
            Countdown counted = new Countdown(Always);
            Run(TinyCard.Create(job), counted);
            for (int ticks = 1; ticks < counted.Ticks; ticks += 1 + counted.Ticks / 5)
            {
                MemoryStorage card = TinyCard.Create(job);
                Assert.IsFalse(Run(card, new Countdown(ticks)), "stopped at tick " + ticks);
                Assert.IsTrue(Run(card, new Countdown(Always)), "resumed from tick " + ticks);
                AssertSame(undisturbed, card, "stopped at tick " + ticks);
            }
        }

        private static void AssertCuts(string job)
        {
            MemoryStorage undisturbed = TinyCard.Create(job);
            FaultStorage counted = new FaultStorage(undisturbed, 1);
            Run(counted, new Countdown(Always));
            int steps = counted.WriteSteps;
            for (int cut = 1; cut <= steps; cut += 1 + steps / 8)
            {
                MemoryStorage card = TinyCard.Create(job);
                FaultStorage storage = new FaultStorage(card, (uint)cut);
                storage.Arm(FaultStorage.PowerLoss, cut);
                Assert.ThrowsException(
                    typeof(PowerLossException),
                    () => Run(storage, new Countdown(Always)),
                    "cut " + cut
                );
                storage.Restart();
                Assert.IsTrue(Run(storage, new Countdown(Always)), storage.Report);
                AssertSame(undisturbed, card, storage.Report);
            }
        }

        private static bool Run(IStorage storage, Countdown monitor)
        {
            using (Card card = new Card(storage, 0))
            {
                return card.Run.Run(monitor);
            }
        }

        private static void AssertSame(MemoryStorage expected, MemoryStorage actual, string when)
        {
            foreach (string name in new string[] { CardFiles.Adapted, CardFiles.Aligned, CardFiles.Log })
            {
                if (name == CardFiles.Aligned && !expected.Exists(name))
                {
                    // The method does not align.
                    Assert.IsFalse(actual.Exists(name), name + ", " + when);
                    continue;
                }
                Assert.AreEqual(expected.Checksum(name), actual.Checksum(name), name + ", " + when);
            }
        }
    }
}
