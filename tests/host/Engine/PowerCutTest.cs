using System.Buffers.Binary;
using Attune.Kernels;
using Attune.Runs;
using Attune.Storage;
using Attune.Testing;

namespace Attune.Tests.Engine;

/// <summary>
/// Power lost at random steps of a run over a card, again and again, and the run stopped between: no result is ever half
/// there, at most one checkpoint interval is repeated, what was torn is named, and the last bytes are those of a run that
/// nothing disturbed.
/// </summary>
[TestClass]
public sealed class PowerCutTest
{
    private const int Cuts = 1000;
    private MemoryStorage undisturbed = null!;
    private List<(int Stage, int Block, int Unit)> path = null!;

    /// <summary>Kinds of writing that a cut can hit, as the report of a cut names them.</summary>
    private static readonly string[] Kinds =
    [
        "of state-a.atc",
        "of state-b.atc",
        "while state-a.atc was created",
        "of log.csv",
        "while log.csv was cut",
        "while log.csv was created",
        "of aligned.atm.part",
        "while aligned.atm.part was created",
        "while aligned.atm.part was renamed",
        "of adapted.atm.part",
        "while adapted.atm.part was created",
        "while adapted.atm.part was renamed",
        "before its size was",
        "of events.txt",
        "while state-a.atc was cut",
        "while aligned.atm.part was removed",
        "while aligned.atm was removed",
        "while adapted.atm was removed",
    ];

    [TestMethod]
    [DataRow("")]
    [DataRow("method = align+learn")]
    [DataRow("method = align+hybrid\nlambda-min = 0.3")]
    [DataRow("method = align+fqt\nlambda-min = 0.2")]
    public void A_thousand_random_cuts_lose_nothing(string lines)
    {
        undisturbed = TestCard.Finished(lines);
        path = Record(lines);
        int steps = StepsOfARun(lines);
        var random = new Random(7);
        var hits = Kinds.ToDictionary(kind => kind, _ => 0);
        int cuts = 0;
        for (int trial = 0; cuts < Cuts; trial++)
        {
            var files = TestCard.Write(lines);
            var storage = new FaultStorage(files, (uint)trial);
            var monitor = new Follower(path);
            // The second cut of a trial comes soon, in the repair of files, or anywhere.
            storage.Arm(FaultStorage.PowerLoss, random.Next(1, steps + 1));
            bool done = false;
            while (!done)
            {
                try
                {
                    // Some starts are stopped, which leaves a checkpoint between the regular ones.
                    monitor.Ticks = random.Next(3) == 0 ? random.Next(1, 30) : int.MaxValue;
                    done = Start(storage, files, monitor);
                }
                catch (PowerLossException)
                {
                    cuts++;
                    foreach (string kind in Kinds.Where(kind => storage.Report.Contains(kind)))
                    {
                        hits[kind]++;
                    }
                    AssertNothingIsHalf(files, storage.Report);
                    storage.Restart();
                    int next = random.Next(4);
                    bool renamed = storage.Report.Contains("renamed");
                    if (renamed || next > 0)
                    {
                        // Two names of one chain are the hardest to repair.
                        int within =
                            renamed ? 6
                            : next == 1 ? steps
                            : 12;
                        storage.Arm(FaultStorage.PowerLoss, random.Next(1, within + 1));
                    }
                }
            }
            TestCard.AssertSame(undisturbed, files, $"trial {trial}, last {storage.Report}");
        }
        Console.WriteLine(string.Join("\n", hits.Select(hit => $"{hit.Value, 5} {hit.Key}")));
        foreach (var (kind, count) in hits)
        {
            Assert.IsGreaterThan(0, count, kind);
        }
    }

    /// <summary>Opens and runs the card; checks what it does about what it finds.</summary>
    private bool Start(FaultStorage storage, MemoryStorage files, Follower monitor)
    {
        string[] expected = [.. Torn(files)];
        int known = files.Exists(CardFiles.Events) ? files.Files[CardFiles.Events].Length : 0;
        using var card = new Card(storage, 0);
        string events = files.Exists(CardFiles.Events) ? files.Text(CardFiles.Events)[known..] : "";
        foreach (string line in expected)
        {
            StringAssert.Contains(events, line, storage.Report);
        }
        int resumed = path.IndexOf(Follower.PositionOf(card.Run.Session));
        Assert.IsGreaterThanOrEqualTo(monitor.Reached - TestCard.CheckpointSteps, resumed, storage.Report);
        monitor.Reached = resumed;
        return card.Run.Run(monitor);
    }

    /// <summary>Beginnings of the lines that the next start must write about what it finds.</summary>
    private static IEnumerable<string> Torn(MemoryStorage files)
    {
        int sequence = 0;
        int log = 0;
        foreach (string name in (string[])["state-a.atc", "state-b.atc"])
        {
            if (!files.Exists(name))
            {
                continue;
            }
            byte[] bytes = files.Files[name];
            if (!IsWholeCheckpoint(bytes))
            {
                yield return name + ": ";
            }
            else if (Word(bytes, 8) > sequence)
            {
                sequence = Word(bytes, 8);
                log = Word(bytes, 64 + 4 * 63);
            }
        }
        foreach (string name in (string[])["aligned.atm", "adapted.atm"])
        {
            // Without a checkpoint nothing is done about a name that two files may share.
            if (files.Exists(name + ".part") && (sequence > 0 || !files.Exists(name)))
            {
                yield return name;
            }
        }
        if (sequence > 0)
        {
            int length = files.Exists("log.csv") ? files.Files["log.csv"].Length : 0;
            Assert.IsGreaterThanOrEqualTo(log, length, "bytes of log.csv that the checkpoint knows");
            if (length > log)
            {
                yield return $"log.csv: {length - log} bytes after the checkpoint cut off";
            }
            yield return "going on from state-";
        }
    }

    private void AssertNothingIsHalf(MemoryStorage files, string when)
    {
        foreach (string name in (string[])["aligned.atm", "adapted.atm"])
        {
            if (files.Exists(name))
            {
                CollectionAssert.AreEqual(undisturbed.Files[name], files.Files[name], $"{name}, {when}");
            }
        }
        foreach (string name in (string[])["job.txt", "model.atm", "train.ats", "valid.ats"])
        {
            CollectionAssert.AreEqual(undisturbed.Files[name], files.Files[name], $"{name}, {when}");
        }
    }

    private static bool IsWholeCheckpoint(byte[] bytes)
    {
        if (bytes.Length < 512 || Word(bytes, 508) != (int)Native.Crc32(bytes, 0, 508, 0))
        {
            return false;
        }
        int state = Word(bytes, 16);
        return bytes.Length >= 512 + (state + 511) / 512 * 512
            && Word(bytes, 20) == (int)Native.Crc32(bytes, 512, state, 0);
    }

    private static int Word(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static int StepsOfARun(string lines)
    {
        var storage = new FaultStorage(TestCard.Write(lines), 0);
        Assert.IsTrue(TestCard.Run(storage));
        return storage.WriteSteps;
    }

    private static List<(int Stage, int Block, int Unit)> Record(string lines)
    {
        var monitor = new Follower([]);
        Assert.IsTrue(TestCard.Run(TestCard.Write(lines), monitor));
        return monitor.Positions;
    }

    /// <summary>Follows a run through its positions.</summary>
    private sealed class Follower(List<(int Stage, int Block, int Unit)> path) : ICardMonitor
    {
        public List<(int Stage, int Block, int Unit)> Positions { get; } = [];

        /// <summary>Ticks until the run is asked to stop.</summary>
        public int Ticks { get; set; } = int.MaxValue;

        /// <summary>The place in the undisturbed run's positions.</summary>
        public int Reached { get; set; }

        public static (int Stage, int Block, int Unit) PositionOf(TrainingSession session) =>
            (session.Stage, session.Block, session.Unit);

        public bool Tick() => --Ticks > 0;

        public void Message(string text) { }

        public void Progress(TrainingSession session)
        {
            Positions.Add(PositionOf(session));
            Reached = path.IndexOf(PositionOf(session));
        }
    }
}
